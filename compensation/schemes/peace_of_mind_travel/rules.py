"""Peace of Mind for tours: eight rights, each with its own test, its own arithmetic and its own list of evidence.

Pure. What the booking's record shows is settled at once; what only the traveller tells waits for the merchant, whose
silence decides for the traveller.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from compensation.schemes.arithmetic import cut_to, price_back
from compensation.schemes.pledges import (
    NOTHING,
    DaysStep,
    MinutesStep,
    PeaceOfMindEnrolment,
    PercentForEach,
    Pledge,
    Proofs,
    TimesTheCharge,
    charge_and_more,
    for_each,
    kept,
    part_of_the_price,
    refuse_not_growing,
    refuse_other_rights,
    refuse_unordered,
    told_in_time,
)
from policies.shapes import Amounts, MinorUnits, later
from policies.traces import Step, Test, Verdict, all_passed, money
from policies.words import Remedy


class Right(StrEnum):
    """What a traveller can count on; the word says how it was broken."""

    FORCED_PURCHASE = "forced_purchase"
    HIDDEN_CHARGE = "hidden_charge"
    ITINERARY_CHANGED = "itinerary_changed"
    LESSER_HOTEL = "lesser_hotel"
    LESSER_SERVICE = "lesser_service"
    DEPARTURE_CANCELLED = "departure_cancelled"
    FREE_CANCELLATION = "free_cancellation"
    CALL_UNANSWERED = "call_unanswered"


# --- what the traveller tells -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ForcedPurchase:
    """`charged` is what was bought under pressure (0: only the stop was forced), `stops` how many such stops."""

    stops: int
    charged: MinorUnits = NOTHING


@dataclass(frozen=True, kw_only=True)
class HiddenCharge:
    """`charged` is what had to be paid although it was included or never disclosed."""

    charged: MinorUnits


@dataclass(frozen=True, kw_only=True)
class ItineraryChanged:
    """How many sights or activities of the itinerary were left out or cut short."""

    sights_missed: int


@dataclass(frozen=True, kw_only=True)
class LesserHotel:
    """How many nights were spent in a hotel of a lower class than the one sold."""

    nights: int


@dataclass(frozen=True, kw_only=True)
class LesserService:
    """On how many days the guide or the vehicle was missing or less than sold."""

    days: int


@dataclass(frozen=True, kw_only=True)
class CallUnanswered:
    """How long nobody answered a call for help during the tour."""

    minutes: int


Told = ForcedPurchase | HiddenCharge | ItineraryChanged | LesserHotel | LesserService | CallUnanswered


# --- facts and terms ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TravelFacts:
    """A booked tour and what became of it. Sums are minor units.

    `outcome` and `recorded_at` are the booking's record (None: nothing is recorded). `charged`, `count` (stops,
    sights, nights, days) and `minutes` are what the traveller tells (None: nothing yet). `label_held`: the merchant
    carried the label when the tour was booked. `given_back`: by a claim for another right the traveller stepped back,
    or had the price back because the tour did not depart.
    """

    right: Right
    currency: str
    paid: int
    refundable: int
    starts_at: datetime
    ends_at: datetime | None
    outcome: str
    recorded_at: datetime | None
    label_held: bool
    charged: int | None = None
    count: int | None = None
    minutes: int | None = None
    given_back: bool = later(default=False)


@dataclass(frozen=True, kw_only=True)
class PeaceOfMindTravelTerms:
    """Terms of `peace_of_mind_travel`.

    Broken rights are told within `report_within_days` after the tour. `departure_cancelled` are percentages on top of
    the price by notice, from the shortest notice on; `free_cancellation` percentages of the price that come back by
    days before departure; `call_unanswered` percentages by minutes without an answer. `cap` limits all compensation.
    """

    enrolment: ClassVar = PeaceOfMindEnrolment
    by_admission: ClassVar = True

    version: int
    report_within_days: int
    evidence: Mapping[str, Proofs]
    forced_purchase: PercentForEach
    hidden_charge: TimesTheCharge
    itinerary_changed: PercentForEach
    lesser_hotel: PercentForEach
    lesser_service: PercentForEach
    departure_cancelled: tuple[DaysStep, ...]
    free_cancellation: tuple[DaysStep, ...]
    call_unanswered: tuple[MinutesStep, ...]
    cap: Amounts

    def __post_init__(self) -> None:
        refuse_other_rights(self.evidence, Right)
        for name in ("departure_cancelled", "free_cancellation"):
            steps: tuple[DaysStep, ...] = getattr(self, name)
            refuse_unordered([step.from_days for step in steps], name)
        refuse_unordered([step.from_minutes for step in self.call_unanswered], "call_unanswered")
        refuse_not_growing([step.percent for step in reversed(self.departure_cancelled)], "departure_cancelled")
        refuse_not_growing([step.percent for step in self.free_cancellation], "free_cancellation")
        refuse_not_growing([step.percent for step in self.call_unanswered], "call_unanswered")


# --- the rule ----------------------------------------------------------------------------------------


def peace_of_mind_travel(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    """The right that was broken, judged by its own rule."""
    return RULES[facts.right](facts, terms, now)


def _forced_purchase(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    """What was bought comes back, and a part of the tour's price for each forced stop (Tourism Law, art. 35)."""
    steps = (
        *((Step("charge_back", facts.charged, {}),) if facts.charged else ()),
        *_each(facts, terms.forced_purchase),
    )
    return _told(facts, terms, now, steps)


