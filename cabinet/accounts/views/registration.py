"""Registration: the form, and the second step under suspicion."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.utils import complete_signup
from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django_altcha import AltchaChallengeView

from cabinet.accounts import actions, applications, robots
from cabinet.accounts.adapter import UNCONFIRMED_KEY
from cabinet.accounts.applications import Application
from cabinet.accounts.forms import MailCodeForm, PictureForm, RegistrationForm
from cabinet.common.access import public
from cabinet.common.errors import DomainError

CHALLENGE_SIZE = 25_000  # at most a second of a phone's work
challenge = public(AltchaChallengeView.as_view(max_number=CHALLENGE_SIZE))


@public
@rate_limit(action="signup")
@sensitive_post_parameters("password1", "password2")
def sign_up(request: HttpRequest) -> HttpResponse:
    """The form; a believable person is registered at once, a suspicious one is asked for more."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method != "POST":
        return _page(request, RegistrationForm())
    form = RegistrationForm(request.POST, kept=applications.kept(request.session))
    if not form.is_valid():
        return _refused(request, form)
    suspicious = robots.is_suspicious(request)
    robots.note_attempt(request)
    if form.robot_answer is robots.Answer.PASSED and not suspicious:
        applications.forget(request.session)
        return _complete(request, form.application())
    applications.keep(request.session, form.application())
    return redirect("account_signup_check")


@public
@rate_limit(action="signup_check")
def check(request: HttpRequest) -> HttpResponse:
    """The second step: the code from the picture, or from the letter once one was asked for."""
    application = applications.kept(request.session)
    if application is None:
        messages.warning(request, "Время на подтверждение истекло. Заполните форму ещё раз.")
        return redirect("account_signup")
    by_mail = applications.has_code(request.session) and "picture" not in request.GET
    form = (MailCodeForm if by_mail else PictureForm)(request.POST if request.method == "POST" else None)
    if form.is_valid() and (not by_mail or _code_fits(request, form)):
        applications.forget(request.session)
        return _complete(request, application)
    if form.is_bound:
        robots.note_attempt(request)
    context = {"form": form, "by_mail": by_mail, "email": application["email"]}
    return render(request, "accounts/registration/check.html", context, status=422 if form.is_bound else 200)


@public
@require_POST
def mail_code(request: HttpRequest) -> HttpResponse:
    """The accessible way past the picture: a code by mail to the address just given."""
    application = applications.kept(request.session)
    if application is None:
        return redirect("account_signup_check")
    if not ratelimit.consume(request, action="signup_code", key=application["email"]):
        return ratelimit.respond_429(request)
    code = applications.new_code(request.session)
    get_adapter().send_mail("account/email/signup_code", application["email"], {"code": code})
    return redirect("account_signup_check")


@public
@require_GET
def letter_sent(request: HttpRequest) -> HttpResponse:
    """Where registration, and sign-in before confirmation, end: open the letter."""
    email = request.session.get(UNCONFIRMED_KEY)
    return render(request, "accounts/confirmation/sent.html", {"email": email})


def _refused(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    """The form with its errors; where the mark alone is missing, the password waits as its hash."""
    if form.lacks_only_mark:
        applications.keep(request.session, form.application())
    return _page(request, form, 422, password_kept=bool(form.lacks_only_mark or form.kept))


def _page(request: HttpRequest, form: RegistrationForm, status: int = 200, **context: bool) -> HttpResponse:
    """The page; the widget must be told how far to search, it does not read this in the challenge."""
    context |= {"form": form, "challenge_size": CHALLENGE_SIZE}
    return render(request, "accounts/registration/page.html", context, status=status)


def _code_fits(request: HttpRequest, form: MailCodeForm) -> bool:
    try:
        applications.check_code(request.session, form.cleaned_data["code"])
    except DomainError as error:
        form.add_error("code", str(error))
        return False
    return True


def _complete(request: HttpRequest, application: Application) -> HttpResponse:
    """Register; for a taken address answer the same, its owner gets a letter instead of the link."""
    email = application["email"]
    request.session[UNCONFIRMED_KEY] = email
    user = actions.register(**application)
    if user is None:
        return prevent_enumeration(request, email=email)
    return complete_signup(request, user, None, None)
