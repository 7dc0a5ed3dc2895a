"""What the Peace of Mind guarantees share: what counts as proof, and how a broken right becomes a sum. Pure.

Amounts are minor units of the order's currency. Whatever is paid beyond the price is compensation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from common.money import percentage
from compensation.schemes.arithmetic import (
    BASIS_POINTS_OF_A_PERCENT,
    cut_to,
    limit_in,
    price_back,
    refuse_above_all_of_it,
)
from policies.shapes import Amounts, MinorUnits, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, money, refuse
from policies.words import Remedy, Settles


class Proof(StrEnum):
    """Kinds of evidence, as a case keeps them."""

    PHOTO = "photo"
    RECEIPT = "receipt"
    SHIPPING = "shipping"
    CONVERSATION = "conversation"
    OTHER = "other"


# The default of a sum that a consumer may leave out.
NOTHING = MinorUnits(0)

# Which kinds of evidence count for a right.
Proofs = tuple[Proof, ...]


@dataclass(frozen=True, kw_only=True)
class PeaceOfMindEnrolment:
    """Carrying the label is all a merchant promises by itself; the sums are the platform's."""


# --- terms of a right: how its sum is reckoned -----------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TimesTheCharge:
    """What was charged is paid back, and `times` as much on top, at least `at_least`."""

    times: int
    at_least: Amounts


@dataclass(frozen=True, kw_only=True)
class PercentForEach:
    """`percent` of the price for each time it happened, at most `at_most_percent` of it."""

    percent: int
    at_most_percent: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")
        refuse_above_all_of_it(self.at_most_percent, "at_most_percent")
        if self.percent > self.at_most_percent:
            raise Misshapen("at_most_percent", "range_is_empty")


@dataclass(frozen=True, kw_only=True)
class TimesThePrice:
    """`times` the price on top of it, at least `at_least`."""

    times: int
    at_least: Amounts


@dataclass(frozen=True, kw_only=True)
class DaysStep:
    """From this many days before the departure on (24 hours each): that much of the price."""

    from_days: int
    percent: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")


@dataclass(frozen=True, kw_only=True)
class MinutesStep:
    """From this many minutes on: that much of the price."""

    from_minutes: int
    percent: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")


def refuse_unordered(starts: Sequence[int], path: str) -> None:
    """Steps ascend, so that there is one for each case. Raises Misshapen."""
    if not starts:
        raise Misshapen(path, "empty")
    if list(starts) != sorted(set(starts)):
        raise Misshapen(path, "pledge_steps_do_not_ascend")


def refuse_not_growing(percents: Sequence[int], path: str) -> None:
    """Who is harmed more is never paid less. Raises Misshapen."""
    if list(percents) != sorted(percents):
        raise Misshapen(path, "pledge_steps_do_not_grow")


def refuse_other_rights(evidence: Mapping[str, Proofs], rights: Iterable[str]) -> None:
    """Each right has its list of evidence, and nothing else has one. Raises Misshapen."""
    known = [str(right) for right in rights]
    for right in known:
        if not evidence.get(right):
            raise Misshapen(f"evidence.{right}", "missing_key")
    for name in evidence:
        if name not in known:
            raise Misshapen(f"evidence.{name}", "unknown_key", known=", ".join(known))


# --- arithmetic --------------------------------------------------------------------------------------


def charge_and_more(charged: int | None, terms: TimesTheCharge, currency: str) -> tuple[Step, ...]:
    """The charge back, and so many times it on top; with nothing told yet (None), the least that any charge gives."""
    if charged is None:
        return raise_to(0, terms.at_least, currency)
    if not charged:
        return ()
    more = charged * terms.times
    return (
        Step("charge_back", charged, {}),
        Step("times_the_charge", more, {"times": terms.times, "charged": money(charged, currency)}),
        *raise_to(more, terms.at_least, currency),
    )


