"""Guests who took another hotel, or another room, have no claim left for having none: what is still open ends.

Such a claim was filed before the hotel offered anything. Nothing was decided about it, so nobody waits for it.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from common.transactions import atomic
from compensation.models import Honouring
from disputes.cases import Case
from disputes.endings import close_unpaid
from disputes.happenings import MAY_END
from disputes.models import Claim, CloseReason, Deed, Offer, Party
from disputes.offers import close_offer
from disputes.rights import standing_of
from policies.words import Reason

CLAIMS_AT_ONCE = 50


@atomic
def end_claims_of_the_rehoused(*, now: datetime, limit: int = CLAIMS_AT_ONCE) -> int:
    """How many ended; what they held of the line's price is free again.

    Whoever took another hotel has no lesser room in this one either.
    """
    kept = Honouring.objects.filter(line=OuterRef("line"), cause=Reason.NO_ROOM, key__startswith="rehousing:")
    has_another_hotel = Exists(kept.filter(remedy=Honouring.Remedy.ALTERNATIVE))
    met = Q(Exists(kept), reason=Reason.NO_ROOM) | Q(has_another_hotel, reason=Reason.WORSE_ROOM)
    due = (
        Claim.objects.filter(met, status__in=MAY_END, paid=0, replayed=False)
        .select_related("order", "line", "merchant", "consumer", "verdict")
        .order_by("id")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:limit]
    )
    claims = list(due)
    for claim in claims:
        case = Case(claim=claim, standing=standing_of(claim), by=None, party=Party.RULE, at=now)
        close_offer(case, Offer.Status.DECLINED)
        values = {"amount": claim.amount, "currency": claim.currency}
        close_unpaid(case, Deed.GIVEN_IN_KIND, CloseReason.GIVEN_IN_KIND, values=values)
    return len(claims)
