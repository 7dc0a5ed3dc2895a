"""Goodwill: a coupon of the platform's own for a case that took long, whoever was right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import Remedy, Settles

A_DAY = timedelta(days=1)


class Ended(StrEnum):
    """How a case can end (a test holds this against disputes.models.CloseReason)."""

    PAID_BY_RULE = "paid_by_rule"
    GIVEN_IN_KIND = "given_in_kind"
    NOTHING_OWED = "nothing_owed"
    MERCHANT_ACCEPTED = "merchant_accepted"
    MERCHANT_SILENT = "merchant_silent"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_LAPSED = "offer_lapsed"
    RETURN_RECEIVED = "return_received"
    RETURN_NOT_SENT = "return_not_sent"
    NOT_ESCALATED = "not_escalated"
    WITHDRAWN = "withdrawn"
    PAID_BY_EVENT = "paid_by_event"
    SUPERSEDED_BY_CHARGEBACK = "superseded_by_chargeback"
    DECIDED_FOR_CONSUMER = "decided_for_consumer"
    DECIDED_FOR_MERCHANT = "decided_for_merchant"
    DECIDED_SPLIT = "decided_split"
    DECIDED_NO_FAULT = "decided_no_fault"


@dataclass(frozen=True, kw_only=True)
class GoodwillFacts:
    """A case that has ended. `last_given_at` is when the consumer got goodwill before (None: never)."""

    currency: str
    ended_as: Ended
    filed_at: datetime
    closed_at: datetime
    last_given_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Waited:
    """`amount` for a case that took at least `after_days` days of 24 hours."""

    after_days: int
    amount: Amounts


@dataclass(frozen=True, kw_only=True)
class GoodwillTerms:
    """Terms of `goodwill`: for which endings, how much after how long, and not again within `once_in_days`.

    The coupon runs for `coupon_days`.
    """

    version: int
    ended_as: tuple[Ended, ...]
    waited: tuple[Waited, ...]
    once_in_days: int
    coupon_days: int

    def __post_init__(self) -> None:
        if not self.waited:
            raise Misshapen("waited", "empty")
        if self.coupon_days < 1:
            raise Misshapen("coupon_days", "goodwill_runs_no_day")
        for number, (shorter, longer) in enumerate(zip(self.waited, self.waited[1:], strict=False), 1):
            less = any(longer.amount.of(it) < sum_ for it, sum_ in shorter.amount.by_currency.items())
            if shorter.after_days >= longer.after_days or less:
                raise Misshapen(f"waited[{number}]", "longer_wait_gives_less")


def goodwill(facts: GoodwillFacts, terms: GoodwillTerms, now: datetime) -> Verdict:
    """A coupon by how long the case took. It admits nothing, costs no merchant anything and is given once for a case.

    Ours. Distinct from compensation as the ombudsman schemes have it: a gesture beside what is owed.
    """
    took = facts.closed_at - facts.filed_at
    reached = [step for step in terms.waited if took >= step.after_days * A_DAY]
    amount = reached[-1].amount.of(facts.currency) if reached else 0
    tests = _earned(facts, terms, now, long_enough=bool(reached), amount=amount)
    trace = Trace("goodwill", terms.version, facts, tests)
    if not all_passed(tests):
        return refuse(trace, remedy=Remedy.COUPON, settles=Settles.AT_ONCE, currency=facts.currency)
    step = Step("goodwill_by_days", amount, {"after_days": reached[-1].after_days})
    return grant(
        Trace(trace.rule, trace.version, facts, tests, (step,)),
        remedy=Remedy.COUPON,
        settles=Settles.AT_ONCE,
        currency=facts.currency,
        because="goodwill_for_waiting",
        compensation=amount,
        values={
            "coupon": money(amount, facts.currency),
            "waited_days": took // A_DAY,
            "days": terms.coupon_days,
        },
    )


def _earned(
    facts: GoodwillFacts, terms: GoodwillTerms, now: datetime, *, long_enough: bool, amount: int
) -> Sequence[Test]:
    last_at = facts.last_given_at
    rested = last_at is None or now >= last_at + timedelta(days=terms.once_in_days)
    return (
        Test("ending_earns_goodwill", facts.ended_as in terms.ended_as, {}),
        Test("case_took_long", long_enough, {"after_days": terms.waited[0].after_days}),
        Test("no_goodwill_lately", rested, {"once_in_days": terms.once_in_days}),
        Test("goodwill_in_this_currency", not long_enough or amount > 0, {}),
    )
