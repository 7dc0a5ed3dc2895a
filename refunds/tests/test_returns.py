"""Goods on their way back: asked for, sent, received, each once and in this order."""

import pytest

from refunds.actions import AlreadyShipped, NotOnTheirWay, ask_return, receive_return, ship_return

KEY = "claim:R-1:return"


@pytest.fixture
def asked(goods_order, now):
    return ask_return(key=KEY, line=goods_order.lines.get(position=2), quantity=1, freight_amount=12_00, at=now)


def test_goods_are_asked_for_sent_and_received(asked, now):
    assert (asked.quantity, asked.freight_amount, asked.shipped_at) == (1, 12_00, None)
    sent = ship_return(key=KEY, carrier="SF", tracking="SF123", at=now)
    assert (sent.carrier, sent.tracking, sent.shipped_at, sent.received_at) == ("SF", "SF123", now, None)
    assert receive_return(key=KEY, at=now).received_at == now


def test_they_are_sent_once(asked, now):
    ship_return(key=KEY, carrier="SF", tracking="SF123", at=now)
    with pytest.raises(AlreadyShipped):
        ship_return(key=KEY, carrier="YTO", tracking="YT9", at=now)


def test_they_are_not_received_before_they_are_sent(asked, now):
    with pytest.raises(NotOnTheirWay):
        receive_return(key=KEY, at=now)


def test_they_are_received_once(asked, now):
    ship_return(key=KEY, carrier="SF", tracking="SF123", at=now)
    receive_return(key=KEY, at=now)
    with pytest.raises(NotOnTheirWay):
        receive_return(key=KEY, at=now)
