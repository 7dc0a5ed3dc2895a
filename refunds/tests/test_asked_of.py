"""How much a consumer asks for who names pieces, a sum, both or neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.rules import Asked, asked_of


def three_for_a_pound(**asked):
    """Three pieces for 1.00: one is 33 and a third."""
    line = {"paid": 100, "quantity": 3, "refundable": 100, "refundable_quantity": 3, "pieces": None, "amount": None}
    return asked_of(**{**line, **asked})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, Asked(100, 3)),
        ({"pieces": 1}, Asked(33, 1)),
        ({"pieces": 2}, Asked(67, 2)),
        ({"pieces": 3}, Asked(100, 3)),
        ({"pieces": 1, "refundable": 33, "refundable_quantity": 1}, Asked(33, 1)),
        ({"pieces": 1, "refundable": 20, "refundable_quantity": 2}, Asked(20, 1)),
        ({"amount": 50}, Asked(50, 0)),
        ({"amount": 50, "pieces": 2}, Asked(50, 2)),
        ({"amount": 500}, Asked(500, 0)),
        ({"refundable": 40, "refundable_quantity": 2}, Asked(40, 2)),
        ({"pieces": 0}, Asked(0, 0)),
    ],
)
def test_what_is_asked_follows_from_what_is_named(asked, expected):
    assert three_for_a_pound(**asked) == expected


@given(st.integers(0, 10**9), st.integers(1, 40), st.randoms(use_true_random=False))
def test_pieces_claimed_one_by_one_add_up_to_the_whole(paid, quantity, random):
    left, pieces_left, given_back = paid, quantity, 0
    while pieces_left:
        pieces = random.randint(1, pieces_left)
        asked = asked_of(
            paid=paid, quantity=quantity, refundable=left, refundable_quantity=pieces_left, pieces=pieces, amount=None
        )
        left, pieces_left, given_back = left - asked.amount, pieces_left - pieces, given_back + asked.amount
    assert given_back == paid
