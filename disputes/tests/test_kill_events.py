"""An event that affects five hundred pays each of them once, although the worker that pays is killed in the middle."""

import signal
import sys
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Role, User
from common.at_once import wait_until_blocked
from compensation.actions import happenings
from compensation.models import Affected, Honouring
from ledger.chart import balance_of, settlement_of
from notices.models import Notice
from orders.models import Line, Order, OrderKind, StoreClosure, Voucher
from payouts.models import Payout
from payouts.tests.worker import run_python, start_python, wait_until_it_is_gone
from portal.verification import verify
from refunds.models import Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

VOUCHERS, PRICE, ON_TOP = 500, 188_00, 56_40
WORK = "from disputes.tasks import *; look_through_events(); pay_for_events()"
STEPS = (
    "compensation.before_lines_found_are_committed",
    "orders.prices_are_taken",
    "disputes.before_event_batch_is_committed",
    "disputes.after_event_batch",
)


@pytest.fixture
def sold(shop, closed_store, now):
    """Sells that many people a dinner each, at a store that nobody knows to be closed yet."""
    StoreClosure.objects.all().delete()

    def sold(number: int) -> None:
        people = User.objects.bulk_create(
            User(email=f"guest{it}@example.com", name=f"Guest {it}", role=Role.CONSUMER) for it in range(number)
        )
        orders = Order.objects.bulk_create(
            Order(
                number=f"D-{it}", kind=OrderKind.VOUCHER, consumer=person, merchant=shop, currency="CNY",
                placed_at=now - timedelta(days=10),
            )
            for it, person in enumerate(people)
        )  # fmt: skip
        lines = Line.objects.bulk_create(
            Line(
                order=order, position=1, code="dinner", title="Dinner", quantity=1, unit_price="188.00", paid=PRICE,
                bought_at=order.placed_at, store=closed_store,
            )
            for order in orders
        )  # fmt: skip
        Voucher.objects.bulk_create(
            Voucher(line=line, usable_from=now - timedelta(days=10), expires_at=now + timedelta(days=20))
            for line in lines
        )

    return sold


@pytest.fixture
def announced(closed_store, now):
    def announced():
        return happenings.announce(
            key="feed-1", kind="store_closed", store=closed_store.code, starts_at=now, by=None, at=timezone.now()
        )

    return announced


def assert_each_was_paid_once(number: int, shop) -> None:
    assert Affected.objects.filter(status="paid", amount=PRICE + ON_TOP).count() == number
    assert Refund.objects.filter(amount=PRICE).count() == Honouring.objects.filter(amount=ON_TOP).count() == number
    assert Payout.objects.filter(status="settled").count() == 2 * number
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -number * (PRICE + ON_TOP)
    assert Notice.objects.filter(kind="event_paid").values("recipient").distinct().count() == number
    assert verify().first_break is None


def blocked_session() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (number,) = cursor.fetchone()
    return int(number)


def test_five_hundred_are_paid_once_although_the_worker_is_killed_in_the_middle(sold, announced, shop, capsys):
    sold(VOUCHERS)
    announced()
    began = monotonic()
    with transaction.atomic():
        Line.objects.select_for_update(no_key=True).get(order__number=f"D-{VOUCHERS // 4}")
        worker = start_python(WORK)
        wait_until_blocked(1)  # it has come to that line, having paid others
        session = blocked_session()
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    wait_until_it_is_gone(session)
    assert 0 < Affected.objects.filter(status="paid").count() < VOUCHERS
    assert run_python(WORK) == 0
    seconds = monotonic() - began
    with capsys.disabled():
        sys.stdout.write(f"\n{VOUCHERS} open vouchers were paid in {seconds:.1f} s, the worker killed in the middle.\n")
    assert_each_was_paid_once(VOUCHERS, shop)


@pytest.mark.parametrize("step", STEPS)
def test_whatever_the_moment_nobody_is_paid_twice_and_nobody_is_forgotten(step, sold, announced, shop):
    sold(3)
    announced()
    assert run_python(WORK, crash_at=step) == -signal.SIGKILL
    assert verify().first_break is None
    assert run_python(WORK) == 0
    assert_each_was_paid_once(3, shop)
