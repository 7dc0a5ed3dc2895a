"""Two hundred at once on one line, and many on one consumer's caps: never is more paid than may be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import BoundedSemaphore

import pytest
from django.db import connection
from django.db.models import Sum

from common.errors import Refusal
from common.states import MovedMeanwhile
from compensation.actions import happenings
from compensation.models import CapUse, Honouring
from conftest import bought, line
from disputes.actions import refund_unasked, withdraw
from disputes.actions.supersede import receive_chargeback
from disputes.advances import advance_due
from disputes.happenings import look_through_events, pay_for_events
from disputes.models import Claim
from disputes.tests.conftest import breaks, fresh
from orders.models import Chargeback, Line, OrderKind, StoreClosure, Voucher
from policies.actions import check, draft, publish
from refunds.models import Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

THREADS = 200
# The test's server has connections for so many at a time, and others use some of them.
CONNECTIONS = 90


def all_at_once(verbs: list[Callable[[], object]]) -> set[str]:
    """Run each in a thread of its own; the codes of the refusals. Anything else that is raised fails the test."""
    free = BoundedSemaphore(CONNECTIONS)

    def run(verb: Callable[[], object]) -> str:
        with free:
            try:
                verb()
            except (Refusal, MovedMeanwhile) as refusal:
                return refusal.code
            finally:
                connection.close()
            return ""

    with ThreadPoolExecutor(len(verbs)) as pool:
        return set(pool.map(run, verbs)) - {""}


def total(rows, field: str = "amount") -> int:
    return rows.aggregate(total=Sum(field))["total"] or 0


def test_two_hundred_at_once_never_pay_more_for_a_line_than_was_paid(
    voucher_order, closed_store, consumer, merchant, special_fund, file, now, caplog
):
    dinner = voucher_order.lines.get()
    waiting = file(dinner, reason="not_as_described", amount=60_00)
    Claim.objects.filter(pk=waiting.pk).update(advance_due_at=now)
    happenings.announce(
        key="feed-1", kind="store_closed", store=closed_store.code, starts_at=now - timedelta(days=1), by=None, at=now
    )
    look_through_events(now=now)
    claim = partial(file, dinner, reason="store_closed", remedy="compensation")
    refund = partial(refund_unasked, line=dinner.pk, by=merchant, amount=7_00, at=now)
    verbs: list[Callable[[], object]] = [
        *[refund] * 60,
        *(partial(receive_chargeback, key=f"network-{it}", line=dinner, amount=5_00, at=now) for it in range(60)),
        *[claim] * 30,
        *[partial(pay_for_events, now=now)] * 30,
        *[partial(advance_due, now=now)] * 20,
    ]
    assert len(verbs) == THREADS
    all_at_once(verbs)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    dinner.refresh_from_db()
    given = total(Refund.objects) + total(Chargeback.objects, "counted")
    assert given <= dinner.taken <= dinner.paid == 188_00
    assert dinner.taken > 180_00
    assert Honouring.objects.filter(cause="store_closed").count() <= 1
    assert breaks() == []


@pytest.fixture
def capped(enrolled_shop, now):
    """Compensation of 100.00 at most for one consumer in a day, and of 60.00 for one order."""
    terms = {"days": 365, "day": {"CNY": "100.00"}, "order": {"CNY": "60.00"}}
    starts_at = now - timedelta(days=300)
    version = draft(policy="compensation_caps", terms=terms, effective_from=starts_at, by=None, at=now, replay=True)
    check(version=version, by=None, at=now)
    publish(version=version, at=now)


@pytest.fixture
def dinners(consumer, shop, closed_store, now):
    """Twelve orders of one consumer, each of two dinners for 100.00 apiece, at a store that closed."""

    def order(number: int) -> list[Line]:
        order = bought(consumer, shop, OrderKind.VOUCHER, f"D-{number}", placed_at=now - timedelta(days=10))
        lines = [line(order, it, "dinner", "Dinner", "晚餐", paid=100_00, category="dining") for it in (1, 2)]
        for one in lines:
            Line.objects.filter(pk=one.pk).update(store=closed_store)
            Voucher.objects.create(line=one, usable_from=order.placed_at, expires_at=now + timedelta(days=20))
        return lines

    return [dinner for number in range(12) for dinner in order(number)]


def test_claims_and_events_at_once_never_pass_the_caps(capped, dinners, consumer, closed_store, file, now):
    happenings.announce(
        key="feed-1", kind="store_closed", store=closed_store.code, starts_at=now - timedelta(days=1), by=None, at=now
    )
    look_through_events(now=now)
    verbs: list[Callable[[], object]] = [
        *(partial(file, dinner, reason="store_closed", remedy="compensation") for dinner in dinners),
        *[partial(pay_for_events, now=now, limit=5)] * 10,
    ]
    all_at_once(verbs)
    while pay_for_events(now=now):
        pass
    assert total(Honouring.objects) == total(CapUse.objects) == 100_00
    by_order = CapUse.objects.values("order").annotate(total=Sum("amount"))
    assert all(row["total"] <= 60_00 for row in by_order)
    assert total(Refund.objects) == 24 * 100_00
    assert breaks() == []


def test_what_a_cap_cut_is_on_record_and_on_the_pages(capped, dinners, file, client, consumer):
    first, second = (file(dinner, reason="store_closed", remedy="compensation") for dinner in dinners[:2])
    third, fourth = (file(dinner, reason="store_closed", remedy="compensation") for dinner in dinners[2:4])
    assert [claim.compensation for claim in (first, second, third, fourth)] == [30_00, 30_00, 30_00, 10_00]
    assert fourth.paid == fourth.amount == 110_00
    use = CapUse.objects.get(key=f"claim:{fourth.number}")
    assert (use.asked, use.amount, use.cap, use.limit, use.used) == (30_00, 10_00, "day", 100_00, 90_00)
    client.force_login(consumer)
    for page in (fourth.get_absolute_url(), dinners[4].order.get_absolute_url()):
        assert "Above the limit on compensation: One consumer in 24 hours" in client.get(page).content.decode()
    assert breaks() == []


def test_what_was_not_paid_after_all_counts_no_longer(capped, dinners, file, merchant, now):
    StoreClosure.objects.all().delete()
    waiting = file(dinners[0], reason="store_closed", remedy="compensation")
    assert CapUse.objects.get().amount == 30_00
    withdraw(claim=waiting, by=waiting.consumer, at=now)
    use = CapUse.objects.get()
    assert use.amount == use.given_back == 30_00
    assert fresh(waiting).status == "closed"
