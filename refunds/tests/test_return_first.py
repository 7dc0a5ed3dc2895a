"""The goods come back first; who bears the freight is a question of fault."""

from datetime import timedelta

import pytest

from policies.tests.files import terms_in_file
from policies.words import Reason, Remedy, Settles
from refunds.rules import ReturnFirstTerms, return_first
from refunds.tests.cases import DELIVERED, MOMENT, NOW, mug

TERMS: ReturnFirstTerms = terms_in_file("return_first")
MIND = Reason.CHANGED_MIND
DAY_7, DAY_15 = DELIVERED + timedelta(days=7), DELIVERED + timedelta(days=15)


def test_freight_is_paid_on_top_where_the_merchant_is_at_fault():
    verdict = return_first(mug(), TERMS, NOW)
    assert (verdict.remedy, verdict.settles) == (Remedy.RETURN, Settles.AFTER_RETURN)
    assert (verdict.amount, verdict.compensation, verdict.refund) == (57_00, 12_00, 45_00)
    assert [(step.code, step.amount) for step in verdict.trace.steps] == [
        ("all_that_is_left", 45_00),
        ("freight", 12_00),
    ]
    assert verdict.because == "return_with_freight"


def test_a_change_of_mind_is_at_the_consumers_own_cost():
    verdict = return_first(mug(reason=MIND), TERMS, NOW)
    assert (verdict.amount, verdict.compensation, verdict.because) == (45_00, 0, "return_at_own_cost")


def test_a_merchant_may_promise_to_pay_it_always():
    verdict = return_first(mug(reason=MIND, pays_freight_always=True), TERMS, NOW)
    assert (verdict.amount, verdict.compensation) == (57_00, 12_00)


BOUNDARIES = {
    "a change of mind on the seventh day": (mug(reason=MIND), DAY_7 - MOMENT, ""),
    "a change of mind after seven days": (mug(reason=MIND), DAY_7, "window_is_open"),
    "a fault on the fifteenth day": (mug(), DAY_15 - MOMENT, ""),
    "a fault after fifteen days": (mug(), DAY_15, "window_is_open"),
    "fresh goods, change of mind": (mug(reason=MIND, category="fresh"), NOW, "category_can_go_back"),
    "fresh goods, at fault": (mug(category="fresh"), NOW, ""),
    "goods that never came": (mug(fulfilled_at=None), NOW, "goods_arrived"),
    "a reason without goods": (mug(reason=Reason.NOT_RECEIVED), NOW, "reason_is_covered"),
    "a stay": (mug(order_kind="stay"), NOW, "goods_can_go_back"),
    "a sum and no piece": (mug(asked=10_00, asked_quantity=0), NOW, "pieces_to_send"),
    "more than is left": (mug(asked=45_01), NOW, "amount_is_left"),
}


@pytest.mark.parametrize(("facts", "now", "failed"), list(BOUNDARIES.values()), ids=list(BOUNDARIES))
def test_each_boundary_lies_where_the_terms_put_it(facts, now, failed):
    verdict = return_first(facts, TERMS, now)
    assert verdict.granted == (not failed)
    if failed:
        assert (verdict.because, verdict.amount, verdict.compensation) == (failed, 0, 0)
