"""Long queue: a sum that grows with the minutes a guest waited past the promise. Pure.

Amounts are minor units of the order's currency; minutes are whole ones that have passed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar

from compensation.schemes.arithmetic import cut_to, own_or, refuse_sums_beyond
from policies.shapes import Amounts, Misshapen, later
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, refuse
from policies.words import Remedy, Settles

A_MINUTE = timedelta(minutes=1)
LONGEST_WAIT_MINUTES = 24 * 60
# Whoever was not there did not wait.
CALLED_OFF = frozenset({"cancelled_by_merchant", "cancelled_by_consumer", "no_show"})


@dataclass(frozen=True, kw_only=True)
class QueueParticulars:
    """How long the consumer says to have waited, where the queue's own record does not tell."""

    waited_minutes: int | None = None

    def __post_init__(self) -> None:
        if self.waited_minutes is not None and not 0 < self.waited_minutes <= LONGEST_WAIT_MINUTES:
            raise Misshapen("waited_minutes", "queue_not_a_wait", value=self.waited_minutes, limit=LONGEST_WAIT_MINUTES)


@dataclass(frozen=True, kw_only=True)
class QueueStep:
    """From this many minutes past the promise on, this much is paid in all."""

    from_minutes: int
    amount: Amounts

    def __post_init__(self) -> None:
        if not self.from_minutes:
            raise Misshapen("from_minutes", "queue_step_within_the_promise")


@dataclass(frozen=True, kw_only=True)
class LongQueueFacts:
    """A booking for which the guest queued. `queue_joined_at` and `called_at` are the queue's own record.

    `promised_minutes` is the longest wait that was promised with this booking, `own_promised_minutes` what the merchant
    promises its guests, `own_steps` what it pays (empty: the platform's); `reported_minutes` what the consumer says.
    `outcome` is what is on record of the booking ("": it was not looked at).
    """

    currency: str
    starts_at: datetime
    promised_minutes: int | None
    queue_joined_at: datetime | None
    called_at: datetime | None
    reported_minutes: int | None
    takes_part: bool
    own_promised_minutes: int | None
    own_steps: tuple[QueueStep, ...]
    outcome: str = later("")


@dataclass(frozen=True, kw_only=True)
class LongQueueEnrolment:
    """What a merchant promises its guests and pays past it; what is left out is the platform's."""

    promised_minutes: int | None = None
    steps: tuple[QueueStep, ...] = ()

    def __post_init__(self) -> None:
        _refuse_steps_that_fall(self.steps)


@dataclass(frozen=True, kw_only=True)
class LongQueueTerms:
    """Terms of `long_queue`: the longer the wait past the promise, the more, and never more than `cap`.

    `promised_minutes` counts where neither the booking nor the merchant promised a time. A merchant's own terms promise
    no longer wait than that, pay from `own_pays_from_minutes` past the promise at the latest, and at least `own_least`.
    """

    enrolment: ClassVar = LongQueueEnrolment

    version: int
    merchant_must_enrol: bool
    window_days: int
    promised_minutes: int
    steps: tuple[QueueStep, ...]
    cap: Amounts
    own_pays_from_minutes: int
    own_least: Amounts

    def __post_init__(self) -> None:
        if not self.steps:
            raise Misshapen("steps", "empty")
        _refuse_steps_that_fall(self.steps)

    def allows(self, own: LongQueueEnrolment) -> None:
        """Raises Misshapen for a merchant's terms beyond these limits."""
        if own_or(own.promised_minutes, 0) > self.promised_minutes:
            raise Misshapen(
                "promised_minutes", "above_the_platform", value=own.promised_minutes, limit=self.promised_minutes
            )
        for index, step in enumerate(own.steps):
            if not index and step.from_minutes > self.own_pays_from_minutes:
                raise Misshapen(
                    "steps[0].from_minutes",
                    "above_the_platform",
                    value=step.from_minutes,
                    limit=self.own_pays_from_minutes,
                )
            refuse_sums_beyond(step.amount, least=self.own_least, most=self.cap, path=f"steps[{index}].amount")


def _refuse_steps_that_fall(steps: Sequence[QueueStep]) -> None:
    """Who waited longer is never paid less. Raises Misshapen."""
    for number, (shorter, longer) in enumerate(pairwise(steps), 1):
        if longer.from_minutes <= shorter.from_minutes:
            raise Misshapen(f"steps[{number}].from_minutes", "queue_steps_do_not_ascend")
        for currency in shorter.amount.by_currency:
            if longer.amount.of(currency) < shorter.amount.of(currency):
                raise Misshapen(f"steps[{number}].amount.{currency}", "queue_steps_fall")


