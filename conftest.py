"""The cast: one set of people and rows that every room's tests share.

`shop` is the merchant of every order; `merchant` owns it, `clerk` works for it, `outsider` owns another business.
`consumer` bought everything; `consumer2` bought nothing. All prices are CNY minor units.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import AgentLevel, Member, MemberRole, Merchant, Role, User
from common.tests.copied_tables import database_with_tables, drop_with_its_sessions
from common.tests.emptying import sql_flush
from orders.models import (
    Booking,
    Line,
    Order,
    OrderKind,
    RoomType,
    SessionCard,
    Stay,
    StockOut,
    Store,
    StoreClosure,
    Voucher,
)
from policies.tests.published import publish_all, take_part

PASSWORD = "redress"

# How long an example takes is the machine's affair, and the same code is tried with the same examples, so that what
# fails is the doing of who changed it. `--hypothesis-profile=default` looks for others.
hypothesis.settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The database of each process is a copy, no commit in it waits for the disk, and no plan is compiled."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = database_with_tables()
    connection.settings_dict["OPTIONS"]["options"] += " -c synchronous_commit=off -c jit=off"
    with patch.object(DatabaseCreation, "_destroy_test_db", drop_with_its_sessions):
        yield


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    with patch.object(DatabaseOperations, "sql_flush", sql_flush):
        yield


@pytest.fixture(autouse=True)
def in_the_language_of_the_portal() -> Iterator[None]:
    """Whatever a page before it was read in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def now() -> datetime:
    """The moment of the test: the cast's orders are placed before it, and pages that read the clock agree with it."""
    return timezone.now().replace(microsecond=0)


# --- people ----------------------------------------------------------------------------------------


def person(name: str, role: Role = Role.CONSUMER, level: str = "") -> User:
    return User.objects.create_user(
        f"{name}@example.com", PASSWORD, name=name.title(), role=role, agent_level=level, language="en"
    )


@pytest.fixture
def consumer(db: None) -> User:
    return person("consumer")


@pytest.fixture
def consumer2(db: None) -> User:
    return person("consumer2")


@pytest.fixture
def shop(db: None) -> Merchant:
    return Merchant.objects.create(code="corner-shop", name="Corner Shop", name_zh="街角小店")


@pytest.fixture
def merchant(shop: Merchant) -> User:
    return member(person("merchant", Role.MERCHANT), shop, MemberRole.OWNER)


@pytest.fixture
def clerk(shop: Merchant) -> User:
    return member(person("clerk", Role.MERCHANT), shop, MemberRole.CLERK)


@pytest.fixture
def outsider(db: None) -> User:
    other = Merchant.objects.create(code="other-shop", name="Other Shop", name_zh="另一家店")
    return member(person("outsider", Role.MERCHANT), other, MemberRole.OWNER)


def member(user: User, business: Merchant, role: MemberRole) -> User:
    Member.objects.create(user=user, merchant=business, role=role)
    return user


@pytest.fixture
def agent(db: None) -> User:
    return person("agent", Role.AGENT, AgentLevel.GENERAL)


@pytest.fixture
def senior(db: None) -> User:
    return person("senior", Role.AGENT, AgentLevel.SENIOR)


@pytest.fixture
def finance(db: None) -> User:
    return person("finance", Role.FINANCE)


@pytest.fixture
def finance2(db: None) -> User:
    """Agrees to what `finance` proposed."""
    return person("finance2", Role.FINANCE)


@pytest.fixture
def operator(db: None) -> User:
    return person("operator", Role.OPERATOR)


@pytest.fixture
def operator2(db: None) -> User:
    """Checks what `operator` wrote."""
    return person("operator2", Role.OPERATOR)


@pytest.fixture
def api() -> Callable[[User], APIClient]:
    """Signs a person in at the API: `api(consumer).get("/api/v1/orders")`."""

    def api(person: User) -> APIClient:
        client = APIClient()
        client.force_authenticate(person)
        return client

    return api


# --- what was bought -------------------------------------------------------------------------------


@pytest.fixture
def goods_order(consumer: User, shop: Merchant, now: datetime) -> Order:
    """Two lines: one mug for 45.00 and two jackets for 1,299.00 each, delivered three days ago."""
    order = bought(consumer, shop, OrderKind.GOODS, "G-1001", placed_at=now - timedelta(days=6))
    order.delivered_at = now - timedelta(days=3)
    order.save()
    line(order, 1, "mug-blue", "Blue mug", "蓝色马克杯", paid=45_00, category="home")
    line(order, 2, "jacket-m", "Rain jacket", "雨衣", paid=2 * 1_299_00, quantity=2, category="clothing")
    return order


@pytest.fixture
def hotel(shop: Merchant) -> Store:
    return Store.objects.create(
        merchant=shop, code="lake-hotel", kind="hotel", name="Lake Hotel", name_zh="湖畔酒店",
        city="Hangzhou", city_zh="杭州", latitude=30.2461, longitude=120.1500,
    )  # fmt: skip


@pytest.fixture
def stay_order(consumer: User, shop: Merchant, hotel: Store, now: datetime) -> Order:
    """Two nights at 600.00 in a deluxe room (rank 2); the guest was given a standard room (rank 1)."""
    order = bought(consumer, shop, OrderKind.STAY, "S-1001", placed_at=now - timedelta(days=12))
    order.delivered_at = now - timedelta(days=1)
    order.save()
    standard = RoomType.objects.create(store=hotel, code="standard", mean_rate_rank=1)
    deluxe = RoomType.objects.create(store=hotel, code="deluxe", mean_rate_rank=2)
    stay = line(order, 1, "deluxe", "Deluxe room", "豪华房", paid=2 * 600_00, category="hotel", unit_price="600.00")
    Line.objects.filter(pk=stay.pk).update(store=hotel)
    Stay.objects.create(
        line=stay, arrival_on=(now - timedelta(days=3)).date(), nights=2, first_night_rate=600_00,
        room_type_reserved=deluxe, room_type_assigned=standard, outcome=Stay.Outcome.CHECKED_OUT,
    )  # fmt: skip
    return order


