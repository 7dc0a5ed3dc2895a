"""Goodwill after a case: each one that has ended is looked at once, and may bring its consumer a coupon.

It is judged by the terms in force when the order was placed, and the verdict is kept also where it gives nothing; only
cases that were over sooner than any terms ask for are passed over unjudged, many at once. The platform bears the
coupon, and what was decided in the case stays as it is.
"""

import logging
from datetime import datetime, timedelta

from django.db import Error
from django.db.models import F, Max

from common.compiled import insert
from common.crash_points import crash_point
from common.transactions import atomic
from compensation import actions as compensation
from compensation.models import Coupon
from compensation.schemes.goodwill.rules import Ended, GoodwillFacts
from disputes.models import Claim, Deed, Event, Party
from disputes.payments import goodwill_key
from policies.actions import on_record
from policies.in_force import in_force, judge, terms_of
from policies.models import Version
from policies.traces import Verdict

logger = logging.getLogger(__name__)

GOODWILL = "goodwill"
BATCH = 100
PASSED_OVER_AT_ONCE = 5_000


def look_for_goodwill(*, now: datetime, limit: int = BATCH) -> int:
    """Look at cases that have ended, the oldest first, up to `limit` of those that took long; how many in all.

    Each is a transaction of its own. One that fails is looked at again with the next sweep.
    """
    versions = Version.objects.filter(policy__code=GOODWILL, status=Version.Status.PUBLISHED).select_related("policy")
    shortest = min((terms_of(version).waited[0].after_days for version in versions), default=None)
    if shortest is None:
        return 0
    passed_over = _pass_over(timedelta(days=shortest), now=now)
    waiting = Claim.objects.to_look_at_for_goodwill(now).order_by("closed_at", "id").values_list("pk", flat=True)
    return passed_over + sum(_look_at(pk, now=now) for pk in list(waiting[:limit]))


@atomic
def _pass_over(shortest: timedelta, *, now: datetime) -> int:
    """Those that were over sooner, in one statement for thousands."""
    waiting = Claim.objects.to_look_at_for_goodwill(now).filter(closed_at__lt=F("filed_at") + shortest)
    quick = waiting.order_by("closed_at", "id").select_for_update(skip_locked=True, no_key=True)
    return Claim.objects.filter(pk__in=quick.values("pk")[:PASSED_OVER_AT_ONCE]).update(goodwill_at=now)


def _look_at(pk: int, *, now: datetime) -> bool:
    try:
        return _judge(pk, now=now)
    except Error:
        logger.exception("Claim %s could not be looked at for goodwill.", pk)
        return False


@atomic
def _judge(pk: int, *, now: datetime) -> bool:
    """Whether it was looked at; another worker that holds it does so itself."""
    waiting = Claim.objects.to_look_at_for_goodwill(now).filter(pk=pk)
    rows = waiting.select_related("order", "line__order", "consumer")
    # The consumer's row as well: two of their cases at once do not both bring the one coupon.
    claim = rows.select_for_update(of=("self", "consumer"), skip_locked=True, no_key=True).first()
    if claim is None:
        return False
    order = claim.order
    if version := in_force([GOODWILL], at=order.placed_at, market=order.market).get(GOODWILL):
        verdict = _on_record(claim, version, now)
        if verdict.granted:
            _give(claim, verdict, now)
    Claim.objects.filter(pk=pk).update(goodwill_at=now)
    crash_point("disputes.before_goodwill_is_committed")
    return True


def _on_record(claim: Claim, version: Version, now: datetime) -> Verdict:
    assert claim.closed_at is not None  # noqa: S101 only what has ended is looked at
    facts = GoodwillFacts(
        currency=claim.currency,
        ended_as=Ended(claim.close_reason),
        filed_at=claim.filed_at,
        closed_at=claim.closed_at,
        last_given_at=_last_given(claim),
    )
    verdict = judge(version, facts, now)
    insert(on_record(key=goodwill_key(claim), version=version, facts=facts, judged_at=now, verdict=verdict))
    return verdict


def _last_given(claim: Claim) -> datetime | None:
    given = Coupon.objects.filter(holder=claim.consumer_id, scheme=GOODWILL)
    last: datetime | None = given.aggregate(at=Max("issued_at"))["at"]
    return last


def _give(claim: Claim, verdict: Verdict, now: datetime) -> None:
    compensation.issue_coupon(
        key=goodwill_key(claim),
        holder=claim.consumer,
        line=claim.line,
        scheme=GOODWILL,
        amount=verdict.amount,
        expires_at=now + timedelta(days=verdict.values["days"]),
        bearer=None,
        consent=None,
        at=now,
    )
    values = {"amount": verdict.amount, "currency": claim.currency}
    Event.objects.create(claim=claim, kind=Deed.GOODWILL_GIVEN, party=Party.RULE, at=now, values=values)
