"""How a merchant treats its consumers, counted from its claims: what the checks for the Peace of Mind label look at.

Claims that were withdrawn, decided for the merchant or at nobody's fault count for nothing, nor does a mere change of
mind, nor imported history that was only replayed.
"""

from datetime import datetime, timedelta

from accounts.models import Merchant
from compensation.actions import Conduct
from disputes.models import Claim, ClaimQuerySet, CloseReason, Deed
from orders.models import Order
from policies.words import Reason

UPHELD = (
    CloseReason.PAID_BY_RULE,
    CloseReason.GIVEN_IN_KIND,
    CloseReason.MERCHANT_ACCEPTED,
    CloseReason.MERCHANT_SILENT,
    CloseReason.OFFER_ACCEPTED,
    CloseReason.OFFER_LAPSED,
    CloseReason.RETURN_RECEIVED,
    CloseReason.DECIDED_FOR_CONSUMER,
    CloseReason.DECIDED_SPLIT,
)
# The merchant did not do by itself what it had promised.
NOT_BY_ITSELF = (CloseReason.MERCHANT_SILENT, CloseReason.DECIDED_FOR_CONSUMER, CloseReason.DECIDED_SPLIT)
BY_CHOICE = (Reason.CHANGED_MIND.value, Reason.UNUSED_VOUCHER.value, "free_cancellation")
ANSWERS = (Deed.ACCEPTED, Deed.OFFERED, Deed.REJECTED, Deed.MERCHANT_SILENT)


def conduct_of(merchant: Merchant, label: str, *, days: int, now: datetime) -> Conduct:
    """The record of the last `days`; of broken promises those that were made by the label. Five counts."""
    since = now - timedelta(days=days)
    claims = Claim.objects.filter(merchant=merchant, replayed=False)
    recent = claims.filter(filed_at__gte=since)
    return Conduct(
        orders=Order.objects.filter(merchant=merchant, placed_at__gte=since, placed_at__lte=now).count(),
        complaints=recent.filter(close_reason__in=UPHELD).exclude(reason__in=BY_CHOICE).count(),
        asked=_with(recent, *ANSWERS),
        unanswered=_with(recent, Deed.MERCHANT_SILENT),
        broken=claims.filter(
            closed_at__gte=since, close_reason__in=NOT_BY_ITSELF, verdict__version__policy__code=label
        ).count(),
    )


def _with(claims: ClaimQuerySet, *deeds: Deed) -> int:
    """How many claims there are in which one of these happened."""
    return claims.filter(events__kind__in=deeds).distinct().count()
