"""What an exposure holds goes back to its line, in whole or in part, and only once."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from orders.actions import give_back, take
from orders.models import Exposure, Line, Order
from orders.proofs import prove


@pytest.fixture
def taken(goods_order: Order, now: datetime) -> Line:
    """Two jackets, of which 1,000.00 and one piece were taken by "claim:1"."""
    line = goods_order.lines.get(position=2)
    take(key="claim:1", line_id=line.pk, amount=1_000_00, quantity=1, at=now - timedelta(days=1))
    return line


@pytest.mark.parametrize(
    ("parts", "left_taken", "pieces_taken"),
    [
        ({}, 0, 0),
        ({"amount": 1_000_00, "quantity": 1}, 0, 0),
        ({"amount": 400_00}, 600_00, 1),
        ({"quantity": 1}, 1_000_00, 0),
        ({"amount": 0}, 1_000_00, 1),
    ],
)
def test_gives_back_all_or_the_parts_named_and_nothing_twice(
    taken: Line, now: datetime, parts: dict[str, int], left_taken: int, pieces_taken: int
):
    for _again in range(2):
        give_back(key="claim:1", at=now, **parts)
        taken.refresh_from_db()
        assert (taken.taken, taken.quantity_taken) == (left_taken, pieces_taken)
    assert list(prove()) == []


def test_is_one_statement(taken: Line, now: datetime, django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(1):
        give_back(key="claim:1", at=now)
    assert Exposure.objects.get().given_back_at == now


def test_the_rest_goes_back_later(taken: Line, now: datetime):
    give_back(key="claim:1", amount=400_00, at=now)
    give_back(key="claim:1", amount=100_00, at=now)  # less than went back before: nothing to do
    give_back(key="claim:1", at=now)
    taken.refresh_from_db()
    assert (taken.taken, taken.quantity_taken) == (0, 0)


def test_what_went_back_may_be_taken_again(taken: Line, now: datetime):
    give_back(key="claim:1", at=now)
    take(key="claim:2", line_id=taken.pk, amount=2_598_00, quantity=2, at=now)
    taken.refresh_from_db()
    assert taken.refundable == 0


@pytest.mark.parametrize("parts", [{"amount": 1_000_01}, {"quantity": 2}])
def test_never_gives_back_more_than_was_taken(taken: Line, now: datetime, parts: dict[str, int]):
    with pytest.raises(ValueError, match="never took"):
        give_back(key="claim:1", at=now, **parts)
    taken.refresh_from_db()
    assert taken.taken == 1_000_00


def test_an_unknown_key_is_an_error(db: None, now: datetime):
    with pytest.raises(Exposure.DoesNotExist):
        give_back(key="nothing", at=now)
