"""The demo marketplace's orders: the same for the same seed, with dates counted back from the day it is made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from orders.demo.catalogue import GOODS, HOTELS, MEALS, NAMES, RESTAURANTS, ROOMS
from orders.demo.making import Maker
from orders.demo.story import CONSUMER, consumers_story, second_consumers_story, what_guarantees_keep
from orders.purchases import Purchase, Shopper

MORE_OF_THE_CONSUMER = 36
ORDERS_OF_EACH_OTHER = 10
A_YEAR_OF_HOURS = 330 * 24


def demo_purchases(*, now: datetime, seed: int = 1) -> list[Purchase]:
    """Every order of the marketplace, each with a number of its own.

    The consumer of the demo has more than a page of them, and so has the merchant.
    """
    make = Maker(seed)
    return [
        *consumers_story(make, now),
        *second_consumers_story(make, now),
        *_ordinary(make, CONSUMER, MORE_OF_THE_CONSUMER, now),
        *_of_others(make, now),
        *what_guarantees_keep(make, now),
    ]


def _of_others(make: Maker, now: datetime) -> Iterator[Purchase]:
    for number, name in enumerate(NAMES, start=1):
        yield from _ordinary(make, Shopper(f"shopper-{number}@demo.invalid", name), ORDERS_OF_EACH_OTHER, now)


def _ordinary(make: Maker, consumer: Shopper, count: int, now: datetime) -> Iterator[Purchase]:
    """Orders with which nothing went wrong so far, spread over the last months."""
    for _number in range(count):
        at = now - timedelta(hours=make.random.randint(72, A_YEAR_OF_HOURS))
        yield make.random.choice((_shopping, _shopping, _shopping, _night_out, _meal))(make, consumer, at)


def _shopping(make: Maker, consumer: Shopper, at: datetime) -> Purchase:
    first = make.random.choice(GOODS)
    of_the_same = [goods.code for goods in GOODS if goods.merchant == first.merchant and goods != first]
    more = make.random.sample(of_the_same, make.random.randint(0, 2))
    return make.goods(
        consumer,
        [first.code, *more],
        quantity=make.random.choice((1, 1, 2, 3)),
        placed_at=at,
        delivered_at=at + timedelta(hours=make.random.randint(20, 70)),
        through=_gateway(make.random),
    )


def _night_out(make: Maker, consumer: Shopper, at: datetime) -> Purchase:
    room = make.random.choice(ROOMS).code
    return make.stay(consumer, make.random.choice(HOTELS), room, room, left_at=at, through=_gateway(make.random))


def _meal(make: Maker, consumer: Shopper, at: datetime) -> Purchase:
    return make.voucher(
        consumer,
        make.random.choice(RESTAURANTS),
        make.random.choice(MEALS).code,
        placed_at=at - timedelta(days=20),
        expires_at=at + timedelta(days=70),
        redeemed_at=at,
        through=_gateway(make.random),
    )


def _gateway(random: Random) -> str:
    return random.choice(("wallet", "wallet", "sandbox"))
