"""Coupons whose time is over, found by a sweep: expired all at once, or one by one where one of them spoils it.

A coupon that has expired is refused from that moment on; the sweep only writes down what is so already, gives the
money back to whoever bore it, and tells the holder.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from common.crash_points import crash_point
from common.states import move_all_to
from common.transactions import atomic
from compensation.actions.coupons import ending
from compensation.models import Coupon
from compensation.tidings.coupons import tell_holders
from ledger.actions import book
from notices.models import Notice
from policies.clocks import Clocks
from policies.in_force import in_force, terms_of

logger = logging.getLogger(__name__)

BATCH = 200
# A reminder that was due longer ago than this is no longer sent.
CATCH_UP = timedelta(hours=24)
CLOCKS = "clocks"


def expire_due_coupons(*, now: datetime, limit: int = BATCH) -> int:
    """End the coupons whose time is over, the oldest first, at most `limit`; how many.

    Those that another worker holds, or somebody is redeeming or revoking, are left to them.
    """
    found: list[int] = []
    try:
        return _expire(_due(now)[:limit], found, now=now)
    except Exception:
        if not found:
            raise
        logger.exception("%s coupons could not expire together; now each is looked at by itself.", len(found))
    return sum(_expire_alone(pk, now=now) for pk in found)


def _due(now: datetime) -> QuerySet[Coupon]:
    due = Coupon.objects.open().filter(expires_at__lte=now).order_by("expires_at", "id")
    return due.select_related("holder", "line").select_for_update(of=("self",), skip_locked=True, no_key=True)


@atomic
def _expire(due: QuerySet[Coupon], found: list[int], *, now: datetime) -> int:
    """All of them or none; `found` is told which they are."""
    coupons = list(due)
    found += [coupon.pk for coupon in coupons]
    move_all_to(coupons, Coupon.Status.EXPIRED, at=now, history={}, ended_at=now)
    crash_point("compensation.coupons_are_expired")
    book(*(ending(coupon, at=now) for coupon in coupons))
    tell_holders(coupons, "coupon_expired", at=now)
    return len(coupons)


def _expire_alone(pk: int, *, now: datetime) -> int:
    try:
        return _expire(_due(now).filter(pk=pk), [], now=now)
    except Exception:
        logger.exception("Coupon %s could not expire.", pk)
        return 0


# --- before it is too late ---------------------------------------------------------------------------


def remind_of_expiring_coupons(*, now: datetime, limit: int = BATCH) -> int:
    """Tell holders of coupons that are about to expire, up to `limit` for each step; how many were told.

    The steps are those of vouchers, as the clocks in force now have them; one as long as the coupon runs is left out.
    """
    versions = in_force([CLOCKS], at=now)
    if not versions:
        return 0
    clocks: Clocks = terms_of(versions[CLOCKS])
    return sum(_remind(minutes, now=now, limit=limit) for minutes in sorted(clocks.voucher_reminder_minutes))


def _remind(minutes: int, *, now: datetime, limit: int) -> int:
    step = timedelta(minutes=minutes)
    key = Concat(Value("coupon:"), Cast("pk", CharField()), Value(f":expiring:{minutes}"))
    told = Notice.objects.filter(recipient=OuterRef("holder"), key=OuterRef("notice_key"))
    expiring = (
        Coupon.objects.open()
        .annotate(notice_key=key)
        .filter(
            ~Exists(told),
            expires_at__gt=max(now, now + step - CATCH_UP),
            expires_at__lte=now + step,
            issued_at__lt=F("expires_at") - step,
        )
        .select_related("holder", "line")
        .order_by("expires_at", "pk")[:limit]
    )
    return tell_holders(expiring, "coupon_expiring", key=f"expiring:{minutes}", at=now)
