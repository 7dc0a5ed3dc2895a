"""Makes single orders of the demo, numbered in the order they are made, with prices from the catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from orders.demo.catalogue import CARDS, GOODS, MEALS, OUTINGS, ROOMS, Goods
from orders.purchases import (
    Card,
    Item,
    Nights,
    Place,
    Purchase,
    Reservation,
    Shopper,
    Shortage,
    Ticket,
    price,
)

CURRENCY = "CNY"
HERE = ZoneInfo("Asia/Shanghai")
FIRST_NUMBER = 10_001

GOODS_BY_CODE = {goods.code: goods for goods in GOODS}
ROOMS_BY_CODE = {room.code: room for room in ROOMS}
MEALS_BY_CODE = {meal.code: meal for meal in MEALS}
OUTINGS_BY_CODE = {outing.code: outing for outing in OUTINGS}
CARDS_BY_CODE = {card.code: card for card in CARDS}


class Maker:
    """Numbers and small choices follow from the seed alone."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (prices of a demo)
        self._made = 0

    def goods(
        self, consumer: Shopper, codes: Sequence[str], *, placed_at: datetime, delivered_at: datetime | None = None,
        quantity: int = 1, through: str = "wallet", missing: Shortage | None = None,
    ) -> Purchase:  # fmt: skip
        """Goods of one merchant; the first line has `quantity` pieces, some of which may be `missing`."""
        bought = [GOODS_BY_CODE[code] for code in codes]
        items = tuple(
            _goods_item(position, goods, quantity if position == 1 else 1, placed_at)
            for position, goods in enumerate(bought, start=1)
        )
        items = (replace(items[0], shortage=missing), *items[1:])
        return Purchase(
            number=self._number("G"),
            kind="goods",
            market="",
            consumer=consumer,
            merchant=bought[0].merchant,
            currency=CURRENCY,
            placed_at=placed_at,
            delivered_at=delivered_at,
            paid_through=through,
            items=items,
        )

    def stay(
        self, consumer: Shopper, hotel: Place, reserved: str, assigned: str | None, *, left_at: datetime,
        outcome: str = "checked_out", through: str = "wallet", told_at: datetime | None = None,
    ) -> Purchase:  # fmt: skip
        """One to three nights that end at `left_at`, booked some weeks before, a little dearer in the busy season."""
        nights = self.random.randint(1, 3)
        arrival_on = (left_at - timedelta(days=nights)).astimezone(HERE).date()
        placed_at = left_at - timedelta(days=nights + self.random.randint(14, 28))
        room = ROOMS_BY_CODE[reserved]
        rate = f"{room.rate + self.random.randrange(0, 100, 10)}.00"
        item = Item(
            position=1,
            code=room.code,
            category="hotel",
            title=f"{hotel.name}: {room.title}",
            title_zh=f"{hotel.name_zh}：{room.title_zh}",
            quantity=1,
            unit_price=rate,
            paid=price(nights, Decimal(rate), CURRENCY),
            bought_at=placed_at,
            store=hotel,
            nights=Nights(arrival_on, nights, reserved, assigned, outcome, told_at),
        )
        return Purchase(
            number=self._number("S"),
            kind="stay",
            market="",
            consumer=consumer,
            merchant=hotel.merchant,
            currency=CURRENCY,
            placed_at=placed_at,
            delivered_at=left_at if outcome == "checked_out" else None,
            paid_through=through,
            items=(item,),
        )

    def voucher(
        self, consumer: Shopper, store: Place, code: str, *, placed_at: datetime, expires_at: datetime,
        redeemed_at: datetime | None = None, through: str = "wallet",
    ) -> Purchase:  # fmt: skip
        meal = MEALS_BY_CODE[code]
        item = Item(
            position=1,
            code=meal.code,
            category="restaurant",
            title=f"{store.name}: {meal.title}",
            title_zh=f"{store.name_zh}：{meal.title_zh}",
            quantity=1,
            unit_price=meal.price,
            paid=price(1, Decimal(meal.price), CURRENCY),
            bought_at=placed_at,
            store=store,
            ticket=Ticket(placed_at, expires_at, redeemed_at),
        )
        return Purchase(
            number=self._number("V"),
            kind="voucher",
            market="",
            consumer=consumer,
            merchant=store.merchant,
            currency=CURRENCY,
            placed_at=placed_at,
            delivered_at=placed_at,
            paid_through=through,
            items=(item,),
        )

    def booking(
        self, consumer: Shopper, store: Place, code: str, *, starts_at: datetime, placed_at: datetime,
        promised_wait_minutes: int | None = None, party: int = 2, through: str = "wallet", **on_record: Any,
    ) -> Purchase:  # fmt: skip
        """An outing at its time; `on_record` is what became of it (see Reservation)."""
        outing = OUTINGS_BY_CODE[code]
        reservation = Reservation(
            kind=outing.kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=outing.minutes),
            party=party,
            promised_wait_minutes=promised_wait_minutes,
            **on_record,
        )
        item = Item(
            position=1,
            code=outing.code,
            category=outing.category,
            title=f"{store.name}: {outing.title}",
            title_zh=f"{store.name_zh}：{outing.title_zh}",
            quantity=1,
            unit_price=outing.price,
            paid=price(1, Decimal(outing.price), CURRENCY),
            bought_at=placed_at,
            store=store,
            reservation=reservation,
        )
        return self._bought(consumer, store, item, kind="booking", through=through)

    def card(
        self, consumer: Shopper, store: Place, code: str, *, used: int, placed_at: datetime, valid_until: datetime,
        through: str = "wallet",
    ) -> Purchase:  # fmt: skip
        """A card of which `used` sessions were used."""
        sold = CARDS_BY_CODE[code]
        item = Item(
            position=1,
            code=sold.code,
            category="beauty",
            title=f"{store.name}: {sold.title}",
            title_zh=f"{store.name_zh}：{sold.title_zh}",
            quantity=1,
            unit_price=sold.price,
            paid=price(1, Decimal(sold.price), CURRENCY),
            bought_at=placed_at,
            store=store,
            card=Card(sold.sessions, sold.bonus_sessions, used, sold.single_price, valid_until),
        )
        return self._bought(consumer, store, item, kind="card", through=through)

    def _bought(self, consumer: Shopper, store: Place, item: Item, *, kind: str, through: str) -> Purchase:
        """One line on its own, bought from the business of its store."""
        return Purchase(
            number=self._number(kind[0].upper()),
            kind=kind,
            market="",
            consumer=consumer,
            merchant=store.merchant,
            currency=CURRENCY,
            placed_at=item.bought_at,
            paid_through=through,
            items=(item,),
        )

    def _number(self, letter: str) -> str:
        self._made += 1
        return f"{letter}-{FIRST_NUMBER + self._made - 1}"


def _goods_item(position: int, goods: Goods, quantity: int, placed_at: datetime) -> Item:
    return Item(
        position=position,
        code=goods.code,
        category=goods.category,
        title=goods.title,
        title_zh=goods.title_zh,
        quantity=quantity,
        unit_price=goods.price,
        paid=price(quantity, Decimal(goods.price), CURRENCY),
        bought_at=placed_at,
    )
