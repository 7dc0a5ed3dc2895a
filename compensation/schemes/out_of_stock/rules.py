"""Out of stock: a part of the price of what cannot be delivered, in money or as a coupon that is worth more. Pure.

Both figures are in the verdict of either, so that they stand beside each other wherever one of them is shown. The
price itself comes back by the rules of refunds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from common.money import percentage
from compensation.schemes.arithmetic import (
    BASIS_POINTS_OF_A_PERCENT,
    WHOLE_PERCENT,
    cut_to,
    limit_in,
    own_or,
    refuse_above_all_of_it,
)
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, Test, Trace, Verdict, all_passed, grant, money, refuse
from policies.words import Remedy, Settles

# A coupon worth more than this many percent of the money would be a mistake.
MOST_COUPON_PERCENT = 300


@dataclass(frozen=True, kw_only=True)
class OutOfStockParticulars:
    """How many pieces the consumer says cannot be delivered (None: all of them); what is on record goes before it."""

    pieces: int | None = None


@dataclass(frozen=True, kw_only=True)
class OutOfStockFacts:
    """Goods of which `pieces` of `quantity` cannot be delivered, `price` being what was paid for those pieces.

    `remedy` is what the consumer would rather have: a coupon, or money. `reported_at` is when the merchant said after
    the purchase that it cannot deliver (None: it is not on record). `delivered` says that a delivery of everything is
    on record. `settlement_room` is what the merchant's settlement can still give (None: as much as is asked).
    """

    remedy: Remedy
    currency: str
    quantity: int
    pieces: int
    price: int
    bought_at: datetime
    reported_at: datetime | None
    delivered: bool
    settlement_room: int | None
    takes_part: bool
    own_percent: int | None
    own_coupon_percent: int | None


@dataclass(frozen=True, kw_only=True)
class OutOfStockEnrolment:
    """What a merchant promises: a percentage of the price in money, and the coupon's worth as a percentage of that
    money, each where it is above the platform's own (absent: the platform's)."""

    percent: int | None = None
    coupon_percent: int | None = None

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent or 0, "percent")
        _refuse_below_the_money(own_or(self.coupon_percent, WHOLE_PERCENT), "coupon_percent")


@dataclass(frozen=True, kw_only=True)
class OutOfStockTerms:
    """Terms of `out_of_stock`.

    In money `percent` of the price of the missing pieces is owed, never less than `least` and never more than `cap`
    (absent: no other limit); as a coupon `coupon_percent` of that, at least all of it. The claim comes before
    `window_days` have passed since the merchant said so, or since the purchase; the coupon runs for `coupon_days`.
    """

    enrolment: ClassVar = OutOfStockEnrolment

    version: int
    merchant_must_enrol: bool
    window_days: int
    percent: int
    least: Amounts
    coupon_percent: int
    coupon_days: int
    cap: Amounts | None = None

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent, "percent")
        _refuse_below_the_money(self.coupon_percent, "coupon_percent")
        if self.coupon_days < 1:
            raise Misshapen("coupon_days", "coupon_runs_no_day", value=self.coupon_days)
        for currency, least in self.least.by_currency.items():
            limit = limit_in(self.cap, currency)
            if limit is not None and least > limit:
                raise Misshapen(f"least.{currency}", "least_is_above_the_cap")


def out_of_stock(facts: OutOfStockFacts, terms: OutOfStockTerms, now: datetime) -> Verdict:
    """Money, or a coupon that is never worth less; both once for a line.

    Seed: out-of-stock coupons. That the figure in money stands beside the coupon and that nobody has to take it follows
    14 CFR 250.5 and 250.9 (denied boarding), which allow a voucher instead of money on these terms only.
    What the merchant itself put on record settles at once. What only the consumer reports waits for the merchant, and
    no coupon is offered for it: it would have to run from a day that nobody knows yet.
    """
    recorded = Test("stock_out_is_on_record", facts.reported_at is not None, {})
    cash = _in_money(facts, terms)
    owed = sum(step.amount for step in cash)
    tests = (*_claimable(facts, terms, now), Test("something_is_promised", owed > 0, {}), recorded)
    extra = percentage(owed, (_coupon_percent(facts, terms) - WHOLE_PERCENT) * BASIS_POINTS_OF_A_PERCENT)
    if facts.remedy == Remedy.COUPON:
        tests = (*tests, _settlement_covers(facts, owed + extra))
    if not all_passed(_required(tests, facts)):
        return _refused(Trace("out_of_stock", terms.version, facts, tests), facts)
    values = {"coupon": money(owed + extra, facts.currency), "cash": money(owed, facts.currency)}
    if facts.remedy == Remedy.COUPON:
        more = (Step("coupon_is_worth_more", extra, {"percent": _coupon_percent(facts, terms)}),) if extra else ()
        return grant(
            Trace("out_of_stock", terms.version, facts, tests, (*cash, *more)),
            remedy=Remedy.COUPON,
            settles=Settles.AT_ONCE,
            currency=facts.currency,
            because="coupon_beside_money",
            compensation=owed + extra,
            values={**values, "days": terms.coupon_days},
        )
    return grant(
        Trace("out_of_stock", terms.version, facts, tests, cash),
        remedy=Remedy.COMPENSATION,
        settles=_settles(facts),
        currency=facts.currency,
        because="money_beside_coupon" if recorded.passed else "stock_out_reported",
        compensation=owed,
        values=values if recorded.passed else {},
    )


def _claimable(facts: OutOfStockFacts, terms: OutOfStockTerms, now: datetime) -> Sequence[Test]:
    since_at = facts.reported_at or facts.bought_at
    until_at = since_at + timedelta(days=terms.window_days)
    return (
        *((Test("merchant_takes_part", facts.takes_part, {}),) if terms.merchant_must_enrol else ()),
        Test(
            "pieces_are_of_the_line",
            0 < facts.pieces <= facts.quantity,
            {"pieces": facts.pieces, "quantity": facts.quantity},
        ),
        Test("pieces_were_paid", facts.price > 0, {}),
        Test("goods_did_not_come", facts.reported_at is not None or not facts.delivered, {}),
        Test("stock_out_window_is_open", now < until_at, {"days": terms.window_days, "until_at": until_at}),
    )


def _in_money(facts: OutOfStockFacts, terms: OutOfStockTerms) -> tuple[Step, ...]:
    percent = max(terms.percent, own_or(facts.own_percent, 0))
    owed = percentage(facts.price, percent * BASIS_POINTS_OF_A_PERCENT)
    least = terms.least.of(facts.currency)
    price = money(facts.price, facts.currency)
    values = {"percent": percent, "pieces": facts.pieces, "quantity": facts.quantity, "price": price}
    raised = Step("stock_out_least", least - owed, {"least": money(least, facts.currency)})
    return (
        Step("percent_of_missing_pieces", owed, values),
        *((raised,) if owed < least else ()),
        *cut_to(max(owed, least), limit_in(terms.cap, facts.currency), facts.currency),
    )


def _coupon_percent(facts: OutOfStockFacts, terms: OutOfStockTerms) -> int:
    return max(terms.coupon_percent, own_or(facts.own_coupon_percent, 0))


def _settlement_covers(facts: OutOfStockFacts, face: int) -> Test:
    return Test("settlement_covers_it", facts.settlement_room is None or face <= facts.settlement_room, {})


def _required(tests: Sequence[Test], facts: OutOfStockFacts) -> tuple[Test, ...]:
    """That it is on record only decides how fast money comes; a coupon is given for nothing else."""
    coupon = facts.remedy == Remedy.COUPON
    return tuple(test for test in tests if coupon or test.code != "stock_out_is_on_record")


def _refused(trace: Trace, facts: OutOfStockFacts) -> Verdict:
    failed = next(test for test in _required(trace.tests, facts) if not test.passed)
    return refuse(trace, remedy=facts.remedy, settles=_settles(facts), currency=facts.currency, because=failed)


def _settles(facts: OutOfStockFacts) -> Settles:
    return Settles.AFTER_MERCHANT if facts.reported_at is None else Settles.AT_ONCE


def _refuse_below_the_money(percent: int, path: str) -> None:
    """Raises Misshapen where a coupon would be worth less than the money, or out of all proportion."""
    if percent < WHOLE_PERCENT:
        raise Misshapen(path, "coupon_below_the_money", value=percent)
    if percent > MOST_COUPON_PERCENT:
        raise Misshapen(path, "coupon_out_of_proportion", value=percent, limit=MOST_COUPON_PERCENT)
