"""An offer that is accepted is paid, and the rest of the price is free again."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import accept_offer, make_offer
from disputes.models import Claim, Offer
from disputes.tests.conftest import breaks, fresh, in_wallet, told


def the_open_offer() -> Offer:
    return Offer.objects.get(status="open")


def test_the_consumer_accepts_and_gets_what_was_offered(offered: Claim, consumer: User, merchant: User, now):
    ended = accept_offer(claim=offered, offer=the_open_offer().pk, by=consumer, at=now)
    assert (ended.status, ended.close_reason, ended.paid) == ("settled", "offer_accepted", 500_00)
    assert in_wallet(consumer) == 500_00
    assert Offer.objects.get().status == "accepted"
    assert told(merchant)[-1] == told(consumer)[-1] == "offer_accepted"
    assert breaks() == []


def test_what_the_offer_left_goes_back_to_the_line(offered: Claim, consumer: User, now):
    accept_offer(claim=offered, offer=the_open_offer().pk, by=consumer, at=now)
    line = fresh(offered).line
    assert (line.taken, line.quantity_taken) == (500_00, 1)


def test_the_merchant_accepts_the_counter_offer(countered: Claim, merchant: User, consumer: User, now):
    ended = accept_offer(claim=countered, offer=the_open_offer().pk, by=merchant, at=now)
    assert (ended.paid, in_wallet(consumer)) == (900_00, 900_00)


def test_goods_that_were_to_come_back_stay_when_both_agree_on_a_sum(returnable: Claim, merchant, consumer, now):
    made = make_offer(claim=returnable, by=merchant, amount=300_00, at=now)
    ended = accept_offer(claim=returnable, offer=made.pk, by=consumer, at=now)
    assert (ended.status, in_wallet(consumer)) == ("settled", 300_00)


def test_an_offer_that_was_countered_no_longer_stands(countered: Claim, merchant: User, now):
    first = Offer.objects.get(by="merchant")
    with pytest.raises(Refusal) as refused:
        accept_offer(claim=countered, offer=first.pk, by=merchant, at=now)
    assert refused.value.code == "offer_not_open"


def test_nobody_accepts_an_offer_of_their_own(offered: Claim, merchant: User, now):
    with pytest.raises(Refusal) as refused:
        accept_offer(claim=offered, offer=the_open_offer().pk, by=merchant, at=now)
    assert refused.value.code == "not_possible_now"
    assert fresh(offered).paid == 0
