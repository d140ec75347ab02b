"""The windows of an invitation that waits: sending it anew, withdrawing it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cabinet.common.access import signed_in
from cabinet.common.errors import DomainError
from cabinet.common.windows import closed, refusal_status, window
from cabinet.contracts.actions import inviting
from cabinet.contracts.models import Contract, Invitation
from cabinet.contracts.views.doorway import administered
from cabinet.contracts.views.granting import invited
from cabinet.contracts.views.limits import count_invitation


@signed_in
def again(request: HttpRequest, contract_id: int, invitation_id: int) -> HttpResponse:
    """A new letter and a new code: asked first, since the ones before die."""
    contract = administered(request, contract_id)
    invitation = _pending(contract, invitation_id)
    if request.method != "POST":
        return _question(request, "again", contract, invitation)
    try:
        count_invitation(request, invitation.email)
        sent = inviting.invite_again(actor=request.user, invitation=invitation)
    except DomainError as refusal:
        return _question(request, "again", contract, invitation, refusal)
    return invited(request, sent, contract)


@signed_in
def withdraw(request: HttpRequest, contract_id: int, invitation_id: int) -> HttpResponse:
    """«Отозвать приглашение»: asked first."""
    contract = administered(request, contract_id)
    invitation = _pending(contract, invitation_id)
    if request.method != "POST":
        return _question(request, "withdraw", contract, invitation)
    try:
        inviting.withdraw(actor=request.user, invitation=invitation)
    except DomainError as refusal:
        return _question(request, "withdraw", contract, invitation, refusal)
    said = f"Приглашение для {invitation.email} отозвано."
    return closed(request, said, "accessChanged", to=reverse("contract-access", args=[contract.pk]))


def _pending(contract: Contract, invitation_id: int) -> Invitation:
    """The invitation to this contract; one that is accepted or withdrawn is there no more."""
    invitation = Invitation.objects.for_contract(contract).filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def _question(
    request: HttpRequest, act: str, contract: Contract, invitation: Invitation, refusal: DomainError | None = None
) -> HttpResponse:
    """The question, naming what the answer will do."""
    managed = inviting.managed_among(request.user, inviting.shares_of(invitation))
    context = {"contract": contract, "invitation": invitation, "managed": managed, "refusal": refusal}
    context["back"] = reverse("contract-access", args=[contract.pk])
    status = refusal_status(refusal) if refusal else 200
    return window(request, f"contracts/invitation/{act}.html", context, status)
