"""A lightning refund is paid at once within every limit; the figures are those of policies/terms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policies.shapes import Amounts
from policies.tests.files import VERSION, terms_in_file
from policies.traces import Verdict
from policies.words import Reason, Remedy, Settles
from refunds.rules import LightningTerms, RefundFacts, lightning_refund
from refunds.tests.cases import DELIVERED, MOMENT, MUG, NOW, mug, worth

TERMS: LightningTerms = terms_in_file("lightning_refund")
BOUGHT = MUG["bought_at"]


def judged(facts: RefundFacts, now=NOW) -> Verdict:
    return lightning_refund(facts, TERMS, now)


def test_a_small_refund_is_paid_at_once_with_its_trace():
    verdict = judged(mug())
    assert (verdict.granted, verdict.remedy, verdict.settles) == (True, Remedy.REFUND, Settles.AT_ONCE)
    assert (verdict.amount, verdict.compensation, verdict.currency) == (45_00, 0, "CNY")
    assert (verdict.rule, verdict.version, verdict.because) == ("lightning_refund", VERSION, "within_all_limits")
    assert [test.code for test in verdict.trace.tests] == [
        "merchant_takes_part",
        "reason_is_covered",
        "window_is_open",
        "amount_is_left",
        "within_consumer_limit",
        "within_daily_limit",
        "within_platform_limit",
        "settlement_covers_it",
    ]
    assert verdict.trace.inputs == mug()


# Both sides of every boundary: the facts, the moment, and the first test that fails ("" when it is paid).
BOUNDARIES = {
    "standing 0 gets nothing": (worth(1, standing=0), NOW, "within_consumer_limit"),
    "standing 1 up to 50.00": (worth(50_00, standing=1), NOW, ""),
    "standing 1 above 50.00": (worth(50_01, standing=1), NOW, "within_consumer_limit"),
    "standing 2 up to 100.00": (worth(100_00, standing=2), NOW, ""),
    "standing 2 above 100.00": (worth(100_01, standing=2), NOW, "within_consumer_limit"),
    "standing 3 up to 200.00": (worth(200_00), NOW, ""),
    "standing 3 above 200.00": (worth(200_01), NOW, "within_consumer_limit"),
    "standing 4 up to 500.00": (worth(500_00, standing=4), NOW, ""),
    "standing 4 above 500.00": (worth(500_01, standing=4), NOW, "within_consumer_limit"),
    "standing 5 up to 1,000.00": (worth(1_000_00, standing=5), NOW, ""),
    "standing 5 above 1,000.00": (worth(1_000_01, standing=5), NOW, "within_consumer_limit"),
    "the last cent of the day": (worth(200_00, paid_by_lightning=400_00), NOW, ""),
    "a cent above the day": (worth(200_00, paid_by_lightning=400_01), NOW, "within_daily_limit"),
    "at the merchant's own limit": (mug(own_limit=45_00), NOW, ""),
    "above the merchant's own limit": (mug(own_limit=44_99), NOW, "within_merchant_limit"),
    "the settlement cannot give it": (mug(settlement_covers=False), NOW, "settlement_covers_it"),
    "the last moment of 15 days": (mug(), DELIVERED + timedelta(days=15) - MOMENT, ""),
    "the end of 15 days": (mug(), DELIVERED + timedelta(days=15), "window_is_open"),
    "a merchant that did not join": (mug(in_lightning=False), NOW, "merchant_takes_part"),
    "a reason that is not listed": (mug(reason=Reason.CHANGED_MIND), NOW, "reason_is_covered"),
    "a kind of order without a window": (mug(order_kind="stay"), NOW, "window_is_open"),
    "all that is left": (mug(refundable=20_00, asked=20_00), NOW, ""),
    "more than is left": (mug(refundable=20_00, asked=20_01), NOW, "amount_is_left"),
    "nothing asked": (mug(asked=0, asked_quantity=0), NOW, "amount_is_left"),
    "a piece for nothing": (mug(asked=0), NOW, "amount_is_left"),
    "less than nothing asked": (mug(asked=-1), NOW, "amount_is_left"),
    "more pieces than are left": (mug(asked_quantity=2), NOW, "amount_is_left"),
    "a currency without a limit": (mug(currency="JPY"), NOW, "within_consumer_limit"),
    "not received, overdue": (
        mug(reason=Reason.NOT_RECEIVED, fulfilled_at=None), BOUGHT + timedelta(days=2), ""),
    "not received, not overdue yet": (
        mug(reason=Reason.NOT_RECEIVED, fulfilled_at=None), BOUGHT + timedelta(days=2) - MOMENT, "delivery_is_overdue"),
    "not received, but delivered": (mug(reason=Reason.NOT_RECEIVED), NOW, "no_delivery_on_record"),
    "not delivered, window from buying": (
        mug(fulfilled_at=None), BOUGHT + timedelta(days=15), "window_is_open"),
    "a voucher 30 days after it expired": (
        mug(order_kind="voucher", reason=Reason.UNUSED_VOUCHER), DELIVERED + timedelta(days=30) - MOMENT, ""),
    "a voucher later than that": (
        mug(order_kind="voucher", reason=Reason.UNUSED_VOUCHER), DELIVERED + timedelta(days=30), "window_is_open"),
    "a voucher that was used": (
        mug(order_kind="voucher", reason=Reason.UNUSED_VOUCHER, redeemed=True), NOW, "voucher_is_unused"),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "now", "failed"), list(BOUNDARIES.values()), ids=list(BOUNDARIES))
def test_each_boundary_lies_where_the_terms_put_it(facts, now, failed):
    verdict = judged(facts, now)
    assert verdict.granted == (not failed)
    assert verdict.because == (failed or "within_all_limits")
    assert verdict.amount == (0 if failed else facts.asked)


def test_the_platforms_limit_counts_beside_the_consumers():
    small = replace(TERMS, limit_per_claim=Amounts({"CNY": 44_99}))
    assert lightning_refund(mug(), small, NOW).because == "within_platform_limit"


@pytest.mark.parametrize("reason", [Reason.CHANGED_MIND, Reason.DAMAGED, Reason.WRONG_ITEM])
def test_replayed_history_knows_no_limit_but_the_window(reason):
    terms = terms_in_file("lightning_refund", "online-retail")
    facts = worth(999_999_99, currency="GBP", standing=0, in_lightning=False, reason=reason)
    assert lightning_refund(facts, terms, DELIVERED + timedelta(days=365) - MOMENT).amount == 999_999_99
    assert lightning_refund(facts, terms, DELIVERED + timedelta(days=365)).because == "window_is_open"


def test_a_line_that_cost_nothing_can_be_refunded_with_nothing():
    terms = terms_in_file("lightning_refund", "online-retail")
    assert lightning_refund(worth(0), terms, NOW).granted
    assert not lightning_refund(worth(0, refundable_quantity=0), terms, NOW).granted
    assert lightning_refund(worth(0), TERMS, NOW).granted


def test_replayed_pieces_may_have_cost_next_to_nothing():
    terms = terms_in_file("lightning_refund", "online-retail")
    assert lightning_refund(mug(asked=0), terms, NOW).granted
    assert not lightning_refund(mug(asked=0, asked_quantity=0), terms, NOW).granted
    assert not lightning_refund(mug(asked=0, asked_quantity=2), terms, NOW).granted


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (mug(), "all_that_is_left"),
        (mug(paid=90_01, refundable=90_01, quantity=2, refundable_quantity=2, asked=45_01), "share_of_the_price"),
        (mug(asked=10_00, asked_quantity=0), "as_asked"),
    ],
    ids=["all", "one of two, half a cent rounded up", "a sum"],
)
def test_the_arithmetic_says_where_the_sum_comes_from(facts, step):
    verdict = judged(facts)
    assert [(step.code, step.amount) for step in verdict.trace.steps] == [(step, facts.asked)]
