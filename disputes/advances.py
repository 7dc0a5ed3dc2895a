"""The fund pays first: claims in force majeure, and disputes that last beyond their term, found by the sweep.

Each advance is a transaction of its own under the claim's lock, so a decision of the same moment comes before it or
after it, and pays only what is beyond it. Where the fund is empty it is tried again with the next sweep.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import Error, transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from common.crash_points import crash_point
from common.transactions import atomic
from compensation import actions as compensation
from compensation.models import Advance, ForceMajeure
from disputes.deadlines import IN_MONEY, advance_terms
from disputes.models import Claim, Deed, Event, Party, Status
from disputes.payments import advance_key
from disputes.rights import UNDECIDED
from disputes.tidings import tell_people
from refunds.actions import FundExhausted

logger = logging.getLogger(__name__)

BATCH = 100

# Goods that are on their way back are paid when they arrive.
ADVANCED_IN = sorted(UNDECIDED - {Status.AWAITING_RETURN, Status.RETURN_SHIPPED})


def advance_due(*, now: datetime, limit: int = BATCH) -> int:
    """Pay first what is due, at most `limit` claims of each cause; the number of those paid."""
    empty = set[str]()
    lengthy = Claim.objects.filter(
        status__in=[Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW], advance_due_at__lte=now, replayed=False
    ).order_by("advance_due_at", "id")
    paid = _advance_all(lengthy[:limit], None, now, empty)
    for declared in ForceMajeure.objects.begun(now).select_related("store").order_by("id"):
        paid += _advance_all(covered(declared).order_by("id")[:limit], declared, now, empty)
    return paid


def covered(declared: ForceMajeure) -> QuerySet[Claim]:
    """Open claims in money about lines of the place, filed in its period or about nights in it, not paid first yet."""
    in_time = Q(filed_at__gte=declared.starts_at)
    nights = Q(line__stay__arrival_on__isnull=False)
    if declared.ends_at:
        in_time &= Q(filed_at__lt=declared.ends_at)
        nights &= Q(line__stay__arrival_on__lte=declared.ends_at.date())
    nights &= Q(order__delivered_at__gte=declared.starts_at) | Q(
        order__delivered_at__isnull=True, line__stay__arrival_on__gte=declared.starts_at.date()
    )
    return Claim.objects.filter(
        in_time | nights,
        _in_place(declared),
        status__in=ADVANCED_IN,
        due_at__isnull=False,
        remedy__in=IN_MONEY,
        amount__gt=F("compensation"),
        advanced=0,
        replayed=False,
    )


def _in_place(declared: ForceMajeure) -> Q:
    match declared.place:
        case ForceMajeure.Place.STORE:
            return Q(line__store=declared.store)
        case ForceMajeure.Place.CITY:
            return Q(line__store__city=declared.city)
        case _:
            return Q(order__market=declared.market)


def _is_due(claim: Claim, declared: ForceMajeure | None, now: datetime) -> bool:
    """Whether it is still as it was when it was found."""
    if declared:
        return claim.status in ADVANCED_IN
    in_dispute = claim.status in (Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW)
    return in_dispute and claim.advance_due_at is not None and claim.advance_due_at <= now


def _advance_all(claims: Iterable[Claim], declared: ForceMajeure | None, now: datetime, empty: set[str]) -> int:
    paid = 0
    for claim in list(claims):
        if claim.currency in empty:
            continue
        try:
            paid += _advance(claim.pk, declared, now)
        except FundExhausted:
            empty.add(claim.currency)
        except Error:
            logger.exception("Claim %s could not be paid first.", claim)
    return paid


@atomic
def _advance(pk: int, declared: ForceMajeure | None, now: datetime) -> bool:
    """Whether the claim is paid first now; one that somebody else holds is left for the next time."""
    rows = Claim.objects.select_related("order", "line", "merchant", "consumer")
    claim = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=pk, advanced=0).first()
    if claim is None or not _is_due(claim, declared, now):
        return False
    claim.line.order = claim.order
    amount = _amount(claim, declared)
    if not amount:
        Claim.objects.filter(pk=pk).update(advance_due_at=None)
        return False
    cause = Advance.Cause.FORCE_MAJEURE if declared else Advance.Cause.LENGTHY
    with transaction.atomic():
        compensation.advance(
            key=advance_key(claim),
            claim=claim.number,
            line=claim.line,
            payee=claim.consumer,
            amount=amount,
            gateway=claim.order.paid_through,
            cause=cause,
            force_majeure=declared,
            at=now,
        )
    crash_point("disputes.advance_is_paid")
    _record(claim, amount, cause, now)
    crash_point("disputes.before_advance_is_committed")
    return True


def _amount(claim: Claim, declared: ForceMajeure | None) -> int:
    """The share of what is claimed of the price that the terms of the order say."""
    terms = advance_terms(claim.order)
    if terms is None:
        return 0
    percent = terms.force_majeure_percent if declared else terms.lengthy_percent
    return terms.amount(claim.refund_part, percent=percent, currency=claim.currency)


def _record(claim: Claim, amount: int, cause: str, now: datetime) -> None:
    claim.paid, claim.advanced = claim.paid + amount, amount
    Claim.objects.filter(pk=claim.pk).update(paid=claim.paid, advanced=amount, advance_due_at=None)
    values = {"amount": amount, "currency": claim.currency, "cause": str(cause)}
    Event.objects.create(claim=claim, kind=Deed.ADVANCED, party=Party.CLOCK, at=now, values=values)
    people = [claim.consumer, *User.objects.filter(membership__merchant=claim.merchant_id, is_active=True)]
    tell_people(claim, people, "advance_paid", key="advance", at=now, amount=amount)
