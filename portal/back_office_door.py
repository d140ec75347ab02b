"""Nobody signs in to the back office past the portal's own sign-in."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cabinet.common.access import public


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """In place of Wagtail's own sign-in, which would take a password alone.

    Wagtail sends here also those who are signed in but may not enter: they are told so.
    """
    target = request.GET.get("next") or reverse("wagtailadmin_home")
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        list(messages.get_messages(request))  # Wagtail's own sentence: the page says the same
        raise PermissionDenied("Рабочее место сотрудника открыто только сотрудникам компании.")
    return redirect_to_login(target)


@public
def closed(request: HttpRequest, **rest: object) -> HttpResponse:
    """Wagtail's doors that do not exist here.

    Recovery of passwords; bulk work on users, which would delete them and give groups past the form;
    passwords of pages; an error on demand.
    """
    raise Http404
