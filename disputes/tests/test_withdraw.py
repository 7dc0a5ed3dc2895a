"""Withdrawing a claim."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import withdraw
from disputes.models import Claim, Offer
from disputes.tests.conftest import breaks, told

BEFORE_THE_DECISION = ["claim", "offered", "countered", "returning", "rejected", "disputed", "sealed"]


@pytest.mark.parametrize("state", BEFORE_THE_DECISION)
def test_until_the_decision_the_consumer_can_withdraw(state, request, consumer: User, merchant: User):
    claim = request.getfixturevalue(state)
    ended = withdraw(claim=claim, by=consumer, statement="It works after all.", at=claim.turned_at)
    assert (ended.status, ended.close_reason, ended.paid) == ("closed", "withdrawn", 0)
    assert told(merchant)[-1] == "withdrawn"
    assert breaks() == []


def test_the_merchant_s_offer_is_no_longer_open(offered: Claim, consumer: User, now):
    withdraw(claim=offered, by=consumer, at=now)
    assert [offer.status for offer in Offer.objects.filter(claim=offered)] == ["declined"]


def test_the_price_is_free_again(claim: Claim, consumer: User, now):
    withdraw(claim=claim, by=consumer, at=now)
    claim.line.refresh_from_db()
    assert (claim.line.taken, claim.line.quantity_taken) == (0, 0)


@pytest.mark.parametrize("state", ["shipped", "decided"])
def test_goods_on_their_way_and_decisions_cannot_be_undone(state, request, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        withdraw(claim=request.getfixturevalue(state), by=consumer, at=now)
    assert refused.value.code == "not_possible_now"


def test_only_the_consumer_withdraws(claim: Claim, merchant: User, consumer2: User, now):
    for person, code in ((merchant, "not_possible_now"), (consumer2, "not_found")):
        with pytest.raises(Refusal) as refused:
            withdraw(claim=claim, by=person, at=now)
        assert refused.value.code == code