@pytest.fixture
def closed_store(shop: Merchant, now: datetime) -> Store:
    store = Store.objects.create(
        merchant=shop, code="noodle-bar", kind="restaurant", name="Noodle Bar", name_zh="面馆",
        city="Hangzhou", city_zh="杭州", latitude=30.2500, longitude=120.1650,
        open_from=time(10), open_until=time(22),
    )  # fmt: skip
    StoreClosure.objects.create(
        store=store, reason="renovating", starts_at=now - timedelta(days=2), reported_at=now - timedelta(days=2)
    )
    return store


@pytest.fixture
def voucher_order(consumer: User, shop: Merchant, closed_store: Store, now: datetime) -> Order:
    """A dinner for two for 188.00, usable for another twenty days, at a store that closed two days ago."""
    order = bought(consumer, shop, OrderKind.VOUCHER, "V-1001", placed_at=now - timedelta(days=10))
    dinner = line(order, 1, "dinner-2", "Dinner for two", "双人晚餐", paid=188_00, category="dining")
    Line.objects.filter(pk=dinner.pk).update(store=closed_store)
    Voucher.objects.create(line=dinner, usable_from=order.placed_at, expires_at=now + timedelta(days=20))
    return order


@pytest.fixture
def table_order(consumer: User, shop: Merchant, now: datetime) -> Order:
    """A table for two yesterday, 200.00 prepaid, 15 minutes promised; the queue's record shows a wait of 50."""
    yesterday = now - timedelta(days=1)
    store = Store.objects.create(
        merchant=shop, code="garden", kind="restaurant", name="Garden Restaurant", name_zh="花园餐厅",
        city="Hangzhou", city_zh="杭州",
    )  # fmt: skip
    order = bought(consumer, shop, OrderKind.BOOKING, "B-1001", placed_at=now - timedelta(days=4))
    table = line(order, 1, "table-2", "Table for two", "双人桌", paid=200_00, category="restaurant")
    Line.objects.filter(pk=table.pk).update(store=store)
    Booking.objects.create(
        line=table, kind=Booking.Kind.TABLE, starts_at=yesterday, party=2, promised_wait_minutes=15,
        queue_joined_at=yesterday, called_at=yesterday + timedelta(minutes=50),
        outcome=Booking.Outcome.KEPT, recorded_at=yesterday + timedelta(minutes=50),
    )  # fmt: skip
    return order


@pytest.fixture
def missing_order(consumer: User, shop: Merchant, now: datetime) -> Order:
    """Two lamps for 200.00 each, bought yesterday; this morning the shop said that it has only one."""
    order = bought(consumer, shop, OrderKind.GOODS, "G-1002", placed_at=now - timedelta(days=1))
    lamps = line(order, 1, "lamp", "Desk lamp", "台灯", paid=2 * 200_00, quantity=2, category="home")
    StockOut.objects.create(line=lamps, pieces=1, reported_at=now - timedelta(hours=2))
    return order


@pytest.fixture
def card_order(consumer: User, shop: Merchant, now: datetime) -> Order:
    """Ten yoga classes and two on top for 1,200.00, three of them used; the studio is open."""
    studio = Store.objects.create(
        merchant=shop, code="studio", kind="yoga studio", name="Yoga Studio", name_zh="瑜伽馆",
        city="Hangzhou", city_zh="杭州",
    )  # fmt: skip
    order = bought(consumer, shop, OrderKind.CARD, "C-1001", placed_at=now - timedelta(days=60))
    card = line(order, 1, "yoga-10", "Ten yoga classes", "瑜伽十次卡", paid=1_200_00, category="service")
    Line.objects.filter(pk=card.pk).update(store=studio)
    SessionCard.objects.create(line=card, sessions=10, bonus_sessions=2, sessions_used=3)
    return order


def bought(consumer: User, business: Merchant, kind: OrderKind, number: str, *, placed_at: datetime) -> Order:
    return Order.objects.create(
        number=number, kind=kind, consumer=consumer, merchant=business, currency="CNY", placed_at=placed_at
    )


def line(
    order: Order, position: int, code: str, title: str, title_zh: str, *, paid: int, category: str,
    quantity: int = 1, unit_price: str = "",
) -> Line:  # fmt: skip
    each = paid // quantity
    return Line.objects.create(
        order=order, position=position, code=code, category=category, title=title, title_zh=title_zh,
        quantity=quantity, unit_price=unit_price or f"{each // 100}.{each % 100:02d}", paid=paid,
        bought_at=order.placed_at,
    )  # fmt: skip


# --- what was promised -----------------------------------------------------------------------------


@pytest.fixture
def published_policies(db: None, now: datetime) -> None:
    """The repository's terms, in force for every order of the cast. `shop` takes part in nothing yet."""
    publish_all(at=now, effective_from=now - timedelta(days=400))


@pytest.fixture
def enrolled_shop(published_policies: None, shop: Merchant, now: datetime) -> Merchant:
    """`shop` takes part in every rule and guarantee with the platform's own terms, and has no rules of its own."""
    terms: dict[str, dict[str, Any]] = {
        "lightning_refund": {},
        "refund_without_return": {"rules": []},
        "return_first": {},
        "hotel_overbooking": {},
        "closed_store": {},
        "out_of_stock": {},
        "long_queue": {},
        "hard_reservation": {},
    }
    take_part(merchant=shop, terms=terms, starts_at=now - timedelta(days=400))
    return shop
