"""What the demo's two consumers bought: an order for every reason there is, on both sides of every rule's limits.

All moments are counted back from the day the demo is made.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from orders.demo.catalogue import (
    ATTIC,
    CLOUD_PEAK_DESK,
    GOODS,
    HARBOUR_HOTEL,
    JADE_SALON,
    LAKESIDE_HOTEL,
    LAKESIDE_SPA,
    LAKESIDE_THEATRE,
    LOTUS_STUDIO,
    NOODLE_BAR,
    NOODLE_BAR_HEFANG,
    OSMANTHUS_GARDEN,
    SPICE_TIANFU,
    SPICE_WANGJING,
    TEA_HOUSE,
)
from orders.demo.making import HERE, Maker
from orders.purchases import Closure, Purchase, Shopper, Shortage

CONSUMER = Shopper("consumer@example.com")
CONSUMER2 = Shopper("consumer2@example.com")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


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
    yield make.stay(
        CONSUMER, LAKESIDE_HOTEL, "deluxe", None, left_at=now + DAY, outcome="turned_away", told_at=now - HOUR
    )
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
    yield make.stay(
        CONSUMER2, LAKESIDE_HOTEL, "lake-view", None, left_at=now + DAY, outcome="turned_away", told_at=now - HOUR
    )
    yield make.stay(CONSUMER2, LAKESIDE_HOTEL, "suite", "lake-view", left_at=now - 3 * DAY)
    for days, goods in enumerate(GOODS[:10], start=2):
        yield make.goods(CONSUMER2, [goods.code], placed_at=now - (days + 3) * DAY, delivered_at=now - days * DAY)


def what_guarantees_keep(make: Maker, now: datetime) -> Iterator[Purchase]:
    """An order for each guarantee that goods, stays and vouchers do not show: what is on record, and what is not."""
    yield from _tables(make, now)
    yield from _outings(make, now)
    yield from _cards(make, now)
    # Two umbrellas, of which the merchant cannot deliver one after all.
    yield make.goods(
        CONSUMER, ["umbrella-oil"], quantity=2, placed_at=now - 3 * DAY, missing=Shortage(1, now - 0.8 * DAY)
    )
    # Two stays to come at a hotel that may have no room for them.
    yield make.stay(CONSUMER, LAKESIDE_HOTEL, "lake-view", None, left_at=now + 13 * DAY, outcome="booked")
    yield make.stay(CONSUMER2, LAKESIDE_HOTEL, "deluxe", None, left_at=now + 9 * DAY, outcome="booked")


def _tables(make: Maker, now: datetime) -> Iterator[Purchase]:
    # A queue of fifty minutes on record, where fifteen were promised; and one that only the guest remembers.
    dinner = _at(now, days=2, hour=19)
    yield make.booking(
        CONSUMER, NOODLE_BAR_HEFANG, "table-2", starts_at=dinner, placed_at=dinner - 3 * DAY, promised_wait_minutes=15,
        queue_joined_at=dinner - 5 * MINUTE, called_at=dinner + 50 * MINUTE,
        outcome="kept", recorded_at=dinner + 50 * MINUTE,
    )  # fmt: skip
    tea = _at(now, days=3, hour=15)
    yield make.booking(
        CONSUMER, TEA_HOUSE, "table-2", starts_at=tea, placed_at=tea - DAY, promised_wait_minutes=10, through="sandbox",
        outcome="kept", recorded_at=tea + 70 * MINUTE,
    )  # fmt: skip
    # Refused at the door: on record, and by the guest's word alone.
    supper = _at(now, days=1, hour=18)
    yield make.booking(
        CONSUMER, SPICE_TIANFU, "table-4", starts_at=supper, placed_at=supper - 4 * DAY, party=4,
        arrived_at=supper + 5 * MINUTE, outcome="refused", recorded_at=supper + 10 * MINUTE,
    )  # fmt: skip
    yield make.booking(CONSUMER, TEA_HOUSE, "table-4", starts_at=supper, placed_at=supper - 2 * DAY, party=4)
    # A set menu at a house with the label of Peace of Mind, as a booked table and as a voucher that was used.
    lunch = _at(now, days=2, hour=12)
    yield make.booking(
        CONSUMER, OSMANTHUS_GARDEN, "set-2", starts_at=lunch, placed_at=lunch - 5 * DAY,
        outcome="kept", recorded_at=lunch + 5 * MINUTE,
    )  # fmt: skip
    yield make.voucher(
        CONSUMER, OSMANTHUS_GARDEN, "dinner-2", placed_at=lunch - 9 * DAY, expires_at=now + 20 * DAY,
        redeemed_at=lunch + 7 * HOUR,
    )  # fmt: skip


def _outings(make: Maker, now: datetime) -> Iterator[Purchase]:
    # A treatment that the house cancelled ninety minutes before.
    massage = _at(now, days=1, hour=14)
    yield make.booking(
        CONSUMER, LAKESIDE_SPA, "massage-60", starts_at=massage, placed_at=massage - 6 * DAY, party=1,
        outcome="cancelled_by_merchant", recorded_at=massage - 90 * MINUTE,
    )  # fmt: skip
    # A tour and a treatment of houses with the label of Peace of Mind.
    tour = _at(now, days=6, hour=8)
    yield make.booking(
        CONSUMER, CLOUD_PEAK_DESK, "li-river-3", starts_at=tour, placed_at=tour - 20 * DAY,
        outcome="kept", recorded_at=tour + HOUR,
    )  # fmt: skip
    facial = _at(now, days=2, hour=10)
    yield make.booking(
        CONSUMER, JADE_SALON, "facial-90", starts_at=facial, placed_at=facial - 7 * DAY, party=1, through="sandbox",
        outcome="kept", recorded_at=facial,
    )  # fmt: skip
    # A performance that is cancelled two days ahead, and one to come.
    opera = _at(now, days=-1, hour=19)
    yield make.booking(
        CONSUMER, LAKESIDE_THEATRE, "opera-2", starts_at=opera, placed_at=opera - 20 * DAY,
        outcome="cancelled_by_merchant", recorded_at=opera - 2 * DAY,
    )  # fmt: skip
    yield make.booking(
        CONSUMER, LAKESIDE_THEATRE, "opera-2", starts_at=opera + 7 * DAY, placed_at=opera - 18 * DAY, through="sandbox"
    )


def _cards(make: Maker, now: datetime) -> Iterator[Purchase]:
    # A shop that closed for good with nine of twelve sessions left; one that is open, where the guest is refused.
    closed = replace(LOTUS_STUDIO, closures=(Closure("closed", now - 4 * DAY),))
    yield make.card(CONSUMER, closed, "yoga-10", used=3, placed_at=now - 60 * DAY, valid_until=now + 300 * DAY)
    yield make.card(
        CONSUMER, JADE_SALON, "facial-6", used=2, placed_at=now - 80 * DAY, valid_until=now + 280 * DAY,
        through="sandbox",
    )  # fmt: skip


def _at(now: datetime, *, days: int, hour: int) -> datetime:
    """That hour of the clock, that many days ago."""
    return (now - days * DAY).astimezone(HERE).replace(hour=hour, minute=0, second=0, microsecond=0)