def for_each(paid: int, count: int, terms: PercentForEach, currency: str) -> tuple[Step, ...]:
    """A part of the price for each time, up to a part of it."""
    owed = percent_of(paid, terms.percent * count)
    values = {"count": count, "percent": terms.percent, "paid": money(paid, currency)}
    return (
        Step("percent_for_each", owed, values),
        *cut_to(owed, percent_of(paid, terms.at_most_percent), currency),
    )


def price_and_more(refundable: int, paid: int, terms: TimesThePrice, currency: str) -> tuple[Step, ...]:
    """What is left of the price back, and so many times the price on top."""
    more = paid * terms.times
    return (
        *price_back(refundable),
        Step("times_the_price", more, {"times": terms.times, "paid": money(paid, currency)}),
        *raise_to(more, terms.at_least, currency),
    )


def part_of_the_price(paid: int, percent: int, currency: str) -> tuple[Step, ...]:
    """One part of the price; no step where it is nothing."""
    owed = percent_of(paid, percent)
    values = {"paid": money(paid, currency), "percent": percent}
    return (Step("percent_of_the_price", owed, values),) if owed else ()


def raise_to(amount: int, least: Amounts, currency: str) -> tuple[Step, ...]:
    """The step that adds what is missing to the least sum."""
    floor = least.of(currency)
    return (Step("raised_to_the_least", floor - amount, {"least": money(floor, currency)}),) if amount < floor else ()


def percent_of(amount: int, percent: int) -> int:
    return percentage(amount, percent * BASIS_POINTS_OF_A_PERCENT)


# --- tests and the verdict ---------------------------------------------------------------------------


def told_in_time(*, since: datetime, until: datetime, days: int, now: datetime) -> tuple[Test, Test]:
    """It can have happened already, and is told within so many days after it can have happened last."""
    last = until + timedelta(days=days)
    return (
        Test("it_has_happened", now >= since, {"since_at": since}),
        Test("told_in_time", now < last, {"days": days, "until_at": last}),
    )


def beyond_price(steps: Sequence[Step]) -> int:
    return sum(step.amount for step in steps if step.code != "price_back")


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """A right of a rule about to be judged; `because` says what happened, `proofs` what counts as evidence of it."""

    rule: str
    version: int
    facts: Any
    currency: str
    cap: Amounts
    because: str
    proofs: Proofs


def kept(
    pledge: Pledge,
    tests: Sequence[Test],
    steps: Sequence[Step],
    *,
    recorded: Test | None = None,
    remedy: Remedy = Remedy.COMPENSATION,
) -> Verdict:
    """The verdict on a right: at once where `recorded` says so, else after the merchant.

    What goes beyond the price is cut to the cap. A test that failed refuses, and so does a sum of nothing.
    """
    settles = Settles.AT_ONCE if recorded and recorded.passed else Settles.AFTER_MERCHANT
    steps = () if not all_passed(tests) else (*steps, *_cut(steps, pledge, remedy))
    owed = sum(step.amount for step in steps)
    if all_passed(tests):
        tests = (*tests, Test("told_what_it_takes", owed > 0, {}))
    shown = (*tests, *((recorded,) if recorded else ()))
    trace = Trace(pledge.rule, pledge.version, pledge.facts, shown, steps if owed else ())
    failed = next((test for test in tests if not test.passed), None)
    if failed:
        return refuse(trace, remedy=remedy, settles=settles, currency=pledge.currency, because=failed)
    return Verdict(
        granted=True,
        remedy=remedy,
        settles=settles,
        amount=owed,
        compensation=0 if remedy == Remedy.REFUND else beyond_price(steps),
        currency=pledge.currency,
        because=pledge.because,
        values={"evidence": list(pledge.proofs)},
        trace=trace,
    )


def _cut(steps: Sequence[Step], pledge: Pledge, remedy: Remedy) -> tuple[Step, ...]:
    """A refund is limited by what was paid, which is its own ceiling."""
    if remedy == Remedy.REFUND:
        return ()
    return cut_to(beyond_price(steps), limit_in(pledge.cap, pledge.currency), pledge.currency)
