"""A store that is closed, or turns the consumer away at its door. Pure: frozen facts and `now` in, a verdict out.

Amounts are minor units of the order's currency. A closure on record settles at once; what only the consumer reports
waits for the merchant's word, with the time and the place of the report beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import ClassVar
from zoneinfo import ZoneInfo

from common.money import percentage
from compensation.schemes.arithmetic import (
    BASIS_POINTS_OF_A_PERCENT,
    cut_to,
    limit_in,
    own_or,
    price_back,
    refuse_above_all_of_it,
    refuse_unknown_timezone,
)
from policies.shapes import Amounts, Misshapen, later
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, names, refuse
from policies.words import Remedy, Settles

EARTH_RADIUS_METRES = 6_371_000


class Cause(StrEnum):
    """What happened at the door. Closed is also renovating and moved, as the closure on record says."""

    STORE_CLOSED = "store_closed"
    STORE_REFUSED = "store_refused"


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A half-open period in which the store is on record as closed; no end means until further notice."""

    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A half-open span of every week, weekday 0 being Monday; it ends on the day after where it closes no later than
    it opens."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class Place:
    """A store: where it is, and the half-open span of the day in which it is open (None: not known).

    Where there are `hours` they count instead, and it is closed in all others.
    """

    code: str
    name: str
    name_zh: str
    latitude: float | None
    longitude: float | None
    open_from: time | None
    open_until: time | None
    hours: tuple[Hours, ...] = later(())


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the consumer says: when they stood at the door, and where that was (degrees; both or neither)."""

    happened_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None

    def __post_init__(self) -> None:
        if (self.latitude is None) != (self.longitude is None):
            raise Misshapen("latitude" if self.latitude is None else "longitude", "only_half_a_place")
        if self.latitude is not None and not -90 <= self.latitude <= 90:  # noqa: PLR2004 (from pole to pole)
            raise Misshapen("latitude", "not_on_earth", limit=90)
        if self.longitude is not None and not -180 <= self.longitude <= 180:  # noqa: PLR2004 (once around)
            raise Misshapen("longitude", "not_on_earth", limit=180)


@dataclass(frozen=True, kw_only=True)
class ClosedStoreFacts:
    """A voucher whose store was closed. `remedy` is what the consumer would rather have: money, or another store.

    `others` are the same merchant's stores of the same kind that are on no record as closed.
    `own_percent` of the price is what the merchant itself promises beyond the refund (None: the platform's figure).
    """

    remedy: Remedy
    currency: str
    paid: int
    refundable: int
    redeemed: bool
    usable_from: datetime
    expires_at: datetime
    store: Place
    closures: tuple[Closure, ...]
    others: tuple[Place, ...]
    takes_part: bool
    own_percent: int | None
    cause: Cause = later(Cause.STORE_CLOSED)
    report: Report | None = later(None)

    @property
    def came_at(self) -> datetime | None:
        """When the consumer came, if they said so."""
        return self.report.happened_at if self.report else None


@dataclass(frozen=True, kw_only=True)
class ClosedStoreEnrolment:
    """What a merchant promises beyond the refund, as a percentage of the price (absent: the platform's figure)."""

    percent: int | None = None

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent or 0, "percent")


@dataclass(frozen=True, kw_only=True)
class ClosedStoreTerms:
    """Terms of `closed_store`.

    `causes` are what it answers for. `report_within_days` is how long ago the closed door may be, and a report from
    within `at_store_within_metres` counts as made at it. `percent` of the price comes on top of the refund, never more
    than all of it and never more than `cap` (absent: no other limit). `timezone` is the stores' own.
    """

    enrolment: ClassVar = ClosedStoreEnrolment

    version: int
    merchant_must_enrol: bool
    report_within_days: int
    alternative_within_metres: int
    percent: int
    timezone: str
    cap: Amounts | None = None
    causes: tuple[Cause, ...] = (Cause.STORE_CLOSED,)
    at_store_within_metres: int = 0

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")
        refuse_unknown_timezone(self.timezone, "timezone")


def closed_store(facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime) -> Verdict:
    """Another store of the business that is open and near, or the price back and up to as much again.

    Seed: an alternative store, or compensation up to the order amount. A closure on record settles it at once.
    """
    tests = (
        *_store_takes_part(facts, terms),
        Test("voucher_is_unused", not facts.redeemed, {}),
        _voucher_was_valid(facts, terms, now),
        *_visit(facts, terms, now),
        *_place(facts, terms),
    )
    recorded = _on_record(facts, terms, now)
    settles = Settles.AT_ONCE if all_passed(recorded) and recorded else Settles.AFTER_MERCHANT
    if facts.remedy == Remedy.ALTERNATIVE:
        return _another_store(facts, terms, now, (*tests, *recorded), settles)
    return _price_and_more(facts, terms, (*tests, *recorded), settles)


def _store_takes_part(facts: ClosedStoreFacts, terms: ClosedStoreTerms) -> Iterator[Test]:
    if terms.merchant_must_enrol:
        yield Test("merchant_takes_part", facts.takes_part, {})
    if facts.cause != Cause.STORE_CLOSED:
        yield Test("reason_is_covered", facts.cause in terms.causes, {"reason": facts.cause})


def _voucher_was_valid(facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime) -> Test:
    """At the visit where the consumer says when that was, else so lately that the visit may have been in time."""
    grace = timedelta() if facts.came_at else timedelta(days=terms.report_within_days)
    return Test(
        "voucher_was_valid",
        facts.usable_from <= (facts.came_at or now) < facts.expires_at + grace,
        {"from_at": facts.usable_from, "until_at": facts.expires_at},
    )


def _visit(facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime) -> Iterator[Test]:
    """Where the consumer says when they came: lately, and at an hour at which the store is open, if its hours are
    known."""
    if (came_at := facts.came_at) is None:
        return
    days = terms.report_within_days
    values = {"days": days, "came_at": came_at}
    yield Test("visit_was_lately", came_at <= now < came_at + timedelta(days=days), values)
    if facts.store.hours or None not in (facts.store.open_from, facts.store.open_until):
        yield Test("store_is_open_at_that_hour", _is_open(facts.store, _local(came_at, terms)), {"came_at": came_at})


def _place(facts: ClosedStoreFacts, terms: ClosedStoreTerms) -> Iterator[Test]:
    """Whether the report was made at the store; it does not refuse, and those who answer and decide see it."""
    if facts.report is None or (metres := metres_between(facts.store, facts.report)) is None:
        return
    limit = terms.at_store_within_metres
    yield Test("report_was_made_at_the_store", metres <= limit, {"metres": metres, "limit_metres": limit})


def _on_record(facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime) -> tuple[Test, ...]:
    """Whether the closure is on record; that a store would not serve somebody never is."""
    if facts.cause == Cause.STORE_REFUSED:
        return ()
    if came_at := facts.came_at:
        shut = any(_lies_in(closure, came_at, came_at) for closure in facts.closures)
        return (Test("closure_was_on_record_then", shut, {"came_at": came_at}),)
    days = terms.report_within_days
    shut = any(_lies_in(closure, now - timedelta(days=days), now) for closure in facts.closures)
    return (Test("closure_is_on_record", shut, {"days": days}),)


def _another_store(
    facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime, tests: Sequence[Test], settles: Settles
) -> Verdict:
    metres, place = nearest_open(facts.store, facts.others, at=_local(now, terms)) or (
        0,
        None,
    )
    near = place is not None and metres <= terms.alternative_within_metres
    values = {"store": place.code, "name": names(place.name, place.name_zh), "metres": metres} if place else {}
    found = Test("open_store_is_near", near, {"limit_metres": terms.alternative_within_metres, **values})
    trace = Trace("closed_store", terms.version, facts, (*tests, found))
    if not all_passed((*_required(tests), found)):
        return _refused(trace, facts, settles)
    return grant(
        trace,
        remedy=Remedy.ALTERNATIVE,
        settles=settles,
        currency=facts.currency,
        because="another_store",
        values=values,
    )


def _price_and_more(
    facts: ClosedStoreFacts, terms: ClosedStoreTerms, tests: Sequence[Test], settles: Settles
) -> Verdict:
    left = Test("something_is_left", facts.refundable > 0, {"left": money(facts.refundable, facts.currency)})
    tests = (*tests, left)
    if not all_passed(_required(tests)):
        return _refused(Trace("closed_store", terms.version, facts, tests), facts, settles)
    percent = own_or(facts.own_percent, terms.percent)
    beyond = percentage(facts.paid, percent * BASIS_POINTS_OF_A_PERCENT)
    more = (
        Step("percent_of_the_price", beyond, {"paid": money(facts.paid, facts.currency), "percent": percent}),
        *cut_to(beyond, limit_in(terms.cap, facts.currency), facts.currency),
    )
    return grant(
        Trace("closed_store", terms.version, facts, tests, (*price_back(facts.refundable), *(more if beyond else ()))),
        remedy=Remedy.COMPENSATION,
        settles=settles,
        currency=facts.currency,
        because=_because(facts, settles),
        compensation=sum(step.amount for step in more),
    )


def _because(facts: ClosedStoreFacts, settles: Settles) -> str:
    if facts.cause == Cause.STORE_REFUSED:
        return "store_reported_refusing"
    return "store_was_closed" if settles == Settles.AT_ONCE else "store_reported_closed"


# These decide how fast it settles, or support what is said, and refuse nothing.
SUPPORTING = frozenset({"closure_is_on_record", "closure_was_on_record_then", "report_was_made_at_the_store"})


def _required(tests: Sequence[Test]) -> tuple[Test, ...]:
    return tuple(test for test in tests if test.code not in SUPPORTING)


def _refused(trace: Trace, facts: ClosedStoreFacts, settles: Settles) -> Verdict:
    failed = next(test for test in _required(trace.tests) if not test.passed)
    return refuse(trace, remedy=facts.remedy, settles=settles, currency=facts.currency, because=failed)


def _lies_in(closure: Closure, from_at: datetime, until_at: datetime) -> bool:
    """Whether the store was closed at any moment of the half-open time before the claim, or is closed now."""
    return closure.starts_at <= until_at and (closure.ends_at is None or closure.ends_at > from_at)


def nearest_open(store: Place, others: Sequence[Place], *, at: datetime) -> tuple[int, Place] | None:
    """The nearest of the others that is open at this local time, with its distance in metres; of two, by code."""
    reachable = [
        (metres, place)
        for place in others
        if _is_open(place, at) and (metres := metres_between(store, place)) is not None
    ]
    return min(reachable, key=lambda it: (it[0], it[1].code), default=None)


def metres_between(one: Place, other: Place | Report) -> int | None:
    """The great-circle distance by the haversine formula, to the metre; None when a place is not on the map."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    latitude, other_latitude = radians(one.latitude), radians(other.latitude)
    halves = (other_latitude - latitude) / 2, radians(other.longitude - one.longitude) / 2
    square = sin(halves[0]) ** 2 + cos(latitude) * cos(other_latitude) * sin(halves[1]) ** 2
    return round(2 * EARTH_RADIUS_METRES * asin(min(1, sqrt(square))))


def _local(at: datetime, terms: ClosedStoreTerms) -> datetime:
    return at.astimezone(ZoneInfo(terms.timezone))


def _is_open(place: Place, at: datetime) -> bool:
    """Half-open, and past midnight where a place closes earlier than it opens; hours not known promise nothing.

    `at` is the place's own time.
    """
    if place.hours:
        return any(_lies_within(hours, at) for hours in place.hours)
    if place.open_from is None or place.open_until is None:
        return False
    if place.open_from <= place.open_until:
        return place.open_from <= at.time() < place.open_until
    return at.time() >= place.open_from or at.time() < place.open_until


def _lies_within(hours: Hours, at: datetime) -> bool:
    if hours.opens < hours.closes:
        return at.weekday() == hours.weekday and hours.opens <= at.time() < hours.closes
    evening = at.weekday() == hours.weekday and at.time() >= hours.opens
    return evening or (at.weekday() == (hours.weekday + 1) % 7 and at.time() < hours.closes)
