"""What the lightning refund is measured on: merchants that joined, consumers with tokens, and goods to claim for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from knox.crypto import create_token_string, hash_token
from knox.models import AuthToken
from knox.settings import CONSTANTS

from accounts.models import Merchant, User
from orders.models import Line, Order
from policies.actions import enrol, load_all

MERCHANTS = 20
LINES_PER_ORDER = 5
ORDERS_PER_CONSUMER = 6
PRICE = 1_000  # minor units; the daily limit of a consumer leaves room for all their lines
BATCH = 5_000


class Purchase(NamedTuple):
    """One line somebody may claim for, and the token they do it with."""

    token: str
    order: str
    line: int


def stock(lines: int, *, now: datetime, name: str = "bench") -> list[Purchase]:
    """Add at least that many lines, each good for one lightning refund; `name` is what all codes begin with."""
    load_all(at=now, effective_from=now - timedelta(days=30))
    merchants = [
        Merchant.objects.create(code=f"{name}-{number}", name=f"{name.title()} {number}") for number in range(MERCHANTS)
    ]
    for merchant in merchants:
        enrol(merchant=merchant, policy="lightning_refund", terms={}, starts_at=now - timedelta(days=30))
    consumers = -(-lines // (LINES_PER_ORDER * ORDERS_PER_CONSUMER))
    people = User.objects.bulk_create(_people(consumers, name), batch_size=BATCH)
    tokens = {person.pk: create_token_string() for person in people}
    AuthToken.objects.bulk_create(
        [
            AuthToken(
                user_id=pk,
                digest=hash_token(token),
                token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
                expiry=now + timedelta(days=1),
            )
            for pk, token in tokens.items()
        ],
        batch_size=BATCH,
    )
    orders = Order.objects.bulk_create(_orders(people, merchants, now, name), batch_size=BATCH)
    bought = Line.objects.bulk_create(_lines(orders), batch_size=BATCH)
    return [Purchase(tokens[line.order.consumer_id], line.order.number, line.pk) for line in bought]


def _people(count: int, name: str) -> Iterator[User]:
    nobody_signs_in = make_password(None)
    for number in range(count):
        yield User(
            email=f"{name}-{number}@example.invalid",
            name=f"{name.title()} {number}",
            password=nobody_signs_in,
            standing=5,
        )


def _orders(people: list[User], merchants: list[Merchant], now: datetime, name: str) -> Iterator[Order]:
    for index, person in enumerate(people):
        for number in range(ORDERS_PER_CONSUMER):
            yield Order(
                number=f"{name.upper()}-{index}-{number}",
                kind="goods",
                consumer=person,
                merchant=merchants[(index + number) % MERCHANTS],
                currency="CNY",
                paid_through="wallet",
                placed_at=now - timedelta(days=5),
                delivered_at=now - timedelta(days=3),
            )


def _lines(orders: list[Order]) -> Iterator[Line]:
    for order in orders:
        for position in range(1, LINES_PER_ORDER + 1):
            yield Line(
                order=order,
                position=position,
                category="home",
                title="Tea cup",
                quantity=1,
                unit_price="10.00",
                paid=PRICE,
                bought_at=order.placed_at,
            )
