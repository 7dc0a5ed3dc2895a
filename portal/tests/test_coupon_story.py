"""The bookkeeping story of a coupon: issued, redeemed, expired, revoked, with `verify_books` green after each step."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from compensation.actions import expire_due_coupons, redeem_coupon, revoke_coupon
from compensation.models import Coupon
from conftest import bought, line
from disputes import actions
from disputes.goodwill import look_for_goodwill
from disputes.models import Claim
from ledger import chart
from orders.models import OrderKind, StockOut

pytestmark = pytest.mark.django_db(transaction=True)

CNY = "CNY"


def verified():
    """Raises SystemExit when the books do not hold."""
    told = StringIO()
    call_command("verify_books", json=True, stdout=told)
    return json.loads(told.getvalue().splitlines()[-1])["ok"]


@pytest.fixture
def stands(shop, outsider):
    """What the books say: the first shop's settlement, the second's, the liability, the platform's expense."""
    accounts = (
        chart.settlement_of(shop.pk, CNY),
        chart.settlement_of(outsider.membership.merchant_id, CNY),
        chart.coupon_liability(CNY),
        chart.compensation_expense(CNY),
    )

    def stands():
        assert verified()
        return tuple(chart.balance_of(account).posted for account in accounts)

    return stands


@pytest.fixture
def lamps(missing_order, enrolled_shop):
    """Four orders of a lamp each, none of which the shop has."""
    for number in (2, 3, 4):
        lamp = line(missing_order, number, "lamp", "Desk lamp", "台灯", paid=200_00, category="home")
        StockOut.objects.create(line=lamp, pieces=1, reported_at=missing_order.placed_at)
    return list(missing_order.lines.order_by("position"))


def chosen(lamp, now):
    """The coupon of 30.00 that the consumer takes instead of 20.00 in money."""
    claim = actions.file_claim(
        consumer=lamp.order.consumer, order=lamp.order.number, line=lamp.pk, reason="out_of_stock", remedy="coupon",
        at=now,
    )  # fmt: skip
    return Coupon.objects.get(key__startswith=f"claim:{claim.number}:")


def test_the_first_shop_pays_the_second_is_paid_and_what_ends_unused_goes_back(
    lamps, stands, consumer, outsider, finance, now
):
    later = bought(
        consumer, outsider.membership.merchant, OrderKind.GOODS, "G-2001", placed_at=now + timedelta(minutes=1)
    )
    line(later, 1, "chair", "Chair", "椅子", paid=80_00, category="home")
    assert stands() == (0, 0, 0, 0)

    spent = chosen(lamps[0], now)
    assert stands() == (-30_00, 0, 30_00, 0)
    gone = chosen(lamps[1], now)
    mistaken = chosen(lamps[2], now)
    assert stands() == (-90_00, 0, 90_00, 0)

    redeem_coupon(code=spent.code, order="G-2001", by=consumer, at=now + timedelta(minutes=2))
    assert stands() == (-90_00, 30_00, 60_00, 0)

    revoke_coupon(coupon=mistaken, by=finance, reason="Issued twice.", at=now + timedelta(minutes=3))
    assert stands() == (-60_00, 30_00, 30_00, 0)

    assert expire_due_coupons(now=gone.expires_at) == 1
    assert stands() == (-30_00, 30_00, 0, 0)


def test_the_platform_bears_goodwill_until_it_is_spent(
    goods_order, enrolled_shop, stands, consumer, merchant, outsider, now
):
    jackets = goods_order.lines.get(position=2)
    claim = actions.file_claim(
        consumer=consumer, order=goods_order.number, line=jackets.pk, reason="damaged", remedy="refund", quantity=1,
        at=now,
    )  # fmt: skip
    Claim.objects.filter(pk=claim.pk).update(due_at=now + timedelta(days=90))
    ended_at = now + timedelta(days=20)
    actions.answer(claim=claim, by=merchant, kind="accept", at=ended_at)
    assert stands() == (-1_299_00, 0, 0, 0)

    look_for_goodwill(now=ended_at)
    assert stands() == (-1_299_00, 0, 20_00, 20_00)

    other = outsider.membership.merchant
    later = bought(consumer, other, OrderKind.GOODS, "G-2001", placed_at=ended_at + timedelta(days=1))
    line(later, 1, "chair", "Chair", "椅子", paid=80_00, category="home")
    redeem_coupon(code=Coupon.objects.get().code, order="G-2001", by=outsider, at=ended_at + timedelta(days=2))
    assert stands() == (-1_299_00, 20_00, 0, 20_00)
