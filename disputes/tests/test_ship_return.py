"""Sending the goods back."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import ship_return
from disputes.models import Claim
from disputes.tests.conftest import told
from refunds.models import Return


def test_the_tracking_number_puts_it_on_the_merchant(returning: Claim, consumer: User, merchant: User, now):
    waiting = ship_return(claim=returning, by=consumer, carrier=" SF  Express ", tracking="SF100", at=now)
    assert (waiting.status, waiting.turn) == ("return_shipped", "merchant")
    sent = Return.objects.get()
    assert (sent.carrier, sent.tracking, sent.shipped_at) == ("SF Express", "SF100", now)
    assert told(merchant)[-1] == "return_shipped"


@pytest.mark.parametrize(("carrier", "tracking", "field"), [("", "1", "carrier"), ("SF", " ", "tracking")])
def test_without_carrier_or_number_it_is_not_sent(returning: Claim, consumer: User, now, carrier, tracking, field):
    with pytest.raises(Refusal) as refused:
        ship_return(claim=returning, by=consumer, carrier=carrier, tracking=tracking, at=now)
    assert refused.value.field == field
    assert Return.objects.get().shipped_at is None


def test_goods_are_sent_once(shipped: Claim, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        ship_return(claim=shipped, by=consumer, carrier="SF", tracking="2", at=now)
    assert refused.value.code == "not_possible_now"
