"""A hotel that cannot give the room as booked. Pure: frozen facts and `now` in, a verdict out.

Amounts are minor units of the order's currency.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

from compensation.schemes.arithmetic import cut_to, limit_in, own_or, price_back, refuse_unknown_timezone
from policies.shapes import Amounts, Misshapen, later
from policies.traces import Step, Test, Trace, Verdict, all_passed, money, refuse
from policies.words import Reason, Remedy, Settles


class Alternative(StrEnum):
    """What became of the other hotel that the guest was offered."""

    NONE = "none"
    OPEN = "open"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"


class Exempt(StrEnum):
    """What exempts a hotel without a room: wholly, as the guest has another one or is asked, or from the nights."""

    ALTERNATIVE_OPEN = "alternative_open"
    ALTERNATIVE_TAKEN = "alternative_taken"
    TOLD_IN_TIME = "told_in_time"
    FORCE_MAJEURE = "force_majeure"


@dataclass(frozen=True, kw_only=True)
class StayFacts:
    """A stay that went wrong, with `reason` no_room or worse_room.

    `has_rate`: the rate is above 0 before any rounding; `first_night_rate` is the rate in minor units, 0 or less where
    there is none. Ranks order the hotel's room types by their mean rate, 1 being the cheapest; None: no rate of that
    type is known. `room_assigned` None: no room was given.
    `own_no_room_factor` is what the hotel itself promises (None: the platform's factor). `told_at` is when the guest
    was told that there is no room (None: not on record), `alternative` what became of another hotel that was offered,
    `elsewhere` whether it is still offered or was taken, and `force_majeure` whether it was declared for this hotel and
    the day of arrival.
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
    told_at: datetime | None = later(None)
    alternative: Alternative = later(Alternative.NONE)
    force_majeure: bool = later(default=False)
    elsewhere: bool = later(default=False)


@dataclass(frozen=True, kw_only=True)
class OverbookingEnrolment:
    """How many first nights a hotel promises for no room at all, up to the platform's factor (absent: that factor)."""

    no_room_factor: int | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerTime:
    """How long a guest has to answer when the arrival is at most so many hours away (absent: however far)."""

    minutes: int
    arrival_within_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class OverbookingTerms:
    """Terms of `hotel_overbooking`: how many first nights are owed, and up to which sum (absent: no other limit).

    `exempt` is the whole list of what exempts a hotel. The first nights are owed when the guest is told less than
    `nights_when_told_within_days` before arrival. `answer` says how long a guest has to answer an offered alternative,
    the nearest arrival first; rooms are ready from `check_in` in the hotels' `timezone`.
    """

    enrolment: ClassVar = OverbookingEnrolment

    version: int
    merchant_must_enrol: bool
    window_days: int
    no_room_factor: int
    worse_room_factor: int
    cap: Amounts | None = None
    exempt: tuple[Exempt, ...] = ()
    nights_when_told_within_days: int = 0
    answer: tuple[AnswerTime, ...] = ()
    check_in: time = time(15)
    timezone: str = "UTC"

    def allows(self, own: OverbookingEnrolment) -> None:
        """Raises Misshapen for more first nights than the platform promises."""
        if own.no_room_factor is not None and own.no_room_factor > self.no_room_factor:
            limit = self.no_room_factor
            raise Misshapen("no_room_factor", "above_the_platform", value=own.no_room_factor, limit=limit)

    def __post_init__(self) -> None:
        refuse_unknown_timezone(self.timezone, "timezone")
        within = [each.arrival_within_hours for each in self.answer]
        if self.answer and (None in within[:-1] or within[-1] is not None or not _ascends(within[:-1])):
            raise Misshapen("answer", "arrivals_do_not_ascend")
        if any(each.minutes == 0 for each in self.answer):
            raise Misshapen("answer", "no_time_to_answer")


def _ascends(hours: Sequence[int | None]) -> bool:
    return all(one is not None and other is not None and one < other for one, other in pairwise(hours))


def is_same_or_better(rank_reserved: int | None, rank_given: int | None) -> bool:
    """Whether a room is of the booked class or a better one; a room without a rank is not known to be."""
    return rank_reserved is not None and rank_given is not None and rank_given >= rank_reserved


# --- the guest's answer ------------------------------------------------------------------------------


def answer_until(arrival_on: date, terms: OverbookingTerms, now: datetime) -> datetime:
    """Until when a guest who is offered another hotel now may answer: the nearer the arrival, the sooner."""
    ahead = arrival(arrival_on, terms) - now
    minutes = next(
        each.minutes
        for each in terms.answer
        if each.arrival_within_hours is None or ahead <= timedelta(hours=each.arrival_within_hours)
    )
    return now + timedelta(minutes=minutes)


def arrival(on: date, terms: OverbookingTerms) -> datetime:
    """From when the room is to be ready."""
    return datetime.combine(on, terms.check_in, ZoneInfo(terms.timezone))


# --- the rule ----------------------------------------------------------------------------------------


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

    Who is offered another hotel, or took it, has no room here that could be a lesser one. What goes to an agent shows
    the sum that is owed if the agent finds that the room was a lesser one.
    """
    tests = (
        *before,
        *(_has_another_hotel(facts, terms) if facts.elsewhere else ()),
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
        *_has_another_hotel(facts, terms),
    )
    if not all_passed(tests):
        return _nothing(facts, terms, tests)
    recorded = Test("hotel_recorded_it", facts.outcome == "turned_away", {"outcome": facts.outcome})
    owes_nights = tuple(_owes_nights(facts, terms))
    tests = (*tests, recorded, *owes_nights)
    factor = min(terms.no_room_factor, own_or(facts.own_no_room_factor, terms.no_room_factor))
    nights = _first_nights(facts, terms, factor) if all_passed(owes_nights) else ()
    steps = (*price_back(facts.refundable), *nights)
    if not sum(step.amount for step in steps):
        return _outcome("nothing_owed", facts, terms, tests, granted=False)
    if not all_passed(owes_nights):
        because = "no_room_without_nights" if recorded.passed else "no_room_without_nights_reported"
    else:
        because = "no_room" if recorded.passed else "no_room_reported"
    return _outcome(
        because,
        facts,
        terms,
        tests,
        settles=Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT,
        steps=steps,
    )


def _has_another_hotel(facts: StayFacts, terms: OverbookingTerms) -> Iterator[Test]:
    """Who was offered another hotel answers first, and who took it has a room."""
    if Exempt.ALTERNATIVE_OPEN in terms.exempt:
        yield Test("no_alternative_waits", facts.alternative != Alternative.OPEN, {})
    if Exempt.ALTERNATIVE_TAKEN in terms.exempt:
        yield Test("no_alternative_was_taken", facts.alternative != Alternative.TAKEN, {})


def _owes_nights(facts: StayFacts, terms: OverbookingTerms) -> Iterator[Test]:
    """What leaves the guest with the price alone. A hotel that told nobody told nobody in time."""
    if Exempt.TOLD_IN_TIME in terms.exempt and facts.told_at is not None:
        days = timedelta(days=terms.nights_when_told_within_days)
        late = arrival(facts.arrival_on, terms) - facts.told_at < days
        values = {"days": terms.nights_when_told_within_days, "told_at": facts.told_at}
        yield Test("guest_was_told_late", late, values)
    if Exempt.FORCE_MAJEURE in terms.exempt:
        yield Test("no_force_majeure", not facts.force_majeure, {"arrival_on": facts.arrival_on})


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
        *cut_to(owed, limit_in(terms.cap, facts.currency), facts.currency),
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
