"""Refused although reserved: the price back, and a sum on top that grows as the notice gets shorter. Pure.

Amounts are minor units of the order's currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar

from common.money import percentage
from compensation.schemes.arithmetic import (
    BASIS_POINTS_OF_A_PERCENT,
    cut_to,
    own_or,
    price_back,
    refuse_above_all_of_it,
    refuse_sums_beyond,
)
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import Remedy, Settles

A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ReservationParticulars:
    """When the consumer says to have come, where no record tells it."""

    arrived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeStep:
    """Told less than `under_minutes` before the booked time: `percent` of the price on top, and `at_least` this."""

    under_minutes: int
    at_least: Amounts
    percent: int = 0

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")
        if not self.under_minutes:
            raise Misshapen("under_minutes", "reservation_step_without_minutes")


@dataclass(frozen=True, kw_only=True)
class HardReservationFacts:
    """A booked table or treatment that the merchant did not give. `outcome` is what is on record of it.

    `told_at` is when the merchant refused or cancelled it, and `arrived_at` when the guest came, where that is on
    record; `reported_at` is when the consumer says to have come. `own_hold_minutes` and `own_steps` are how long the
    merchant keeps what was booked and what it pays on top (None, empty: the platform's).
    """

    currency: str
    paid: int
    refundable: int
    starts_at: datetime
    outcome: str
    told_at: datetime | None
    arrived_at: datetime | None
    reported_at: datetime | None
    takes_part: bool
    own_hold_minutes: int | None
    own_steps: tuple[NoticeStep, ...]


@dataclass(frozen=True, kw_only=True)
class HardReservationEnrolment:
    """How long a merchant keeps what was booked, and what it pays on top; what is left out is the platform's.

    One step is a flat sum for every notice shorter than its own.
    """

    hold_minutes: int | None = None
    steps: tuple[NoticeStep, ...] = ()

    def __post_init__(self) -> None:
        _refuse_steps_that_rise(self.steps)


@dataclass(frozen=True, kw_only=True)
class HardReservationTerms:
    """Terms of `hard_reservation`: the shortest notice first, each longer one with no more on top, up to `cap`.

    A guest has come in time until `hold_minutes` after the booked time. A merchant's own terms keep what was booked no
    shorter than that, and pay at least `own_least` to whoever is refused at the door.
    """

    enrolment: ClassVar = HardReservationEnrolment

    version: int
    merchant_must_enrol: bool
    window_days: int
    hold_minutes: int
    steps: tuple[NoticeStep, ...]
    cap: Amounts
    own_least: Amounts

    def __post_init__(self) -> None:
        if not self.steps:
            raise Misshapen("steps", "empty")
        _refuse_steps_that_rise(self.steps)

    def allows(self, own: HardReservationEnrolment) -> None:
        """Raises Misshapen for a merchant's terms beyond these limits."""
        if own_or(own.hold_minutes, self.hold_minutes) < self.hold_minutes:
            raise Misshapen("hold_minutes", "below_the_platform", value=own.hold_minutes, limit=self.hold_minutes)
        for index, step in enumerate(own.steps):
            least = Amounts({}) if index else self.own_least
            refuse_sums_beyond(step.at_least, least=least, most=self.cap, path=f"steps[{index}].at_least")


def _refuse_steps_that_rise(steps: Sequence[NoticeStep]) -> None:
    """Who was told later is never paid less. Raises Misshapen."""
    for number, (shorter, longer) in enumerate(pairwise(steps), 1):
        if longer.under_minutes <= shorter.under_minutes:
            raise Misshapen(f"steps[{number}].under_minutes", "reservation_steps_do_not_ascend")
        if longer.percent > shorter.percent:
            raise Misshapen(f"steps[{number}].percent", "reservation_steps_rise")
        for currency, amount in longer.at_least.by_currency.items():
            if amount > shorter.at_least.of(currency):
                raise Misshapen(f"steps[{number}].at_least.{currency}", "reservation_steps_rise")


def hard_reservation(facts: HardReservationFacts, terms: HardReservationTerms, now: datetime) -> Verdict:
    """What is left of the price, and by how short the notice was a sum on top.

    The merchant's own record of a cancellation, or of a refusal of a guest who had checked in, settles it at once. What
    only the consumer says waits for the merchant. Shape: 14 CFR 250.5, denied boarding; seed: reservation compensation.
    """
    recorded = Test("refusal_is_on_record", _is_on_record(facts), {})
    tests = (
        *((Test("merchant_takes_part", facts.takes_part, {}),) if terms.merchant_must_enrol else ()),
        Test("reservation_was_not_given_up", facts.outcome != "cancelled_by_consumer", {}),
        *_arrival(facts, terms, now),
        _in_time(facts, terms, now),
    )
    settles = Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT
    if not all_passed(tests):
        return _refused(facts, terms, (*tests, recorded), settles)
    on_top = _on_top(facts, terms)
    steps = (*price_back(facts.refundable), *on_top)
    owed = Test("reservation_leaves_something_owed", sum(step.amount for step in steps) > 0, {})
    if not owed.passed:
        return _refused(facts, terms, (*tests, owed, recorded), settles)
    return grant(
        Trace("hard_reservation", terms.version, facts, (*tests, owed, recorded), steps),
        remedy=Remedy.COMPENSATION,
        settles=settles,
        currency=facts.currency,
        because="reservation_was_refused" if recorded.passed else "reservation_reported_refused",
        compensation=sum(step.amount for step in on_top),
    )


def _is_on_record(facts: HardReservationFacts) -> bool:
    if facts.told_at is None:
        return False
    return facts.outcome == "cancelled_by_merchant" or facts.arrived_at is not None


def _arrival(facts: HardReservationFacts, terms: HardReservationTerms, now: datetime) -> Sequence[Test]:
    """Who was told before the day need not come; who says to have been refused at the door came in time."""
    if facts.outcome == "cancelled_by_merchant":
        return ()
    arrived_at = facts.arrived_at or facts.reported_at
    if arrived_at is None:
        return (Test("arrival_is_known", False, {}),)  # noqa: FBT003 (the outcome of the test)
    hold_minutes = own_or(facts.own_hold_minutes, terms.hold_minutes)
    until_at = facts.starts_at + hold_minutes * A_MINUTE
    return (
        Test("arrival_is_over", arrived_at <= now, {"arrived_at": arrived_at}),
        Test(
            "guest_came_in_time",
            arrived_at < until_at,
            {"arrived_at": arrived_at, "minutes": hold_minutes, "until_at": until_at},
        ),
    )


def _in_time(facts: HardReservationFacts, terms: HardReservationTerms, now: datetime) -> Test:
    until_at = facts.starts_at + timedelta(days=terms.window_days)
    return Test("reservation_window_is_open", now < until_at, {"days": terms.window_days, "until_at": until_at})


def _on_top(facts: HardReservationFacts, terms: HardReservationTerms) -> tuple[Step, ...]:
    """By the notice; who was refused at the door had none."""
    told_at = facts.told_at if facts.outcome == "cancelled_by_merchant" and facts.told_at else facts.starts_at
    notice = facts.starts_at - told_at
    step = next((step for step in _steps(facts, terms) if notice < step.under_minutes * A_MINUTE), None)
    if step is None:
        return ()
    part = percentage(facts.paid, step.percent * BASIS_POINTS_OF_A_PERCENT)
    least = step.at_least.of(facts.currency)
    values = {"paid": money(facts.paid, facts.currency), "percent": step.percent, "minutes": step.under_minutes}
    steps = (
        *((Step("notice_percent", part, values),) if part else ()),
        *((Step("notice_least", least - part, {"least": money(least, facts.currency)}),) if least > part else ()),
    )
    owed = max(part, least)
    return (*steps, *cut_to(owed, terms.cap.of(facts.currency), facts.currency))


def _steps(facts: HardReservationFacts, terms: HardReservationTerms) -> tuple[NoticeStep, ...]:
    """The merchant's own; the platform's where it has none, or none that pays in the order's currency."""
    pays = any(step.percent or step.at_least.of(facts.currency) for step in facts.own_steps)
    return facts.own_steps if pays else terms.steps


def _refused(
    facts: HardReservationFacts, terms: HardReservationTerms, tests: Sequence[Test], settles: Settles
) -> Verdict:
    failed = next(test for test in tests if not test.passed and test.code != "refusal_is_on_record")
    trace = Trace("hard_reservation", terms.version, facts, tests)
    return refuse(trace, remedy=Remedy.COMPENSATION, settles=settles, currency=facts.currency, because=failed)