def long_queue(facts: LongQueueFacts, terms: LongQueueTerms, now: datetime) -> Verdict:
    """By how long the wait was past the promise, in steps; as railways pay for delays and airlines for late boarding.

    What the queue's own record shows is paid at once. What only the consumer says waits for the merchant.
    """
    recorded = Test("queue_is_on_record", facts.called_at is not None and facts.queue_joined_at is not None, {})
    waited, promised = _waited(facts), _promised(facts, terms)
    tests = (
        *((Test("merchant_takes_part", facts.takes_part, {}),) if terms.merchant_must_enrol else ()),
        *_guest_was_there(facts),
        Test("queue_time_has_come", now >= facts.starts_at, {"since_at": facts.starts_at}),
        _in_time(facts, terms, now),
        Test("wait_is_known", waited is not None, {}),
    )
    settles = Settles.AT_ONCE if recorded.passed else Settles.AFTER_MERCHANT
    if waited is None or not all_passed(tests):
        return _refused(facts, terms, (*tests, recorded), settles)
    steps = _steps(facts, terms)
    step = next((step for step in reversed(steps) if waited - promised >= step.from_minutes), None)
    values = {"waited": waited, "promised": promised}
    tests = (
        *tests,
        Test("wait_is_past_the_promise", step is not None, {**values, "minutes": steps[0].from_minutes}),
    )
    owed = step.amount.of(facts.currency) if step else 0
    if step and not owed:
        tests = (*tests, Test("wait_is_paid_in_this_currency", False, {}))  # noqa: FBT003 (the outcome of the test)
    if step is None or not owed:
        return _refused(facts, terms, (*tests, recorded), settles)
    paid = (
        Step("waited_past_the_promise", owed, {"minutes": step.from_minutes}),
        *cut_to(owed, terms.cap.of(facts.currency), facts.currency),
    )
    return grant(
        Trace("long_queue", terms.version, facts, (*tests, recorded), paid),
        remedy=Remedy.COMPENSATION,
        settles=settles,
        currency=facts.currency,
        because="queue_was_long" if recorded.passed else "queue_reported_long",
        compensation=sum(part.amount for part in paid),
        values=values,
    )


def _guest_was_there(facts: LongQueueFacts) -> Iterator[Test]:
    """Nothing on record says that the guest did not come; who joined the queue on record did."""
    if facts.outcome:
        came = facts.outcome not in CALLED_OFF or facts.queue_joined_at is not None
        yield Test("guest_was_there", came, {"booking_outcome": facts.outcome})


def _waited(facts: LongQueueFacts) -> int | None:
    """Whole minutes from the booked time on; whoever queues before it has not been kept waiting yet."""
    if facts.queue_joined_at is None or facts.called_at is None:
        return facts.reported_minutes
    return max(0, (facts.called_at - max(facts.queue_joined_at, facts.starts_at)) // A_MINUTE)


def _promised(facts: LongQueueFacts, terms: LongQueueTerms) -> int:
    """With the booking, else by the merchant to its guests, else by the platform."""
    return own_or(facts.promised_minutes, own_or(facts.own_promised_minutes, terms.promised_minutes))


def _steps(facts: LongQueueFacts, terms: LongQueueTerms) -> tuple[QueueStep, ...]:
    """The merchant's own; the platform's where it has none, or none in the order's currency."""
    in_this_currency = any(step.amount.of(facts.currency) for step in facts.own_steps)
    return facts.own_steps if in_this_currency else terms.steps


def _in_time(facts: LongQueueFacts, terms: LongQueueTerms, now: datetime) -> Test:
    until_at = facts.starts_at + timedelta(days=terms.window_days)
    return Test("queue_window_is_open", now < until_at, {"days": terms.window_days, "until_at": until_at})


def _refused(facts: LongQueueFacts, terms: LongQueueTerms, tests: Sequence[Test], settles: Settles) -> Verdict:
    failed = next(test for test in tests if not test.passed and test.code != "queue_is_on_record")
    trace = Trace("long_queue", terms.version, facts, tests)
    return refuse(trace, remedy=Remedy.COMPENSATION, settles=settles, currency=facts.currency, because=failed)
