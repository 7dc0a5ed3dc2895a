"""The proof names the line whose counters do not fit its exposures."""

from datetime import datetime

from orders.actions import take
from orders.models import Exposure, Line, Order
from orders.proofs import prove


def test_finds_a_counter_that_no_exposure_explains(goods_order: Order):
    Line.objects.filter(order=goods_order, position=1).update(taken=1)
    (found,) = prove()
    assert found.room == "orders"
    assert found.sentence.startswith("G-1001 line 1: 1 of 4500 ")


def test_finds_an_exposure_that_no_counter_knows(goods_order: Order, now: datetime):
    line = goods_order.lines.get(position=2)
    take(key="claim:1", line_id=line.pk, amount=100, quantity=1, at=now)
    assert list(prove()) == []
    Exposure.objects.update(quantity_given_back=1)
    (found,) = prove()
    assert found.sentence.startswith("G-1001 line 2: ")
