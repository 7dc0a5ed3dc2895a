"""The marketplace that a simulation starts from: people, terms with short clocks, orders, and a fund with some money.

People and terms stay from seed to seed; everything else is emptied, so that a seed always begins the same.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml
from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts.models import AgentLevel, Member, MemberRole, Merchant, Role, User
from orders.actions import place
from orders.models import Line
from orders.purchases import Business, Closure, Item, Nights, Place, Purchase, Shopper, Ticket
from payouts.actions import drawing
from payouts.models import Limits
from policies.actions import enrol, load_all
from policies.models import Version
from portal.chaos.simulation.model import PATIENCE, REMINDED_BEFORE, Model, Piece

CURRENCY = "CNY"
BEFORE_ALL = datetime(2025, 1, 1, tzinfo=UTC)
KEPT = {"accounts_user", "accounts_merchant", "accounts_member", "policies_policy", "policies_version",
        "policies_enrolment", "payouts_limits"}  # fmt: skip
KEPT_APPS = {"contenttypes", "auth", "sessions", "knox"}

ZONES = ("Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe")

# Days around a change of the clocks (Europe, North America) and ordinary ones.
FIRST_DAYS = [
    datetime(2026, month, day, 5, tzinfo=UTC) for month, day in ((3, 4), (3, 25), (6, 10), (10, 21), (10, 28))
]


class Cast(NamedTuple):
    consumers: list[User]
    merchants: dict[int, User]  # the owner of each merchant, by the merchant's id
    agent: User
    seniors: list[User]
    finance: list[User]
    stranger: User


def cast() -> Cast:
    """The people, who are made once."""
    if not Version.objects.exists():
        _promise()
    merchants = {}
    for number in (1, 2):
        business, _ = Merchant.objects.get_or_create(code=f"sim-{number}", defaults={"name": f"Sim {number}"})
        owner = _person(f"owner-{number}", role=Role.MERCHANT)
        if Member.objects.get_or_create(user=owner, merchant=business, defaults={"role": MemberRole.OWNER})[1]:
            for policy in ("lightning_refund", "return_first", "hotel_overbooking", "closed_store"):
                enrol(merchant=business, policy=policy, terms={}, starts_at=BEFORE_ALL)
        merchants[business.pk] = User.objects.select_related("membership").get(pk=owner.pk)
    return Cast(
        consumers=[_person(f"consumer-{number}", timezone=zone) for number, zone in enumerate(ZONES)],
        merchants=merchants,
        agent=_person("agent", role=Role.AGENT, agent_level=AgentLevel.GENERAL),
        seniors=[_person(f"senior-{number}", role=Role.AGENT, agent_level=AgentLevel.SENIOR) for number in (1, 2)],
        finance=[_person(f"finance-{number}", role=Role.FINANCE) for number in (1, 2)],
        stranger=_person("stranger"),
    )


def _person(name: str, **fields: str) -> User:
    email = f"{name}@sim.example.com"
    return User.objects.filter(email=email).first() or User.objects.create_user(email, name=name, **fields)


def _promise() -> None:
    """The repository's terms, but with the clocks of the model: two days at most."""
    minutes = {f"{name}_minutes": int(PATIENCE[key].total_seconds() // 60) for name, key in CLOCKS.items()}
    merchant = minutes.pop("merchant_answer_minutes")
    terms = minutes | {
        "merchant_answer_minutes": {"goods": merchant, "stay": merchant, "voucher": merchant},
        "merchant_reminder_minutes": [int(step.total_seconds() // 60) for step in REMINDED_BEFORE],
        "consumer_reminder_minutes": [int(step.total_seconds() // 60) for step in REMINDED_BEFORE],
        "voucher_reminder_minutes": [10080, 1440],
    }
    with TemporaryDirectory() as folder:
        for written in settings.POLICY_TERMS:
            copytree(written, Path(folder) / written.name, ignore=ignore_patterns("replays", "clocks.yaml", "*.py"))
        (Path(folder) / "clocks.yaml").write_text(yaml.safe_dump({"policy": "clocks", "terms": terms}))
        load_all(at=BEFORE_ALL, effective_from=BEFORE_ALL, folder=Path(folder))
    Limits.objects.create(
        currency=CURRENCY, large=10**15, large_for_merchant=10**15, many=30_000, times_usual=30_000,
        because="the simulation approves by itself", set_at=BEFORE_ALL,
    )  # fmt: skip


CLOCKS = {
    "merchant_answer": ("awaiting_merchant", 0),
    "offer_answer": ("offer_pending", 0),
    "escalation": ("rejected", 0),
    "return_shipping": ("awaiting_return", 0),
    "return_receipt": ("return_shipped", 0),
    "evidence": ("awaiting_evidence", 0),
    "decision": ("under_review", 0),
    "senior_decision": ("under_review", 1),
    "appeal": ("decided", 0),
    "appeal_decision": ("appeal_review", 0),
}


def empty() -> None:
    """Forget all that another seed did."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_label not in KEPT_APPS and model._meta.db_table not in KEPT
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    drawing._beginnings.clear()


# --- what is bought ----------------------------------------------------------------------------------


def buy(cast: Cast, model: Model, chance: random.Random, *, now: datetime) -> None:
    """An order arrives through the importer's own door; its lines are told to the model."""
    consumer, merchant = chance.choice(cast.consumers), chance.choice(list(cast.merchants))
    kind = chance.choices(["goods", "voucher", "stay"], [8, 1, 1])[0]
    business = Merchant.objects.get(pk=merchant)
    whose = Business(business.code, business.name)
    number = f"SIM-{len(model.pieces)}-{chance.randrange(10**9)}"
    purchase = Purchase(
        number=number,
        kind=kind,
        market="",
        consumer=Shopper(consumer.email),
        merchant=whose,
        currency=CURRENCY,
        placed_at=now - timedelta(days=chance.randrange(3, 12)),
        items=tuple(
            _item(kind, position, number, chance, merchant=whose, now=now)
            for position in range(1, chance.randrange(2, 4))
        ),
        delivered_at=now - timedelta(days=chance.randrange(0, 3), hours=1) if kind != "voucher" else None,
        paid_through=chance.choice(["wallet", "sandbox", "sandbox"]),
    )
    placed = place(purchases=[purchase])
    again = place(purchases=[purchase])
    if (placed.orders, again.orders, again.lines) != (1, 0, 0):
        raise AssertionError(f"order {number} was taken in {placed}, and the second time {again}")
    for line in Line.objects.filter(order__number=number).select_related("order"):
        model.pieces[line.pk] = Piece(
            order=number, line=line.pk, kind=kind, consumer=consumer.pk, merchant=merchant,
            gateway=purchase.paid_through, paid=line.paid, quantity=line.quantity,
            delivered_at=purchase.delivered_at or now,
        )  # fmt: skip


def _item(kind: str, position: int, order: str, chance: random.Random, *, merchant: Business, now: datetime) -> Item:
    quantity = chance.choice([1, 1, 2, 3]) if kind == "goods" else 1
    each = chance.choice([19_90, 45_00, 120_00, 199_99, 333_33, 1_299_00])
    place_, nights, ticket = None, None, None
    code = f"{order.lower()}-{position}"
    if kind == "voucher":
        closed = (Closure("renovating", now - timedelta(days=20)),) if chance.random() < 2 / 3 else ()
        place_ = Place(code, merchant, "restaurant", "Noodles", closures=closed)
        ticket = Ticket(now - timedelta(days=15), now + timedelta(days=40))
    elif kind == "stay":
        place_ = Place(code, merchant, "hotel", "Lake Hotel")
        arrival = (now - timedelta(days=2)).date()
        nights = Nights(arrival, 2, "deluxe", "standard", chance.choice(["checked_out", "turned_away"]))
    return Item(
        position=position, code=code, title="Something", quantity=quantity,
        unit_price=f"{each // 100}.{each % 100:02d}", paid=each * quantity, bought_at=now - timedelta(days=12),
        store=place_, nights=nights, ticket=ticket,
    )  # fmt: skip
