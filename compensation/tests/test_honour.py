"""A guarantee is kept once for each cause: with money, with a better room, or with another store."""

import pytest
from django.db import transaction

from compensation.actions import AlreadyHonoured, honour
from compensation.models import Honouring
from compensation.proofs import prove
from ledger.chart import balance_of, settlement_of, wallet_of
from ledger.models import Transfer, TransferKind
from orders.models import Line, Order
from payouts.models import Payout


@pytest.fixture
def night(stay_order: Order) -> Line:
    return stay_order.lines.select_related("order").get()


def kept(line, now, key="claim:R-1:compensation:1", **changes):
    return honour(
        **{
            "key": key,
            "line": line,
            "cause": "worse_room",
            "scheme": "hotel_overbooking",
            "remedy": "compensation",
            "amount": 600_00,
            "payee": line.order.consumer,
            "payer": "merchant",
            "gateway": "wallet",
            "at": now,
            **changes,
        }
    )


def test_the_merchant_pays_what_it_promised(night, shop, consumer, now):
    honouring = kept(night, now)
    assert (honouring.amount, honouring.payer, honouring.payout.amount) == (600_00, "merchant", 600_00)
    assert Transfer.objects.get(key=honouring.key).kind == TransferKind.COMPENSATION
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -600_00
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 600_00
    assert list(prove()) == []


def test_the_line_is_made_whole_once_for_each_cause(night, shop, now):
    kept(night, now)
    with pytest.raises(AlreadyHonoured), transaction.atomic():
        kept(night, now, key="event:9:line:1")
    kept(night, now, key="claim:R-2:compensation:1", cause="freight:R-2", remedy="freight", amount=12_00)
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -612_00
    assert set(Transfer.objects.values_list("kind", flat=True)) == {"compensation", "freight", "payout"}
    assert list(prove()) == []


@pytest.mark.parametrize("remedy", ["upgrade", "alternative"])
def test_what_is_given_in_kind_moves_no_money(night, hotel, now, remedy):
    store = hotel if remedy == "alternative" else None
    honouring = kept(night, now, remedy=remedy, amount=0, alternative_store=store)
    assert (honouring.amount, honouring.payer, honouring.payout) == (0, "", None)
    assert not Payout.objects.exists()
    assert list(prove()) == []


def test_money_that_moved_otherwise_than_recorded_is_found(night, now):
    honouring = kept(night, now)
    Honouring.objects.filter(pk=honouring.pk).update(amount=599_99)
    assert [found.sentence for found in prove()] == [
        f"Honouring {honouring.key} of 59999 CNY is paid out as 60000 CNY.",
        f"Honouring {honouring.key} of 59999 CNY has no transfer of that sum from its payer to the consumer.",
    ]


def test_money_that_nobody_recorded_is_found(night, now):
    honouring = kept(night, now)
    Honouring.objects.filter(pk=honouring.pk).delete()
    assert [found.sentence for found in prove()] == [
        f"Transfer {honouring.key} of 60000 is a compensation that was never recorded."
    ]
