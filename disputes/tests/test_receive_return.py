"""Confirming that the goods came back."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import receive_return
from disputes.models import Claim
from disputes.tests.conftest import breaks, in_wallet, told
from refunds.models import Return


def test_the_refund_and_the_freight_are_paid(shipped: Claim, merchant: User, consumer: User, now):
    ended = receive_return(claim=shipped, by=merchant, at=now)
    assert (ended.status, ended.close_reason, ended.paid) == ("settled", "return_received", 1_311_00)
    assert in_wallet(consumer) == 1_311_00
    assert Return.objects.get().received_at == now
    assert told(consumer)[-1] == "return_received"
    assert breaks() == []


def test_each_piece_can_come_back_on_its_own(shipped: Claim, file, jackets, merchant: User, consumer: User, now):
    second = file(jackets, quantity=1, remedy="return")
    assert second.status == "awaiting_return"
    receive_return(claim=shipped, by=merchant, at=now)
    assert breaks() == []


def test_what_was_not_sent_is_not_received(returning: Claim, merchant: User, now):
    with pytest.raises(Refusal) as refused:
        receive_return(claim=returning, by=merchant, at=now)
    assert refused.value.code == "not_possible_now"
