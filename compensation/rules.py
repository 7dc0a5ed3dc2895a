"""When a guarantee makes good more than the price: a hotel without the booked room, a store that is closed.

Pure: frozen facts and `now` in, a verdict out. Amounts are minor units of the order's currency. What is on record is
settled at once; what only the consumer reports waits for the merchant's word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from common.money import percentage
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, names, refuse
from policies.words import Reason, Remedy, Settles

EARTH_RADIUS_METRES = 6_371_000
BASIS_POINTS_OF_A_PERCENT = 100
WHOLE_PERCENT = 100

# --- hotel without the booked room -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StayFacts:
    """A stay that went wrong, with `reason` no_room or worse_room.

    `has_rate`: the rate is above 0 before any rounding; `first_night_rate` is the rate in minor units, 0 or less where
    there is none. Ranks order the hotel's room types by their mean rate, 1 being the cheapest; None: no rate of that
    type is known. `room_assigned` None: no room was given.
    `own_no_room_factor` is what the hotel itself promises (None: the platform's factor).
    """

    reason: Reason
    currency: str
    refundable: int
    has_rate: bool
    first_night_rate: int
    room_reserved: str
    room_assigned: str | None
    rank_reserved: int | None
    rank_assigned: int | None
    outcome: str
    arrival_on: date
    departure_on: date
    takes_part: bool
    own_no_room_factor: int | None


@dataclass(frozen=True, kw_only=True)
class OverbookingEnrolment:
    """How many first nights a hotel promises for no room at all, up to the platform's factor (absent: that factor)."""

    no_room_factor: int | None = None


@dataclass(frozen=True, kw_only=True)
class OverbookingTerms:
    """Terms of `hotel_overbooking`: how many first nights are owed, and up to which sum (absent: no other limit)."""

    enrolment: ClassVar = OverbookingEnrolment

    version: int
    merchant_must_enrol: bool
    window_days: int
    no_room_factor: int
    worse_room_factor: int
    cap: Amounts | None = None


def hotel_overbooking(facts: StayFacts, terms: OverbookingTerms, now: datetime) -> Verdict:
    """A free upgrade or another room, else money: for a worse room some first nights, for none the price as well.

    Seed: free upgrade, or refund and up to three times the first night. What counts is the record, also of a notice
    before arrival, and not whether the hotel agrees.
    """
    before = (*_hotel_takes_part(facts, terms), _claimed_in_time(facts, terms, now))
    if not all_passed(before):
        return _nothing(facts, terms, before)
    return _no_room(facts, terms, before) if facts.reason == Reason.NO_ROOM else _worse_room(facts, terms, before, now)


def _worse_room(facts: StayFacts, terms: OverbookingTerms, before: Sequence[Test], now: datetime) -> Verdict:
    """In this order: a stay without a rate, a type without a rank, a room not below the booked one, a lesser room.

    What goes to an agent shows the sum that is owed if the agent finds that the room was a lesser one.
    """
    tests = (
        *before,
        Test("guest_stayed", _has_stayed(facts, now), {"outcome": facts.outcome}),
        Test("room_differs", facts.room_assigned != facts.room_reserved, {"reserved": facts.room_reserved}),
    )
    if not all_passed(tests):
        return _nothing(facts, terms, tests)
    rate = Test("stay_has_a_rate", facts.has_rate, {"rate": money(facts.first_night_rate, facts.currency)})
    if not rate.passed:
        return _outcome("nothing_owed", facts, terms, (*tests, rate), granted=False)
    steps = _first_nights(facts, terms, terms.worse_room_factor)
    ranked = facts.rank_reserved is not None and facts.rank_assigned is not None
    ranks = Test("both_rooms_have_a_rank", ranked, _rooms(facts))
    if facts.rank_reserved is None or facts.rank_assigned is None:
        return _outcome("to_agent", facts, terms, (*tests, rate, ranks), settles=Settles.BY_AGENT, steps=steps)
    below = Test(
        "room_is_below_the_booked_one",
        facts.rank_assigned < facts.rank_reserved,
        {**_rooms(facts), "rank_reserved": facts.rank_reserved, "rank_assigned": facts.rank_assigned},
    )
    if not below.passed:
        return _outcome("upgraded", facts, terms, (*tests, rate, ranks, below), remedy=Remedy.UPGRADE)
    return _outcome("compensated", facts, terms, (*tests, rate, ranks, below), steps=steps)


def _no_room(facts: StayFacts, terms: OverbookingTerms, before: Sequence[Test]) -> Verdict:
    """No room at all: what is left of the price and up to `no_room_factor` first nights.

    The hotel's own record that it turned the guest away settles it at once. A better room that was given makes it good.
    """
    if (
        facts.room_assigned not in (None, facts.room_reserved)
        and facts.rank_reserved is not None
        and facts.rank_assigned is not None
        and facts.rank_assigned >= facts.rank_reserved
    ):
        better = Test("no_room_was_given", False, _rooms(facts))  # noqa: FBT003 (the outcome of the test)
        return _outcome("upgraded", facts, terms, (*before, better), remedy=Remedy.UPGRADE)
    tests = (
        *before,
        Test("stay_was_due", facts.outcome != "cancelled", {"outcome": facts.outcome}),
        Test("guest_did_not_stay", facts.outcome != "checked_out", {"outcome": facts.outcome}),
    )
    if not all_passed(tests):
        return _nothing(facts, terms, tests)
    recorded = Test("hotel_recorded_it", facts.outcome == "turned_away", {"outcome": facts.outcome})
    factor = min(terms.no_room_factor, _or(facts.own_no_room_factor, terms.no_room_factor))
    steps = (*_price_back(facts.refundable), *_first_nights(facts, terms, factor))
    if not sum(step.amount for step in steps):
        return _outcome("nothing_owed", facts, terms, (*tests, recorded), granted=False)
    return _outcome(
        "no_room" if recorded.passed else "no_room_reported",
        facts,
        terms,
        (*tests, recorded),
        settles=Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT,
        steps=steps,
    )


def _hotel_takes_part(facts: StayFacts, terms: OverbookingTerms) -> Sequence[Test]:
    return (Test("merchant_takes_part", facts.takes_part, {}),) if terms.merchant_must_enrol else ()


def _claimed_in_time(facts: StayFacts, terms: OverbookingTerms, now: datetime) -> Test:
    """Days are counted in UTC; a notice before arrival counts as well."""
    until_on = facts.departure_on + timedelta(days=terms.window_days)
    return Test(
        "stay_window_is_open",
        now.date() < until_on,
        {"days": terms.window_days, "since_on": facts.departure_on, "until_on": until_on},
    )


def _has_stayed(facts: StayFacts, now: datetime) -> bool:
    return facts.outcome == "checked_out" or (facts.outcome == "booked" and now.date() >= facts.arrival_on)


def _rooms(facts: StayFacts) -> dict[str, str]:
    return {"reserved": facts.room_reserved, "assigned": facts.room_assigned or ""}


def _first_nights(facts: StayFacts, terms: OverbookingTerms, factor: int) -> tuple[Step, ...]:
    owed = max(0, facts.first_night_rate) * factor
    steps = (
        Step("first_nights", owed, {"rate": money(facts.first_night_rate, facts.currency), "factor": factor}),
        *_cut_to(owed, _limit(terms.cap, facts.currency), facts.currency),
    )
    return steps if owed else ()


def _nothing(facts: StayFacts, terms: OverbookingTerms, tests: Sequence[Test]) -> Verdict:
    trace = Trace("hotel_overbooking", terms.version, facts, tests)
    return refuse(trace, remedy=Remedy.COMPENSATION, settles=Settles.AT_ONCE, currency=facts.currency)


def _outcome(
    because: str,
    facts: StayFacts,
    terms: OverbookingTerms,
    tests: Sequence[Test],
    *,
    granted: bool = True,
    remedy: Remedy = Remedy.COMPENSATION,
    settles: Settles = Settles.AT_ONCE,
    steps: tuple[Step, ...] = (),
) -> Verdict:
    amount = sum(step.amount for step in steps)
    return Verdict(
        granted=granted,
        remedy=remedy,
        settles=settles,
        amount=amount,
        compensation=amount - sum(step.amount for step in steps if step.code == "price_back"),
        currency=facts.currency,
        because=because,
        values=_rooms(facts),
        trace=Trace("hotel_overbooking", terms.version, facts, tests, steps),
    )


# --- closed store ------------------------------------------------------------------------------------


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
        _refuse_above_all_of_it(self.percent or 0, "percent")


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
        _refuse_above_all_of_it(self.percent, "percent")
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
    percent = _or(facts.own_percent, terms.percent)
    beyond = percentage(facts.paid, percent * BASIS_POINTS_OF_A_PERCENT)
    more = (
        Step("percent_of_the_price", beyond, {"paid": money(facts.paid, facts.currency), "percent": percent}),
        *_cut_to(beyond, _limit(terms.cap, facts.currency), facts.currency),
    )
    return grant(
        Trace("closed_store", terms.version, facts, tests, (*_price_back(facts.refundable), *(more if beyond else ()))),
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


# --- shared arithmetic -------------------------------------------------------------------------------


def _price_back(refundable: int) -> tuple[Step, ...]:
    return (Step("price_back", refundable, {}),) if refundable else ()


def _cut_to(amount: int, limit: int | None, currency: str) -> tuple[Step, ...]:
    """The step that takes off what is above the limit."""
    if limit is None or amount <= limit:
        return ()
    return (Step("cut_to_the_limit", limit - amount, {"limit": money(limit, currency)}),)


def _limit(amounts: Amounts | None, currency: str) -> int | None:
    return None if amounts is None else amounts.of(currency)


def _or(own: int | None, default: int) -> int:
    return default if own is None else own


def _refuse_above_all_of_it(percent: int, path: str) -> None:
    if percent > WHOLE_PERCENT:
        raise Misshapen(path, "above_the_whole", value=percent)
