"""The other side's offer is accepted, and its sum is paid."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from disputes.cases import open_case
from disputes.endings import settle
from disputes.models import Claim, CloseReason, Deed, Offer
from disputes.offers import close_offer, open_offer
from disputes.rights import Act
from disputes.tidings import tell_both


class OfferNotOpen(Refusal):
    """It was answered, replaced by another, or is not an offer of this claim."""

    code = "offer_not_open"
    message = _("This offer no longer stands. Look at the claim again: there may be a newer one.")
    field = "offer"
    http_status = HTTPStatus.CONFLICT


@atomic
def accept_offer(*, claim: Claim, offer: int, by: User, at: datetime) -> Claim:
    """Accept the open offer with this id and pay it. What is paid ends the claim; goods stay where they are.

    Raises NotYourCase, NotPossibleNow, DeadlinePassed, OfferNotOpen.
    """
    case = open_case(claim, by=by, act=Act.ACCEPTANCE, at=at)
    standing = open_offer(case)
    if standing is None or standing.pk != offer:
        raise OfferNotOpen
    close_offer(case, Offer.Status.ACCEPTED)
    settle(case, amount=standing.amount, deed=Deed.OFFER_ACCEPTED, reason=CloseReason.OFFER_ACCEPTED)
    tell_both(case, "offer_accepted", amount=standing.amount)
    return case.claim
