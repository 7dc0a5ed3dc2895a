"""What is shown before filing is what filing gives."""

import pytest
from django.db import transaction

from common.errors import Refusal
from disputes.entitlements import entitlements, lines_of, owed
from disputes.models import Claim
from disputes.tests.conftest import expired
from orders.models import Line, Order


@pytest.mark.parametrize("kind", ["goods", "stay", "voucher"])
def test_each_entitlement_can_be_filed_for_what_it_shows(kind, request, file, another_store, now):
    order: Order = request.getfixturevalue(f"{kind}_order")
    found = entitlements(order, now=now)
    assert found
    for shown in found:
        with transaction.atomic():
            claim = file(shown.line, reason=shown.reason, remedy=shown.remedy)
            assert (claim.amount, claim.compensation, claim.currency) == (
                shown.amount,
                shown.compensation,
                shown.currency,
            )
            assert claim.settles == shown.settles
            transaction.set_rollback(True)


def test_the_best_remedy_comes_first(goods_order: Order, mug: Line, now):
    found = [(it.remedy, it.settles) for it in owed(mug, reason="damaged", now=now)]
    assert found[0] == ("refund", "at_once")


def test_a_part_is_owed_in_part(jackets: Line, now):
    (refund,) = [it for it in owed(jackets, reason="damaged", now=now, quantity=1) if it.remedy == "refund"]
    assert (refund.amount, refund.quantity) == (1_299_00, 1)


def test_more_lines_and_reasons_take_no_more_queries(goods_order: Order, now, django_assert_num_queries):
    entitlements(goods_order, now=now)  # the terms in force are read once in a process
    with django_assert_num_queries(5):
        entitlements(goods_order, now=now)
    for number in range(3, 9):
        line = goods_order.lines.get(position=1)
        line.pk, line.position = None, number
        line.save()
    with django_assert_num_queries(5):
        assert {it.line.position for it in entitlements(goods_order, now=now)} == set(range(1, 9))


def test_a_page_may_ask_for_some_of_the_lines(goods_order: Order, mug: Line, now):
    some = list(lines_of(goods_order).filter(pk=mug.pk))
    assert {it.line.pk for it in entitlements(goods_order, now=now, lines=some)} == {mug.pk}


def test_what_is_paid_back_is_no_longer_owed(goods_order: Order, file, mug: Line, now):
    file(mug)
    assert {it.line.position for it in entitlements(goods_order, now=now)} == {2}


def test_what_an_offer_settled_is_no_longer_owed(offered: Claim, file, jackets: Line, now):
    """One of two jackets was settled for 500.00; the other is still owed at its own price."""
    expired(offered)
    (refund, *_others) = [it for it in owed(jackets, reason="damaged", now=now, quantity=1) if it.remedy == "refund"]
    assert refund.quantity == 1
    Line.objects.filter(pk=jackets.pk).update(quantity_taken=2)
    assert not [it for it in owed(jackets, reason="damaged", now=now) if it.remedy in ("refund", "return")]
    with pytest.raises(Refusal) as refused:
        file(jackets)
    assert refused.value.code == "nothing_left_to_refund"


def test_the_trace_is_plain_data(mug: Line, now):
    best = owed(mug, reason="damaged", now=now)[0]
    assert best.trace["rule"] == "lightning_refund"
    assert all(test["passed"] for test in best.trace["tests"])
    assert best.because == "within_all_limits"
