"""The fund pays first: claims in force majeure, and disputes that last beyond their term, found by the sweep.

Each advance is a transaction of its own under the claim's lock, so a decision of the same moment comes before it or
after it, and pays only what is beyond it. Where the fund is empty it is tried again with the next sweep. A sweep goes
through all that is due: what cannot be paid is passed over and keeps nobody waiting.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from django.db import Error, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from accounts.models import User
from common.crash_points import crash_point
from common.transactions import atomic
from compensation import actions as compensation
from compensation.fund_terms import AdvanceTerms
from compensation.models import Advance, ForceMajeure
from disputes.deadlines import IN_MONEY, advance_terms, advance_terms_of_each
from disputes.models import Claim, Deed, Event, Party, Status
from disputes.payments import advance_key
from disputes.rights import UNDECIDED
from disputes.tidings import tell_people
from refunds.actions import FundExhausted

logger = logging.getLogger(__name__)

# So many are paid by one sweep, and so many are read at once.
MOST_PAID = 100
BATCH = 500

# Goods that are on their way back are paid when they arrive.
ADVANCED_IN = sorted(UNDECIDED - {Status.AWAITING_RETURN, Status.RETURN_SHIPPED})
IN_DISPUTE = (Status.AWAITING_EVIDENCE, Status.UNDER_REVIEW)

# A period ends before the moment that is its end.
A_MOMENT = timedelta(microseconds=1)


def advance_due(*, now: datetime, limit: int = MOST_PAID) -> int:
    """Pay first what is due, at most `limit` claims of each cause; the number of those paid."""
    empty = set[str]()
    lengthy = Claim.objects.filter(status__in=IN_DISPUTE, advance_due_at__lte=now, replayed=False)
    paid = _advance_all(_in_turn(lengthy, ("advance_due_at", "id"), empty), None, now, limit, empty)
    for declared in ForceMajeure.objects.begun(now).select_related("store").order_by("id"):
        found = _worth_it(_in_turn(covered(declared), ("filed_at", "id"), empty), declared)
        paid += _advance_all(found, declared, now, limit, empty)
    return paid


def covered(declared: ForceMajeure) -> QuerySet[Claim]:
    """Open claims in money about lines of the place, filed in its period or about nights in it, not paid first yet.

    Nights are whole days (UTC): a guest who arrives on the day that begins when the period ends is outside, as is one
    who left by the moment it began.
    """
    in_time = Q(filed_at__gte=declared.starts_at)
    nights = Q(order__delivered_at__gt=declared.starts_at) | Q(
        order__delivered_at__isnull=True, line__stay__arrival_on__gte=declared.starts_at.astimezone(UTC).date()
    )
    nights &= Q(line__stay__arrival_on__isnull=False)
    if declared.ends_at:
        last_day = (declared.ends_at - A_MOMENT).astimezone(UTC).date()
        in_time &= Q(filed_at__lt=declared.ends_at)
        nights &= Q(line__stay__arrival_on__lte=last_day)
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


def _in_turn(claims: QuerySet[Claim], by: Sequence[str], empty: set[str]) -> Iterator[list[Claim]]:
    """All of them in batches, each read after the one before was worked at, but for currencies found empty by then."""
    further = Q()
    while batch := list(
        claims.filter(further).exclude(currency__in=empty).select_related("order").order_by(*by)[:BATCH]
    ):
        yield batch
        further = Q(TupleGreaterThan(Tuple(*by), [getattr(batch[-1], column) for column in by]))


def _worth_it(batches: Iterable[list[Claim]], declared: ForceMajeure) -> Iterator[list[Claim]]:
    """Those of which anything is paid first: as long as they stay as they are, nothing ever is of the others."""
    for batch in batches:
        each = zip(batch, advance_terms_of_each([claim.order for claim in batch]), strict=True)
        yield [claim for claim, terms in each if _amount(claim, terms, declared)]


def _advance_all(
    batches: Iterable[list[Claim]], declared: ForceMajeure | None, now: datetime, limit: int, empty: set[str]
) -> int:
    paid = 0
    for claim in chain.from_iterable(batches):
        if paid >= limit:
            break
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
    amount = _amount(claim, advance_terms(claim.order), declared)
    if not amount:
        if not declared:
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


def _is_due(claim: Claim, declared: ForceMajeure | None, now: datetime) -> bool:
    """Whether it is still as it was when it was found."""
    if declared:
        return claim.status in ADVANCED_IN
    return claim.status in IN_DISPUTE and claim.advance_due_at is not None and claim.advance_due_at <= now


def _amount(claim: Claim, terms: AdvanceTerms | None, declared: ForceMajeure | None) -> int:
    """The share of what is claimed of the price that the terms of the order say; 0 where nothing was promised."""
    if terms is None:
        return 0
    percent = terms.force_majeure_percent if declared else terms.lengthy_percent
    return terms.amount(claim.refund_part, percent=percent, currency=claim.currency)


def _record(claim: Claim, amount: int, cause: str, now: datetime) -> None:
    claim.paid, claim.advanced = claim.paid + amount, amount
    Claim.objects.filter(pk=claim.pk).update(paid=claim.paid, advanced=amount, advance_due_at=None)
    values = {"amount": amount, "currency": claim.currency, "cause": str(cause)}
    Event.objects.create(claim=claim, kind=Deed.ADVANCED, party=Party.RULE, at=now, values=values)
    people = [claim.consumer, *User.objects.filter(membership__merchant=claim.merchant_id, is_active=True)]
    tell_people(claim, people, "advance_paid", key="advance", at=now, amount=amount)
