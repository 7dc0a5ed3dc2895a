"""Cases in the states that tests start from, filed and moved on through the same verbs as everywhere."""

from collections.abc import Callable
from datetime import datetime, time
from importlib import import_module
from typing import Any

import pytest

from accounts.models import Merchant, User
from compensation import actions as compensation
from disputes.actions import answer, appeal, decide, escalate, file_claim, make_offer, ship_return, time_out
from disputes.models import Claim
from ledger.actions import set_floor
from ledger.chart import balance_of, settlement_of, wallet_of
from orders.models import Line, Order, Store

File = Callable[..., Claim]

ROOMS_WITH_PROOFS = ("ledger", "orders", "policies", "payouts", "refunds", "compensation", "disputes")


@pytest.fixture(autouse=True)
def _everybody(consumer: User, merchant: User, clerk: User, enrolled_shop: Merchant) -> None:
    """Both sides exist, and the rules are in force."""


@pytest.fixture
def mug(goods_order: Order) -> Line:
    """One piece for 45.00."""
    return goods_order.lines.get(position=1)


@pytest.fixture
def jackets(goods_order: Order) -> Line:
    """Two pieces for 1,299.00 each: above every limit of a lightning refund."""
    return goods_order.lines.get(position=2)


@pytest.fixture
def file(consumer: User, now: datetime) -> File:
    """File a claim of the consumer; what is not said is a refund of all because it arrived damaged."""

    def filed(line: Line, **changes: Any) -> Claim:
        given: dict[str, Any] = {"reason": "damaged", "remedy": "refund", "statement": "It is broken.", "at": now}
        return file_claim(consumer=consumer, order=line.order.number, line=line.pk, **given | changes)

    return filed


@pytest.fixture
def claim(file: File, jackets: Line) -> Claim:
    """For one jacket, 1,299.00: the merchant has to answer."""
    return file(jackets, quantity=1)


@pytest.fixture
def rejected(claim: Claim, merchant: User, now: datetime) -> Claim:
    return answer(
        claim=claim, by=merchant, kind="reject", reason="delivered_as_ordered", statement="It left whole.", at=now
    )


@pytest.fixture
def disputed(rejected: Claim, consumer: User, now: datetime) -> Claim:
    """Escalated: both sides give evidence."""
    return escalate(claim=rejected, by=consumer, statement="It did not arrive whole.", at=now)


@pytest.fixture
def offered(claim: Claim, merchant: User, now: datetime) -> Claim:
    """The merchant offers 500.00."""
    make_offer(claim=claim, by=merchant, amount=500_00, at=now)
    return fresh(claim)


@pytest.fixture
def countered(offered: Claim, consumer: User, now: datetime) -> Claim:
    """The consumer asks for 900.00 instead."""
    make_offer(claim=offered, by=consumer, amount=900_00, at=now)
    return fresh(offered)


@pytest.fixture
def returning(file: File, jackets: Line) -> Claim:
    """One jacket goes back; the merchant bears the freight of 12.00."""
    return file(jackets, quantity=1, remedy="return")


@pytest.fixture
def shipped(returning: Claim, consumer: User, now: datetime) -> Claim:
    return ship_return(claim=returning, by=consumer, carrier="SF Express", tracking="SF100", at=now)


@pytest.fixture
def sealed(disputed: Claim) -> Claim:
    """The evidence round is over."""
    return expired(disputed)


@pytest.fixture
def decided(disputed: Claim, agent: User, now: datetime) -> Claim:
    """For the consumer, in full."""
    return decide_for(disputed, agent, now, "consumer")


@pytest.fixture
def special_fund(now: datetime) -> int:
    """The special budget holds 10,000.00."""
    compensation.fund(amount=10_000_00, currency="CNY", key="test:fund", at=now)
    compensation.budget(budget="special", amount=10_000_00, currency="CNY", key="test:budget", at=now)
    return 10_000_00


@pytest.fixture
def merchant_at_its_limit(shop: Merchant) -> None:
    """The settlement holds nothing and may not go below."""
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=0)


def decide_for(claim: Claim, by: User, at: datetime, outcome: str, amount: int | None = None) -> Claim:
    reasons = {"consumer": "evidence_for_consumer", "merchant": "evidence_for_merchant", "split": "both_in_part"}
    reason = reasons.get(outcome, "neither_at_fault")
    return decide(claim=claim, by=by, outcome=outcome, reason=reason, statement="So it is.", amount=amount, at=at)


def due(claim: Claim) -> datetime:
    """The moment its deadline passes."""
    assert claim.due_at is not None
    return claim.due_at


def begun(claim: Claim) -> datetime:
    """The moment its present turn began."""
    assert claim.turned_at is not None
    return claim.turned_at


def expired(claim: Claim) -> Claim:
    """The claim after its deadline passed with nobody acting."""
    return time_out(claim=claim, at=due(claim))


def fresh(claim: Claim) -> Claim:
    """The claim as it is stored."""
    return Claim.objects.select_related("order", "line", "merchant", "consumer", "verdict").get(pk=claim.pk)


def in_wallet(person: User) -> int:
    return balance_of(wallet_of(person.pk, "CNY")).posted


def settlement(claim: Claim) -> int:
    """What the merchant's settlement holds; below zero when refunds came before sales."""
    return balance_of(settlement_of(claim.merchant_id, "CNY")).posted


def deeds(claim: Claim) -> list[str]:
    """What happened, in order."""
    return list(claim.events.order_by("id").values_list("kind", flat=True))


def told(person: User) -> list[str]:
    """The kinds of the notices a person got, in order."""
    return list(person.notices.order_by("id").values_list("kind", flat=True))


def breaks() -> list[Any]:
    """What the proofs of every room find: nothing, when the books are right."""
    return [found for room in ROOMS_WITH_PROOFS for found in import_module(f"{room}.proofs").prove()]


@pytest.fixture
def another_store(closed_store: Store) -> Store:
    """Of the same business and kind, some hundred metres away, and open day and night."""
    return Store.objects.create(
        merchant=closed_store.merchant, code="noodle-bar-2", kind=closed_store.kind, name="Noodle Bar West",
        latitude=30.2510, longitude=120.1640, open_from=time(0), open_until=time(23, 59, 59),
    )  # fmt: skip


@pytest.fixture
def returnable(claim: Claim) -> Claim:
    """Waits for the merchant, who lets the goods be sent back first by accepting."""
    Claim.objects.filter(pk=claim.pk).update(remedy="return")
    return fresh(claim)


@pytest.fixture
def appealed(decided: Claim, merchant: User, now: datetime) -> Claim:
    """The merchant appealed; a senior agent has to look again."""
    return appeal(claim=decided, by=merchant, statement="Look again.", at=now)
