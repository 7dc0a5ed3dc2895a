"""The merchant's refund desk."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import refund_unasked
from disputes.models import Claim
from disputes.tests.conftest import breaks, in_wallet, told
from orders.models import Line
from refunds.models import Refund


def test_all_that_is_left_is_given_back(mug: Line, merchant: User, consumer: User, now):
    refund = refund_unasked(line=mug.pk, by=merchant, at=now)
    mug.refresh_from_db()
    assert (refund.amount, mug.refundable, mug.refundable_quantity) == (45_00, 0, 0)
    assert in_wallet(consumer) == 45_00
    assert told(consumer) == ["refunded_unasked"]
    assert breaks() == []


def test_several_parts_add_up_to_the_price_and_no_more(jackets: Line, clerk: User, consumer: User, now):
    refund_unasked(line=jackets.pk, by=clerk, amount=98_00, at=now)
    refund_unasked(line=jackets.pk, by=clerk, quantity=1, at=now)
    refund_unasked(line=jackets.pk, by=clerk, at=now)
    assert in_wallet(consumer) == 2_598_00
    with pytest.raises(Refusal) as refused:
        refund_unasked(line=jackets.pk, by=clerk, at=now)
    assert refused.value.code == "nothing_left_to_refund"
    assert Refund.objects.count() == 3
    assert breaks() == []


def test_what_a_claim_asks_for_is_not_given_twice(claim: Claim, jackets: Line, merchant: User, now):
    with pytest.raises(Refusal) as refused:
        refund_unasked(line=jackets.pk, by=merchant, amount=1_299_01, at=now)
    assert refused.value.code == "above_what_was_paid"


SUMS = {
    "nothing": ({"amount": 0}, "not_positive", "amount"),
    "less than nothing": ({"amount": -5}, "not_positive", "amount"),
    "no pieces": ({"quantity": 0}, "not_positive", "amount"),
    "too much": ({"amount": 45_01}, "above_what_was_paid", "amount"),
    "too many": ({"quantity": 2}, "quantity_above_what_is_left", "quantity"),
}


@pytest.mark.parametrize(("given", "code", "field"), list(SUMS.values()), ids=list(SUMS))
def test_a_sum_that_does_not_do_is_refused_and_moves_nothing(mug: Line, merchant: User, now, given, code, field):
    with pytest.raises(Refusal) as refused:
        refund_unasked(line=mug.pk, by=merchant, at=now, **given)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Refund.objects.exists()
    assert breaks() == []


def test_a_merchant_at_its_limit_gives_nothing_away(mug: Line, merchant: User, merchant_at_its_limit, now):
    with pytest.raises(Refusal) as refused:
        refund_unasked(line=mug.pk, by=merchant, at=now)
    assert refused.value.code == "settlement_exhausted"
    mug.refresh_from_db()
    assert mug.taken == 0


@pytest.mark.parametrize("person", ["consumer", "outsider", "agent", "finance"])
def test_for_everybody_else_the_line_does_not_exist(mug: Line, request, person, now):
    with pytest.raises(Refusal) as refused:
        refund_unasked(line=mug.pk, by=request.getfixturevalue(person), at=now)
    assert refused.value.http_status == 404
