"""Thirty days of sweeps at odd moments, over the nights on which clocks change: every reminder once, and in time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet

from accounts.models import User
from disputes.models import Claim, Offer, Status
from disputes.reminders import remind_of_deadlines, remind_of_expiring_vouchers
from notices.actions import deliver_due
from notices.models import Delivery, Notice
from orders.models import Order, Voucher

DAYS = timedelta(days=30)
CLAIMS = 40
TURN = timedelta(days=3)
STEPS = (timedelta(hours=24), timedelta(hours=4))
VOUCHER_STEPS = (timedelta(days=7), timedelta(days=1))

# Sweeps may come late, but never by as much as the last step.
LATEST = timedelta(minutes=235)

MERCHANT, CONSUMER, BOTH = {"merchant", "clerk"}, {"consumer"}, {"merchant", "clerk", "consumer"}
TOLD = {
    Status.AWAITING_MERCHANT: ("merchant", "claim_answer_due", MERCHANT),
    Status.RETURN_SHIPPED: ("merchant", "confirm_return_by", MERCHANT),
    Status.OFFER_PENDING: ("consumer", "offer_lapsing", CONSUMER),
    Status.AWAITING_RETURN: ("consumer", "ship_by", CONSUMER),
    Status.REJECTED: ("consumer", "escalate_by", CONSUMER),
    Status.AWAITING_EVIDENCE: ("both", "evidence_due", BOTH),
}


@pytest.fixture
def now() -> datetime:
    """After the days of the walk, whenever the test runs: the terms that the cast is promised hold for all of them."""
    return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def people(consumer: User, merchant: User, clerk: User) -> None:
    User.objects.filter(pk=consumer.pk).update(timezone="Europe/London")
    User.objects.filter(pk__in=[merchant.pk, clerk.pk]).update(timezone="America/New_York")


def waiting_claim(order: Order, number: int, status: Status, due_at: datetime) -> Claim:
    claim = Claim.objects.create(
        number=f"R-{number}", consumer=order.consumer, merchant=order.merchant, order=order,
        line=order.lines.get(position=1), reason="damaged", remedy="refund", amount=45_00, currency="CNY",
        settles="after_merchant", status=status,
        turn=TOLD[status][0], due_at=due_at, turned_at=due_at - TURN, filed_at=due_at - TURN,
    )  # fmt: skip
    if status == Status.OFFER_PENDING:
        Offer.objects.create(
            claim=claim, by="merchant", made_by=order.consumer, amount=30_00, made_at=due_at - TURN
        )  # fmt: skip
    return claim


def names_told(kind: str, claim: Claim) -> Counter[str]:
    told = Notice.objects.filter(kind=kind, values__claim=claim.number).select_related("recipient")
    return Counter(notice.recipient.name.lower() for notice in told)


@pytest.mark.slow
@pytest.mark.usefixtures("people", "published_policies")
@pytest.mark.parametrize(
    ("start", "clocks_change_at"),
    [
        # New York on 8 March, London on 29 March.
        (datetime(2026, 3, 5, tzinfo=UTC), [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)]),
        # London on 25 October, New York on 1 November.
        (
            datetime(2026, 10, 8, tzinfo=UTC),
            [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)],
        ),
    ],
    ids=["spring", "autumn"],
)
def test_every_reminder_comes_once_and_in_time(
    *,
    start: datetime,
    clocks_change_at: list[datetime],
    goods_order: Order,
    voucher_order: Order,
    mailoutbox: list[EmailMultiAlternatives],
):
    chance = Random(start.toordinal())  # noqa: S311 the same moments on every run
    moments = [start + TURN + (DAYS - TURN) * index / CLAIMS for index in range(CLAIMS)] + clocks_change_at
    claims = [
        waiting_claim(goods_order, number, status, due_at)
        for number, (due_at, status) in enumerate(zip(moments, cycle(TOLD), strict=False))
    ]
    expires_at = clocks_change_at[1]
    Voucher.objects.update(usable_from=start - timedelta(days=60), expires_at=expires_at)

    at = start
    while at < start + DAYS:
        for _worker in range(chance.choice([1, 1, 1, 1, 1, 2])):
            remind_of_deadlines(now=at)
            remind_of_expiring_vouchers(now=at)
        while deliver_due(now=at):
            pass
        at += timedelta(minutes=chance.uniform(170, LATEST.total_seconds() / 60))

    for claim, due_at in zip(claims, moments, strict=True):
        _turn, kind, sides = TOLD[Status(claim.status)]
        assert names_told(kind, claim) == Counter(dict.fromkeys(sides, len(STEPS)))
        assert_in_time(Notice.objects.filter(values__claim=claim.number), due_at, STEPS)
    assert_in_time(Notice.objects.filter(kind="voucher_expiring"), expires_at, VOUCHER_STEPS)

    told = sum(len(TOLD[Status(claim.status)][2]) * len(STEPS) for claim in claims) + len(VOUCHER_STEPS)
    assert Notice.objects.count() == Delivery.objects.filter(sent_at__isnull=False).count() == told
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == len(mailoutbox) == told


def assert_in_time(notices: QuerySet[Notice], due_at: datetime, steps: tuple[timedelta, ...]) -> None:
    """Each person was told once for each step: not before it, and no later than the sweeps may come."""
    told: dict[int, list[datetime]] = {}
    for notice in notices.order_by("created_at"):
        told.setdefault(notice.recipient_id, []).append(notice.created_at)
    assert told
    for moments in told.values():
        for at, step in zip(moments, steps, strict=True):
            assert timedelta() <= at - (due_at - step) <= LATEST
