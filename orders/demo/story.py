"""What the demo's two consumers bought: an order for every reason there is, on both sides of every rule's limits.

All moments are counted back from the day the demo is made.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from orders.demo.catalogue import (
    ATTIC,
    GOODS,
    HARBOUR_HOTEL,
    LAKESIDE_HOTEL,
    NOODLE_BAR,
    SPICE_TIANFU,
    SPICE_WANGJING,
    TEA_HOUSE,
)
from orders.demo.making import Maker
from orders.purchases import Closure, Purchase, Shopper

CONSUMER = Shopper("consumer@example.com")
CONSUMER2 = Shopper("consumer2@example.com")

DAY = timedelta(days=1)


def consumers_story(make: Maker, now: datetime) -> Iterator[Purchase]:
    yield from _goods(make, now)
    yield from _stays(make, now)
    yield from _vouchers(make, now)


def _goods(make: Maker, now: datetime) -> Iterator[Purchase]:
    # Small and delivered lately: paid at once, over either gateway.
    yield make.goods(CONSUMER, ["mug-celadon"], placed_at=now - 4 * DAY, delivered_at=now - DAY)
    yield make.goods(CONSUMER, ["fan-silk"], placed_at=now - 5 * DAY, delivered_at=now - 2 * DAY, through="sandbox")
    yield make.goods(
        CONSUMER, ["cushion-linen", "lamp-paper", "tea-longjing-tin"], quantity=2,
        placed_at=now - 7 * DAY, delivered_at=now - 4 * DAY,
    )  # fmt: skip
    # On its way for too long, and only since yesterday.
    yield make.goods(CONSUMER, ["towel-set"], placed_at=now - 6 * DAY)
    yield make.goods(CONSUMER, ["umbrella-oil"], placed_at=now - 0.8 * DAY, through="sandbox")
    # Too dear for a lightning refund: the merchant answers first.
    yield make.goods(CONSUMER, ["purifier-a3"], placed_at=now - 8 * DAY, delivered_at=now - 3 * DAY, through="sandbox")
    yield make.goods(CONSUMER, ["phone-p9", "cable-c"], placed_at=now - 9 * DAY, delivered_at=now - 5 * DAY)
    # A change of mind: within seven days, after them, and where nothing can be sent back.
    yield make.goods(CONSUMER, ["shirt-linen", "socks"], placed_at=now - 8 * DAY, delivered_at=now - 5 * DAY)
    yield make.goods(CONSUMER, ["coat-down"], placed_at=now - 15 * DAY, delivered_at=now - 10 * DAY)
    yield make.goods(CONSUMER, ["crab-hairy", "oranges"], placed_at=now - 3 * DAY, delivered_at=now - 2 * DAY)
    yield make.goods(CONSUMER, ["sign-carved"], placed_at=now - 20 * DAY, delivered_at=now - 6 * DAY)
    yield make.goods(CONSUMER, ["course-brush", "weekly"], placed_at=now - 4 * DAY, delivered_at=now - 4 * DAY)
    # Delivered long ago: only the merchant can still be asked, and then nobody.
    yield make.goods(CONSUMER, ["kettle"], placed_at=now - 45 * DAY, delivered_at=now - 41 * DAY)
    yield make.goods(CONSUMER, ["train-wood"], placed_at=now - 210 * DAY, delivered_at=now - 205 * DAY)


def _stays(make: Maker, now: datetime) -> Iterator[Purchase]:
    # A better room, a worse one (twice, one over the sandbox), none at all, one nobody can compare.
    yield make.stay(CONSUMER, LAKESIDE_HOTEL, "standard", "deluxe", left_at=now - 6 * DAY)
    yield make.stay(CONSUMER, LAKESIDE_HOTEL, "lake-view", "standard", left_at=now - 2 * DAY)
    yield make.stay(CONSUMER, HARBOUR_HOTEL, "suite", "deluxe", left_at=now - 9 * DAY, through="sandbox")
    yield make.stay(CONSUMER, LAKESIDE_HOTEL, "deluxe", None, left_at=now + DAY, outcome="turned_away")
    yield make.stay(CONSUMER, HARBOUR_HOTEL, "deluxe", ATTIC, left_at=now - 4 * DAY)
    # As booked, still to come, long ago, cancelled.
    yield make.stay(CONSUMER, LAKESIDE_HOTEL, "standard", "standard", left_at=now - 12 * DAY)
    yield make.stay(CONSUMER, HARBOUR_HOTEL, "standard", None, left_at=now + 12 * DAY, outcome="booked")
    yield make.stay(CONSUMER, LAKESIDE_HOTEL, "suite", "standard", left_at=now - 90 * DAY)
    yield make.stay(CONSUMER, HARBOUR_HOTEL, "suite", None, left_at=now - 5 * DAY, outcome="cancelled")


def _vouchers(make: Maker, now: datetime) -> Iterator[Purchase]:
    # Before a closed door: with another store of the house around the corner, and without one.
    closed = replace(NOODLE_BAR, closures=(Closure("renovating", now - 2 * DAY),))
    moved = replace(SPICE_WANGJING, closures=(Closure("moved", now - DAY),))
    yield make.voucher(CONSUMER, closed, "dinner-2", placed_at=now - 12 * DAY, expires_at=now + 30 * DAY)
    yield make.voucher(CONSUMER, moved, "dinner-4", placed_at=now - 20 * DAY, expires_at=now + 10 * DAY)
    # About to expire, in a week's and in a day's reach; not used so far; used; expired.
    yield make.voucher(CONSUMER, TEA_HOUSE, "tea-2", placed_at=now - 25 * DAY, expires_at=now + 5 * DAY)
    yield make.voucher(CONSUMER, SPICE_TIANFU, "lunch-1", placed_at=now - 29 * DAY, expires_at=now + 0.8 * DAY)
    yield make.voucher(
        CONSUMER, TEA_HOUSE, "dinner-2", placed_at=now - 10 * DAY, expires_at=now + 60 * DAY, through="sandbox"
    )
    yield make.voucher(
        CONSUMER, TEA_HOUSE, "lunch-1", placed_at=now - 15 * DAY, expires_at=now + 20 * DAY, redeemed_at=now - 3 * DAY
    )
    yield make.voucher(CONSUMER, SPICE_TIANFU, "dinner-2", placed_at=now - 50 * DAY, expires_at=now - 10 * DAY)
    yield make.voucher(CONSUMER, TEA_HOUSE, "tea-2", placed_at=now - 190 * DAY, expires_at=now - 100 * DAY)


def second_consumers_story(make: Maker, now: datetime) -> Iterator[Purchase]:
    """No room on arrival, a worse room, and some shopping."""
    yield make.stay(CONSUMER2, LAKESIDE_HOTEL, "lake-view", None, left_at=now + DAY, outcome="turned_away")
    yield make.stay(CONSUMER2, LAKESIDE_HOTEL, "suite", "lake-view", left_at=now - 3 * DAY)
    for days, goods in enumerate(GOODS[:10], start=2):
        yield make.goods(CONSUMER2, [goods.code], placed_at=now - (days + 3) * DAY, delivered_at=now - days * DAY)
