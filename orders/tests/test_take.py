"""A line never gives back more than was paid for it, whoever asks, however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, connections
from pytest_django import DjangoAssertNumQueries

from orders.actions import (
    AboveWhatWasPaid,
    KeyReused,
    NothingLeftToRefund,
    QuantityAboveWhatIsLeft,
    give_back,
    take,
)
from orders.models import Exposure, Line, Order
from orders.proofs import prove


@pytest.fixture
def jackets(goods_order: Order) -> Line:
    """Two pieces, 2,598.00 together."""
    return goods_order.lines.get(position=2)


def test_takes_a_part_off_the_line_in_one_statement(
    jackets: Line, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
):
    with django_assert_num_queries(1):
        exposure = take(key="claim:1", line_id=jackets.pk, amount=1_299_00, quantity=1, at=now)
    jackets.refresh_from_db()
    assert (jackets.refundable, jackets.refundable_quantity) == (1_299_00, 1)
    assert Exposure.objects.get() == exposure
    assert exposure.taken_at == now
    assert list(prove()) == []


def test_takes_the_last_cent_and_no_more(jackets: Line, now: datetime):
    take(key="all but a cent", line_id=jackets.pk, amount=2_597_99, quantity=1, at=now)
    take(key="the cent", line_id=jackets.pk, amount=1, quantity=1, at=now)
    with pytest.raises(NothingLeftToRefund):
        take(key="one more", line_id=jackets.pk, amount=1, quantity=0, at=now)
    with pytest.raises(NothingLeftToRefund):
        take(key="one more piece", line_id=jackets.pk, amount=0, quantity=1, at=now)


@pytest.mark.parametrize(
    ("amount", "quantity", "refusal"),
    [
        (2_598_01, 2, AboveWhatWasPaid),
        (2_598_01, 3, AboveWhatWasPaid),
        (2_598_00, 3, QuantityAboveWhatIsLeft),
    ],
)
def test_refuses_more_than_was_paid_or_bought_and_changes_nothing(
    jackets: Line, now: datetime, amount: int, quantity: int, refusal: type[Exception]
):
    with pytest.raises(refusal):
        take(key="too much", line_id=jackets.pk, amount=amount, quantity=quantity, at=now)
    jackets.refresh_from_db()
    assert (jackets.taken, jackets.quantity_taken, Exposure.objects.count()) == (0, 0, 0)


def test_says_how_much_is_left_in_the_order_s_currency(jackets: Line, now: datetime):
    take(key="first", line_id=jackets.pk, amount=98_00, quantity=0, at=now)
    with pytest.raises(AboveWhatWasPaid, match=r"2,500\.00"):
        take(key="too much", line_id=jackets.pk, amount=2_598_00, quantity=0, at=now)


def test_refuses_a_negative_amount_or_quantity(jackets: Line, now: datetime):
    for amount, quantity in ((-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="negative"):
            take(key="negative", line_id=jackets.pk, amount=amount, quantity=quantity, at=now)


def test_lets_a_piece_go_that_cost_nothing(goods_order: Order, now: datetime):
    line = goods_order.lines.get(position=1)
    Line.objects.filter(pk=line.pk).update(paid=0)
    take(key="free", line_id=line.pk, amount=0, quantity=1, at=now)
    line.refresh_from_db()
    assert line.refundable_quantity == 0


def test_the_same_key_takes_once(jackets: Line, now: datetime):
    first = take(key="claim:1", line_id=jackets.pk, amount=100, quantity=1, at=now)
    again = take(key="claim:1", line_id=jackets.pk, amount=100, quantity=1, at=now)
    jackets.refresh_from_db()
    assert first == again
    assert (jackets.taken, jackets.quantity_taken) == (100, 1)


def test_the_same_key_comes_back_after_it_was_given_back_or_the_line_is_empty(jackets: Line, now: datetime):
    take(key="claim:1", line_id=jackets.pk, amount=2_598_00, quantity=2, at=now)
    assert take(key="claim:1", line_id=jackets.pk, amount=2_598_00, quantity=2, at=now).amount == 2_598_00
    give_back(key="claim:1", at=now)
    take(key="claim:1", line_id=jackets.pk, amount=2_598_00, quantity=2, at=now)
    jackets.refresh_from_db()
    assert jackets.taken == 0


@pytest.mark.parametrize("other", [{"amount": 101}, {"quantity": 0}, {"line": 1}])
def test_the_same_key_with_other_content_is_refused(
    goods_order: Order, jackets: Line, now: datetime, other: dict[str, int]
):
    take(key="claim:1", line_id=jackets.pk, amount=100, quantity=1, at=now)
    line = goods_order.lines.get(position=other.get("line", 2))
    with pytest.raises(KeyReused):
        take(key="claim:1", line_id=line.pk, amount=other.get("amount", 100), quantity=other.get("quantity", 1), at=now)
    line.refresh_from_db()
    assert line.taken in (0, 100)
    assert list(prove()) == []


def test_an_unknown_line_is_an_error(db: None, now: datetime):
    with pytest.raises(Line.DoesNotExist):
        take(key="claim:1", line_id=1, amount=1, quantity=0, at=now)


@pytest.mark.django_db(transaction=True)
def test_thirty_two_at_once_never_take_more_than_was_paid(jackets: Line, now: datetime):
    """Each wants 100.00 of 2,598.00: twenty-five fit, whatever the order."""
    outcomes = at_once(32, lambda turn: take(key=f"k{turn}", line_id=jackets.pk, amount=100_00, quantity=0, at=now))
    jackets.refresh_from_db()
    assert outcomes.count("Exposure") == 25
    assert outcomes.count("AboveWhatWasPaid") == 7
    assert jackets.taken == 2_500_00
    assert list(prove()) == []


@pytest.mark.django_db(transaction=True)
def test_thirty_two_with_the_same_key_take_once(jackets: Line, now: datetime):
    outcomes = at_once(32, lambda turn: take(key="one", line_id=jackets.pk, amount=2_598_00, quantity=2, at=now))
    jackets.refresh_from_db()
    assert outcomes == ["Exposure"] * 32
    assert jackets.taken == 2_598_00
    assert list(prove()) == []


@pytest.mark.django_db(transaction=True)
def test_taking_and_giving_back_at_once_leaves_the_books_right(jackets: Line, now: datetime):
    """Every exposure is given back by two at once, in the middle of the others being taken."""

    def take_and_give_back(turn: int) -> Exposure:
        exposure = take(key=f"k{turn // 2}", line_id=jackets.pk, amount=50_00, quantity=0, at=now)
        give_back(key=f"k{turn // 2}", amount=20_00, at=now)
        return exposure

    outcomes = at_once(32, take_and_give_back)
    jackets.refresh_from_db()
    assert outcomes == ["Exposure"] * 32
    assert jackets.taken == 16 * 30_00
    assert list(prove()) == []


def at_once(turns: int, act) -> list[str]:
    """What became of each turn, all running in threads of their own: the type's name of the answer or the refusal."""

    def turn(number: int) -> str:
        try:
            return type(act(number)).__name__
        except Exception as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    assert not connection.in_atomic_block
    with ThreadPoolExecutor(turns) as pool:
        return list(pool.map(turn, range(turns)))
