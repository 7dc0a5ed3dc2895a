"""Cancelled performance: the price back, and a part of it on top that grows as the notice gets shorter. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from common.money import percentage
from compensation.schemes.arithmetic import (
    BASIS_POINTS_OF_A_PERCENT,
    cut_to,
    limit_in,
    price_back,
    refuse_above_all_of_it,
)
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import Remedy, Settles

AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class PerformanceParticulars:
    """What the consumer may add: when they were told. Without it, now, or when it was to begin."""

    told_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CancelledPerformanceFacts:
    """A booking of a performance that begins at `starts_at`; `outcome` is what is on record of it.

    `cancelled_at` is when the merchant cancelled it, where that is on record; `reported_at` when the consumer says to
    have been told. `own_percent` of the price is the least the merchant promises on top, whatever the notice.
    """

    currency: str
    paid: int
    refundable: int
    starts_at: datetime
    outcome: str
    cancelled_at: datetime | None
    reported_at: datetime | None
    takes_part: bool
    own_percent: int


@dataclass(frozen=True, kw_only=True)
class CancelledPerformanceEnrolment:
    """What a merchant promises on top at least, as a percentage of the price, however early it cancels."""

    percent: int = 0

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")


@dataclass(frozen=True, kw_only=True)
class ShortNotice:
    """Told less than `under_hours` before it begins, `percent` of the price comes on top."""

    under_hours: int
    percent: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")


@dataclass(frozen=True, kw_only=True)
class CancelledPerformanceTerms:
    """Terms of `cancelled_performance`: the shortest notice first, each longer one with no more on top.

    A claim comes before `window_days` have passed since the performance was to begin. Never more than `cap` comes on
    top (absent: no other limit than the price).
    """

    enrolment: ClassVar = CancelledPerformanceEnrolment

    version: int
    merchant_must_enrol: bool
    window_days: int
    short_notice: tuple[ShortNotice, ...]
    cap: Amounts | None = None

    def __post_init__(self) -> None:
        for number, (shorter, longer) in enumerate(zip(self.short_notice, self.short_notice[1:], strict=False), 1):
            if shorter.under_hours >= longer.under_hours or shorter.percent < longer.percent:
                raise Misshapen(f"short_notice[{number}]", "longer_notice_pays_more")


def cancelled_performance(facts: CancelledPerformanceFacts, terms: CancelledPerformanceTerms, now: datetime) -> Verdict:
    """The price back, and by how short the notice was a part of it on top.

    A cancellation on record settles it at once; one that only the consumer reports waits for the merchant. As
    Regulation (EC) 261/2004 has it for flights: the later the notice, the more is owed.
    """
    recorded = Test("cancellation_is_on_record", facts.cancelled_at is not None, {})
    until_at = facts.starts_at + timedelta(days=terms.window_days)
    tests = (
        *((Test("merchant_takes_part", facts.takes_part, {}),) if terms.merchant_must_enrol else ()),
        Test("performance_was_not_given_up", facts.outcome != "cancelled_by_consumer", {}),
        Test("performance_did_not_take_place", facts.outcome not in ("kept", "no_show"), {}),
        Test("performance_window_is_open", now < until_at, {"days": terms.window_days, "until_at": until_at}),
        Test("something_is_left", facts.refundable > 0, {"left": money(facts.refundable, facts.currency)}),
    )
    settles = Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT
    trace = Trace("cancelled_performance", terms.version, facts, (*tests, recorded))
    if not all_passed(tests):
        failed = next(test for test in tests if not test.passed)
        return refuse(trace, remedy=Remedy.COMPENSATION, settles=settles, currency=facts.currency, because=failed)
    on_top = _on_top(facts, terms, now)
    return grant(
        Trace(trace.rule, trace.version, facts, trace.tests, (*price_back(facts.refundable), *on_top)),
        remedy=Remedy.COMPENSATION,
        settles=settles,
        currency=facts.currency,
        because="performance_was_cancelled" if recorded.passed else "performance_reported_cancelled",
        compensation=sum(step.amount for step in on_top),
    )


def _on_top(facts: CancelledPerformanceFacts, terms: CancelledPerformanceTerms, now: datetime) -> Sequence[Step]:
    told_at = min(facts.cancelled_at or min(facts.reported_at or now, now), facts.starts_at)
    notice = facts.starts_at - told_at
    short = next((step for step in terms.short_notice if notice < step.under_hours * AN_HOUR), None)
    if short and short.percent >= facts.own_percent:
        percent = short.percent
        values = {"percent": percent, "hours": short.under_hours}
        code = "short_notice"
    else:
        percent, values, code = facts.own_percent, {"percent": facts.own_percent}, "percent_of_the_price"
    owed = percentage(facts.paid, percent * BASIS_POINTS_OF_A_PERCENT)
    if not owed:
        return ()
    step = Step(code, owed, {**values, "paid": money(facts.paid, facts.currency)})
    return (step, *cut_to(owed, limit_in(terms.cap, facts.currency), facts.currency))
