"""A store that is closed when the consumer comes. Pure: frozen facts and `now` in, a verdict out.

Amounts are minor units of the order's currency. A closure on record settles at once; what only the consumer reports
waits for the merchant's word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from common.money import percentage
from compensation.schemes.arithmetic import (
    BASIS_POINTS_OF_A_PERCENT,
    cut_to,
    limit_in,
    own_or,
    price_back,
    refuse_above_all_of_it,
)
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, names, refuse
from policies.words import Remedy, Settles

EARTH_RADIUS_METRES = 6_371_000


@dataclass(frozen=True, kw_only=True)
class Closure:
    """A half-open period in which the store is on record as closed; no end means until further notice."""

    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Place:
    """A store: where it is, and the half-open span of the day in which it is open (None: not known)."""

    code: str
    name: str
    name_zh: str
    latitude: float | None
    longitude: float | None
    open_from: time | None
    open_until: time | None


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


@dataclass(frozen=True, kw_only=True)
class ClosedStoreEnrolment:
    """What a merchant promises beyond the refund, as a percentage of the price (absent: the platform's figure)."""

    percent: int | None = None

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent or 0, "percent")


@dataclass(frozen=True, kw_only=True)
class ClosedStoreTerms:
    """Terms of `closed_store`.

    `report_within_days` is how long ago the closed door may be, `percent` of the price comes on top of the refund,
    never more than all of it and never more than `cap` (absent: no other limit). `timezone` is the stores' own.
    """

    enrolment: ClassVar = ClosedStoreEnrolment

    version: int
    merchant_must_enrol: bool
    report_within_days: int
    alternative_within_metres: int
    percent: int
    timezone: str
    cap: Amounts | None = None

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")
        if self.timezone not in available_timezones():
            raise Misshapen("timezone", "not_a_timezone", value=self.timezone)


def closed_store(facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime) -> Verdict:
    """Another store of the business that is open and near, or the price back and up to as much again.

    Seed: an alternative store, or compensation up to the order amount. A closure on record settles it at once.
    """
    recorded = Test(
        "closure_is_on_record",
        any(_lies_in(closure, now - timedelta(days=terms.report_within_days), now) for closure in facts.closures),
        {"days": terms.report_within_days},
    )
    tests = (
        *((Test("merchant_takes_part", facts.takes_part, {}),) if terms.merchant_must_enrol else ()),
        Test("voucher_is_unused", not facts.redeemed, {}),
        Test(
            "voucher_was_valid",
            facts.usable_from <= now < facts.expires_at + timedelta(days=terms.report_within_days),
            {"from_at": facts.usable_from, "until_at": facts.expires_at},
        ),
    )
    settles = Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT
    if facts.remedy == Remedy.ALTERNATIVE:
        return _another_store(facts, terms, now, (*tests, recorded), settles)
    return _price_and_more(facts, terms, (*tests, recorded), settles)


def _another_store(
    facts: ClosedStoreFacts, terms: ClosedStoreTerms, now: datetime, tests: Sequence[Test], settles: Settles
) -> Verdict:
    metres, place = nearest_open(facts.store, facts.others, at=now.astimezone(ZoneInfo(terms.timezone)).time()) or (
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
        because="store_was_closed" if settles == Settles.AT_ONCE else "store_reported_closed",
        compensation=sum(step.amount for step in more),
    )


def _required(tests: Sequence[Test]) -> tuple[Test, ...]:
    """All but whether the closure is on record, which only decides how fast it settles."""
    return tuple(test for test in tests if test.code != "closure_is_on_record")


def _refused(trace: Trace, facts: ClosedStoreFacts, settles: Settles) -> Verdict:
    failed = next(test for test in _required(trace.tests) if not test.passed)
    return refuse(trace, remedy=facts.remedy, settles=settles, currency=facts.currency, because=failed)


def _lies_in(closure: Closure, from_at: datetime, until_at: datetime) -> bool:
    """Whether the store was closed at any moment of the half-open time before the claim, or is closed now."""
    return closure.starts_at <= until_at and (closure.ends_at is None or closure.ends_at > from_at)


def nearest_open(store: Place, others: Sequence[Place], *, at: time) -> tuple[int, Place] | None:
    """The nearest of the others that is open at this time of day, with its distance in metres; of two, by code."""
    reachable = [
        (metres, place)
        for place in others
        if _is_open(place, at) and (metres := metres_between(store, place)) is not None
    ]
    return min(reachable, key=lambda it: (it[0], it[1].code), default=None)


def metres_between(one: Place, other: Place) -> int | None:
    """The great-circle distance by the haversine formula, to the metre; None when a place is not on the map."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    latitude, other_latitude = radians(one.latitude), radians(other.latitude)
    halves = (other_latitude - latitude) / 2, radians(other.longitude - one.longitude) / 2
    square = sin(halves[0]) ** 2 + cos(latitude) * cos(other_latitude) * sin(halves[1]) ** 2
    return round(2 * EARTH_RADIUS_METRES * asin(min(1, sqrt(square))))


def _is_open(place: Place, at: time) -> bool:
    """Half-open, and past midnight where a place closes earlier than it opens; hours not known promise nothing."""
    if place.open_from is None or place.open_until is None:
        return False
    if place.open_from <= place.open_until:
        return place.open_from <= at < place.open_until
    return at >= place.open_from or at < place.open_until
