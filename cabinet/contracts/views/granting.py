"""The window «Добавить пользователя», for one contract and for many."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import trigger_client_event

from cabinet.common.access import signed_in
from cabinet.common.digits import plural
from cabinet.common.errors import DomainError
from cabinet.common.ids import parse_id
from cabinet.common.windows import closed, refusal_status, window
from cabinet.contracts.actions.administering import check_reach
from cabinet.contracts.actions.granting import Prospect, grant_access, look_up, terms_by_contract
from cabinet.contracts.actions.inviting import Sent, invite
from cabinet.contracts.forms.granting import GrantForm
from cabinet.contracts.forms.terms import Step
from cabinet.contracts.models import Contract
from cabinet.contracts.terms import Terms
from cabinet.contracts.views.doorway import administered
from cabinet.contracts.views.limits import count_invitation, count_search
from cabinet.contracts.wording import terms_in_words


@signed_in
def add(request: HttpRequest, contract_id: int) -> HttpResponse:
    """«Добавить пользователя» to one contract."""
    return _step(request, administered(request, contract_id))


@signed_in
def add_many(request: HttpRequest) -> HttpResponse:
    """The same for many contracts at once: those whose access the person manages."""
    return _step(request, None)


def _step(request: HttpRequest, contract: Contract | None) -> HttpResponse:
    """The form with what was typed, or what came of the search, or the end."""
    form = GrantForm(request.user, contract, request.POST if request.method == "POST" else None)
    if not form.is_final:
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        count_search(request)
        return _act(request, form)
    except DomainError as refusal:
        return _refused(request, form, refusal)


def _act(request: HttpRequest, form: GrantForm) -> HttpResponse:
    asked = {"actor": request.user, "email": form.cleaned_data["email"], "contracts": form.chosen_contracts()}
    if form.step == Step.CONFIRM:
        shown = parse_id(request.POST.get("person", ""))
        return _granted(request, form, grant_access(person=shown, terms=form.terms(), **asked))
    if form.step == Step.INVITE:
        count_invitation(request, asked["email"])
        return invited(request, invite(terms=form.terms(), **asked), form.contract)
    prospect = look_up(**asked)
    shares = terms_by_contract(asked["contracts"], form.terms(), needed=prospect.free)
    check_reach(request.user, shares)
    return _found(request, form, prospect, Terms.together(shares.values()))


def invited(request: HttpRequest, sent: Sent, contract: Contract | None) -> HttpResponse:
    """The code, shown this once; the page beneath hears that somebody waits."""
    response = window(request, "contracts/invitation/sent.html", {"sent": sent, "back": _back(contract)})
    return trigger_client_event(response, "accessChanged")


def _form(request: HttpRequest, form: GrantForm, status: int = 200, **context: object) -> HttpResponse:
    return window(request, "contracts/grant/page.html", context | _common(form), status)


def _found(request: HttpRequest, form: GrantForm, prospect: Prospect, terms: Terms) -> HttpResponse:
    context = _common(form) | {
        "prospect": prospect,
        "words": terms_in_words(terms),
        "until": terms.until,
        "next": Step.CONFIRM if prospect.person else Step.INVITE,
    }
    context["hours"] = settings.INVITATION_HOURS
    return window(request, "contracts/grant/result.html", context)


def _granted(request: HttpRequest, form: GrantForm, prospect: Prospect) -> HttpResponse:
    given = prospect.free
    number = plural(len(given), "договор", "договора", "договоров")
    where = f"договор № {given[0].number}" if len(given) == 1 else number
    said = f"Доступ выдан: {prospect.person.get_short_name()}, {where}. Мы сообщили об этом письмом."
    if prospect.in_the_way:
        number = plural(prospect.in_the_way, "договору", "договорам", "договорам")
        said += f" По {number} доступ был раньше и не изменился."
    return closed(request, said, "accessChanged", to=_back(form.contract))


def _refused(request: HttpRequest, form: GrantForm, refusal: DomainError) -> HttpResponse:
    """The form again: what stands in the way by its field."""
    form.refuse(refusal)
    return _form(request, form, refusal_status(refusal), prospect=getattr(refusal, "prospect", None))


def _common(form: GrantForm) -> dict:
    here = reverse("access-add", args=[form.contract.pk]) if form.contract else reverse("access-add-many")
    return {"form": form, "contract": form.contract, "here": here, "back": _back(form.contract)}


def _back(contract: Contract | None) -> str:
    return reverse("contract-access", args=[contract.pk]) if contract else reverse("contracts")