def _hidden_charge(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    """The charge comes back, and several times as much on top (Consumer Rights Protection Law, art. 55)."""
    return _told(facts, terms, now, charge_and_more(facts.charged, terms.hidden_charge, facts.currency))


def _itinerary_changed(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    return _told(facts, terms, now, _each(facts, terms.itinerary_changed))


def _lesser_hotel(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    return _told(facts, terms, now, _each(facts, terms.lesser_hotel))


def _lesser_service(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    return _told(facts, terms, now, _each(facts, terms.lesser_service))


def _call_unanswered(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    """A part of the price that grows with the time nobody answered; with nothing told yet, its first step."""
    minutes = terms.call_unanswered[0].from_minutes if facts.minutes is None else facts.minutes
    reached = [step for step in terms.call_unanswered if minutes >= step.from_minutes]
    waited = Test(
        "nobody_answered_in_time",
        bool(reached),
        {"minutes": minutes, "limit_minutes": terms.call_unanswered[0].from_minutes},
    )
    steps = part_of_the_price(facts.paid, reached[-1].percent, facts.currency) if reached else ()
    return _told(facts, terms, now, steps, waited)


def _departure_cancelled(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    """The price comes back, and more on top the shorter the notice. The booking's record settles it at once."""
    recorded = Test("tour_cancellation_is_on_record", facts.outcome == "cancelled_by_merchant", {})
    told_at = facts.recorded_at if recorded.passed and facts.recorded_at else now
    days = terms.departure_cancelled
    notice = _step_of(days, facts.starts_at - told_at) or days[0]
    fell_out = recorded.passed or facts.outcome in ("booked", "refused")
    tests = (
        _label(facts),
        *_is_the_travellers(facts),
        Test("tour_may_be_cancelled", fell_out, {"booking_outcome": facts.outcome}),
        _since(facts, terms, now)[1],
    )
    steps = (*price_back(facts.refundable), *part_of_the_price(facts.paid, notice.percent, facts.currency))
    return kept(_pledge(facts, terms), tests, steps, recorded=recorded)


def _free_cancellation(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> Verdict:
    """The traveller steps back before departure and gets a part of the price, more the earlier it is.

    The calendar is the record, so it settles at once; the rest of the price stays with the merchant.
    """
    stepped_back = facts.outcome == "cancelled_by_consumer"
    at = facts.recorded_at if stepped_back and facts.recorded_at else now
    step = _step_of(terms.free_cancellation, facts.starts_at - at)
    tests = (
        _label(facts),
        *_is_the_travellers(facts),
        *_something_is_left(facts),
        Test("tour_is_still_to_come", facts.outcome == "booked" or stepped_back, {"booking_outcome": facts.outcome}),
        Test("before_departure", step is not None, {"departure_at": facts.starts_at}),
        _since(facts, terms, now)[1],
    )
    back = part_of_the_price(facts.paid, step.percent if step else 0, facts.currency)
    steps = (*back, *cut_to(sum(part.amount for part in back), facts.refundable, facts.currency))
    calendar = Test("days_before_departure", True, {"departure_at": facts.starts_at, "cancelled_at": at})  # noqa: FBT003 (outcome)
    return kept(_pledge(facts, terms), tests, steps, recorded=calendar, remedy=Remedy.REFUND)


RULES: Mapping[Right, Callable[[TravelFacts, PeaceOfMindTravelTerms, datetime], Verdict]] = {
    Right.FORCED_PURCHASE: _forced_purchase,
    Right.HIDDEN_CHARGE: _hidden_charge,
    Right.ITINERARY_CHANGED: _itinerary_changed,
    Right.LESSER_HOTEL: _lesser_hotel,
    Right.LESSER_SERVICE: _lesser_service,
    Right.DEPARTURE_CANCELLED: _departure_cancelled,
    Right.FREE_CANCELLATION: _free_cancellation,
    Right.CALL_UNANSWERED: _call_unanswered,
}


# --- below the rights ----------------------------------------------------------------------------------


def _told(
    facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime, steps: Sequence[Step], *more: Test
) -> Verdict:
    """A right that only the traveller can tell about: of a tour that began and did not fall out."""
    took_place = Test("tour_took_place", facts.outcome in ("booked", "kept"), {"booking_outcome": facts.outcome})
    tests = (_label(facts), *_is_the_travellers(facts), took_place, *_since(facts, terms, now), *more)
    return kept(_pledge(facts, terms), tests, steps if all_passed(tests) else ())


def _each(facts: TravelFacts, terms: PercentForEach) -> tuple[Step, ...]:
    """With nothing told yet, once."""
    count = 1 if facts.count is None else facts.count
    return for_each(facts.paid, count, terms, facts.currency) if count else ()


def _label(facts: TravelFacts) -> Test:
    return Test("label_was_held", facts.label_held, {})


def _is_the_travellers(facts: TravelFacts) -> Iterator[Test]:
    """Whoever gave the tour back has no other right of it."""
    if facts.given_back:
        yield Test("tour_was_not_given_back", False, {})  # noqa: FBT003 (the outcome of the test)


def _something_is_left(facts: TravelFacts) -> Iterator[Test]:
    """Of the price, for whoever steps back to get a part of it."""
    if facts.refundable <= 0:
        yield Test("something_is_left", False, {"left": money(0, facts.currency)})  # noqa: FBT003 (the outcome)


def _since(facts: TravelFacts, terms: PeaceOfMindTravelTerms, now: datetime) -> tuple[Test, Test]:
    """It may be told from the departure on, until some days after the tour."""
    until = facts.ends_at or facts.starts_at
    return told_in_time(since=facts.starts_at, until=until, days=terms.report_within_days, now=now)


def _step_of(steps: Sequence[DaysStep], before: timedelta) -> DaysStep | None:
    """The step for so much time before the departure; None where even the first asks for more."""
    return next((step for step in reversed(steps) if before >= timedelta(days=step.from_days)), None)


def _pledge(facts: TravelFacts, terms: PeaceOfMindTravelTerms) -> Pledge:
    return Pledge(
        rule="peace_of_mind_travel",
        version=terms.version,
        facts=facts,
        currency=facts.currency,
        cap=terms.cap,
        because=facts.right.value,
        proofs=terms.evidence[facts.right],
    )
