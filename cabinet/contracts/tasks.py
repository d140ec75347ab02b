"""What the background worker does with contracts."""

import logging
import secrets

from django.urls import reverse
from django.utils import timezone

from cabinet.common.letters import at_portal, send_letter
from cabinet.common.periods import moment
from cabinet.contracts.actions.inviting import hash_of, shares_of
from cabinet.contracts.actions.telling import listed
from cabinet.contracts.models import Invitation
from cabinet.contracts.terms import Terms
from cabinet.contracts.wording import terms_in_words

logger = logging.getLogger(__name__)


def send_invitation(pk: int) -> None:
    """Make the invitation's link and send it. Only its hash is kept: the link made before is dead from now on.

    A run that was delivered twice finds the letter sent; one that died before that makes a new link. One that
    sending anew has overtaken writes nothing: the time that was set with it is another.
    """
    invitation = Invitation.objects.select_related("invited_by").filter(pk=pk, sent_at=None).first()
    shares = shares_of(invitation) if invitation else {}
    if not shares or invitation.state != Invitation.State.WAITING:
        return
    token = secrets.token_urlsafe(32)
    unsent = Invitation.objects.pending().filter(pk=pk, sent_at=None, expires_at=invitation.expires_at)
    if not unsent.update(token_hash=hash_of(token)):
        logger.info("invitation overtaken", extra={"data": {"invitation": pk}})
        return
    contracts = sorted(shares, key=lambda contract: contract.number)
    terms = Terms.together(shares.values())
    context = {
        "by": invitation.invited_by.get_full_name(),
        "terms": terms_in_words(terms),
        "for_good": terms.until is None,
        "until": moment(invitation.expires_at),
        "url": at_portal(reverse("invitation", args=[token])),
    }
    send_letter(invitation.email, "invitation", context | listed(contracts))
    Invitation.objects.filter(pk=pk, token_hash=hash_of(token)).update(sent_at=timezone.now())
    logger.info("invitation sent", extra={"data": {"invitation": pk}})
