"""Offers and counter-offers: bounded in sum, in order and in number."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import make_offer
from disputes.models import Claim, Offer
from disputes.tests.conftest import fresh, told


def test_a_counter_offer_takes_the_place_of_the_offer(offered: Claim, consumer: User, merchant: User, now):
    made = make_offer(claim=offered, by=consumer, amount=900_00, statement="More.", at=now)
    assert (fresh(offered).status, fresh(offered).turn) == ("awaiting_merchant", "merchant")
    assert list(Offer.objects.order_by("id").values_list("by", "status")) == [
        ("merchant", "countered"),
        ("consumer", "open"),
    ]
    assert (made.amount, made.made_by) == (900_00, consumer)
    assert told(merchant)[-1] == "offer_countered"


@pytest.mark.parametrize("amount", [500_00, 1_299_01])
def test_a_counter_offer_lies_above_the_offer_and_within_the_claim(offered: Claim, consumer: User, now, amount):
    with pytest.raises(Refusal) as refused:
        make_offer(claim=offered, by=consumer, amount=amount, at=now)
    assert refused.value.code == "offer_out_of_range"
    assert "CN¥500.01" in refused.value.sentence()
    assert Offer.objects.get().status == "open"


def test_each_side_makes_three_offers(claim: Claim, merchant: User, consumer: User, now):
    for number in range(1, 4):
        make_offer(claim=claim, by=merchant, amount=number * 100_00, at=now)
        make_offer(claim=claim, by=consumer, amount=number * 100_00 + 50_00, at=now)
    with pytest.raises(Refusal) as refused:
        make_offer(claim=claim, by=merchant, amount=400_00, at=now)
    assert refused.value.code == "not_possible_now"


def test_nobody_makes_two_offers_in_a_row(offered: Claim, merchant: User, now):
    with pytest.raises(Refusal):
        make_offer(claim=offered, by=merchant, amount=600_00, at=now)


def test_a_consumer_counters_and_does_not_begin(claim: Claim, consumer: User, now):
    with pytest.raises(Refusal):
        make_offer(claim=claim, by=consumer, amount=600_00, at=now)
