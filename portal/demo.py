"""The demo marketplace: people, terms, orders, promises, a fund and what befell it, made in one transaction or none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.demo import DEMO_LOGINS
from accounts.models import Member, MemberRole, Merchant, Role, User
from common.transactions import atomic
from compensation.actions import Conduct, ask_for_label, budget, fund, leave_deposit, record_licence
from orders.actions import place
from orders.demo import demo_purchases
from orders.demo.catalogue import (
    BAMBOO_BOOKS,
    CLOUD_PEAK,
    CLOUD_TOYS,
    HARBOUR,
    JADE,
    LAKESIDE,
    LOTUS,
    ORIENT_DIGITAL,
    OSMANTHUS,
    SILK_ROAD,
    SPICE_HOUSE,
    SUNNY_FARM,
)
from policies.actions import draft, enrol, load_all
from policies.in_force import in_force
from policies.written import rewritten
from portal.demo_cases import add_cases
from portal.demo_troubles import add_troubles

# The terms and the promises are older than any order of the demo.
SINCE = timedelta(days=400)

CURRENCY = "CNY"
FUND = 1_000_000_00
BUDGETS = {"special": 300_000_00, "empathy": 50_000_00}

KEEP_IT = {
    "name": "Small things may be kept",
    "price_from": {CURRENCY: "20.00"},
    "price_until": {CURRENCY: "300.00"},
    "categories": ["home", "gifts", "made_to_order", "clothing"],
    "reasons": ["damaged", "wrong_item", "changed_mind"],
}

# One step is a flat sum for every notice of less than a day.
FLAT = {"steps": [{"under_minutes": 1440, "percent": 0, "at_least": {CURRENCY: "100.00"}}]}

# What each merchant promises, by the policy's code. Orient Digital promises nothing: it answers every claim itself.
PROMISES: dict[str, dict[str, dict[str, Any]]] = {
    LAKESIDE.code: {
        "lightning_refund": {},
        "refund_without_return": {"rules": [KEEP_IT]},
        "return_first": {},
        "hotel_overbooking": {"no_room_factor": 3},
        "closed_store": {"percent": 30},
        "long_queue": {},
        "hard_reservation": {},
        "cancelled_performance": {},
        "out_of_stock": {},
    },
    BAMBOO_BOOKS.code: {"lightning_refund": {}, "return_first": {}},
    SILK_ROAD.code: {
        "lightning_refund": {"per_claim": {CURRENCY: "100.00"}},
        "refund_without_return": {"rules": [KEEP_IT]},
        "return_first": {"pays_freight_always": True},
    },
    SUNNY_FARM.code: {"lightning_refund": {}},
    CLOUD_TOYS.code: {"lightning_refund": {}, "return_first": {}},
    HARBOUR.code: {"hotel_overbooking": {"no_room_factor": 2}},
    SPICE_HOUSE.code: {"lightning_refund": {}, "closed_store": {"percent": 50}, "hard_reservation": FLAT},
    ORIENT_DIGITAL.code: {"return_first": {}},
    CLOUD_PEAK.code: {"lightning_refund": {}},
    JADE.code: {"lightning_refund": {}, "hard_reservation": {}},
    OSMANTHUS.code: {"lightning_refund": {}, "long_queue": {"promised_minutes": 10}},
    LOTUS.code: {"lightning_refund": {}},
}

# Who carries the label of Peace of Mind, by the guarantee that comes with it, and what they left as a security.
LABELS = {
    CLOUD_PEAK.code: "peace_of_mind_travel",
    JADE.code: "peace_of_mind_beauty",
    OSMANTHUS.code: "peace_of_mind_dining",
}
LABELLED_SINCE = timedelta(days=120)
SECURITY = 8_000_00


class DemoRefused(Exception):
    """The demo is not made here; the message says why."""


@dataclass(frozen=True)
class Made:
    people: int
    orders: int
    claims: int


def is_empty() -> bool:
    """Whether nobody is known yet: only then is there a demo to make."""
    return not User.objects.exists()


@atomic
def make_demo(*, now: datetime) -> Made:
    """Fill an empty database. Raises DemoRefused outside a demo."""
    if not settings.DEMO:
        raise DemoRefused("This is not a demo (settings.DEMO is off): nobody with a known password is created here.")
    people = _add_people()
    load_all(at=now, effective_from=now - SINCE)
    placed = place(purchases=demo_purchases(now=now))
    _add_member(people)
    _add_promises(now)
    _add_draft(people, now)
    _give_labels(now)
    _fill_fund(now)
    claims = add_cases(now=now)
    add_troubles(agent=_person(people, "agent@example.com"), senior=_person(people, "senior@example.com"), now=now)
    return Made(people=len(people), orders=placed.orders, claims=claims)


def _add_people() -> list[User]:
    password = make_password(settings.DEMO_PASSWORD)
    return User.objects.bulk_create(
        User(email=login.email, name=login.name, role=login.role, agent_level=login.agent_level, password=password)
        for login in DEMO_LOGINS
    )


def _person(people: list[User], email: str) -> User:
    return next(person for person in people if person.email == email)


def _add_member(people: list[User]) -> None:
    lakeside = Merchant.objects.get(code=LAKESIDE.code)
    for person in people:
        if person.role == Role.MERCHANT:
            Member.objects.create(user=person, merchant=lakeside, role=MemberRole.OWNER)


def _add_promises(now: datetime) -> None:
    for merchant in Merchant.objects.filter(code__in=PROMISES):
        for policy, terms in PROMISES[merchant.code].items():
            enrol(merchant=merchant, policy=policy, terms=terms, starts_at=now - SINCE)


def _give_labels(now: datetime) -> None:
    """Each house has an owner nobody can sign in as, a licence and a security, and passed the checks."""
    since = now - LABELLED_SINCE
    for merchant in Merchant.objects.filter(code__in=LABELS):
        label = LABELS[merchant.code]
        owner = User.objects.create_user(
            email=f"owner@{merchant.code}.invalid", name=f"{merchant.name} owner", role=Role.MERCHANT, is_active=False
        )
        Member.objects.create(user=owner, merchant=merchant, role=MemberRole.OWNER)
        leave_deposit(
            key=f"demo:deposit:{merchant.code}", merchant=merchant, amount=SECURITY, currency=CURRENCY, at=now
        )
        record_licence(
            merchant=merchant,
            label=label,
            number=f"{merchant.code.upper()}-2024-001",
            valid_until_on=(now + LABELLED_SINCE).date(),
            by=None,
            at=since,
        )
        record = Conduct(orders=60, complaints=0, asked=0, unanswered=0, broken=0)
        ask_for_label(merchant=merchant, label=label, conduct=record, by=owner, at=since)


def _add_draft(people: list[User], now: datetime) -> None:
    """A change of a rule that waits for a second operator to check it: a little more for a closed store."""
    author = _person(people, "operator2@example.com")
    base = in_force(["closed_store"], at=now)["closed_store"]
    terms = {**base.terms, "percent": 35}
    draft(
        policy="closed_store",
        terms=terms,
        written=rewritten(base.written, terms),
        effective_from=now + timedelta(days=7),
        by=author,
        at=now,
    )


def _fill_fund(now: datetime) -> None:
    fund(amount=FUND, currency=CURRENCY, key="demo:fund", at=now)
    for code, amount in BUDGETS.items():
        budget(budget=code, amount=amount, currency=CURRENCY, key=f"demo:budget:{code}", at=now)
