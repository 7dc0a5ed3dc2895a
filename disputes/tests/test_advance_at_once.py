"""The fund pays first, and somebody else does something at the same moment: nothing is ever paid twice."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from accounts.models import Merchant, User
from common.at_once import at_once
from compensation import actions as fund
from compensation.models import Advance, Recovery
from disputes.actions import answer, decide, escalate, file_claim
from disputes.advances import advance_due
from disputes.models import Claim
from disputes.tests.conftest import breaks, fresh, in_wallet
from ledger import chart
from ledger.actions import set_floor
from ledger.chart import balance_of
from orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = 1_299_00


@pytest.fixture
def dispute(goods_order: Order, consumer: User, merchant: User, special_fund: int, now: datetime) -> Claim:
    jackets = goods_order.lines.get(position=2)
    claim = file_claim(
        consumer=consumer, order=goods_order.number, line=jackets.pk, quantity=1, reason="damaged", remedy="refund",
        statement="It is broken.", at=now,
    )  # fmt: skip
    answer(claim=claim, by=merchant, kind="reject", reason="delivered_as_ordered", statement="Whole.", at=now)
    return escalate(claim=claim, by=consumer, statement="Broken.", at=now)


@pytest.fixture
def late(now: datetime) -> datetime:
    return now + timedelta(days=20)


def test_eight_sweeps_at_once_pay_first_once(dispute: Claim, consumer: User, late: datetime):
    paid = at_once(*[partial(advance_due, now=late)] * 8)
    assert sum(number for number in paid if isinstance(number, int)) == 1
    assert not [outcome for outcome in paid if isinstance(outcome, Exception)]
    assert (Advance.objects.count(), in_wallet(consumer), fresh(dispute).advanced) == (1, PRICE, PRICE)
    assert breaks() == []


@pytest.mark.parametrize("outcome", ["consumer", "no_fault", "merchant"])
def test_a_decision_of_the_same_moment_never_pays_above_the_ceiling(
    dispute: Claim, consumer: User, agent: User, late: datetime, outcome: str
):
    word = partial(
        decide, claim=dispute, by=agent, outcome=outcome, reason="terms_say_so", statement="So it is.", at=late
    )
    outcomes = at_once(word, *[partial(advance_due, now=late)] * 4)
    assert not [one for one in outcomes if isinstance(one, Exception)]
    advance_due(now=late)
    found = fresh(dispute)
    assert found.status == "decided"
    assert in_wallet(consumer) == found.paid == max(found.advanced, 0 if outcome == "merchant" else PRICE)
    found.line.refresh_from_db()
    assert found.line.taken == PRICE
    assert breaks() == []


def test_eight_sweeps_at_once_take_what_is_owed_once(
    dispute: Claim, shop: Merchant, agent: User, late: datetime, now: datetime
):
    advance_due(now=late)
    decide(claim=dispute, by=agent, outcome="consumer", reason="terms_say_so", statement="Yes.", at=late)
    set_floor(account=chart.settlement_of(shop.pk, "CNY"), floor=-500_00)
    outcomes = at_once(*[partial(fund.pursue_recoveries, now=late)] * 8)
    assert not [one for one in outcomes if isinstance(one, Exception)]
    found = Recovery.objects.get()
    assert (found.set_off, found.open) == (500_00, PRICE - 500_00)
    assert balance_of(chart.settlement_of(shop.pk, "CNY")).posted == -500_00
    assert breaks() == []


def test_a_payment_and_a_sweep_at_once_never_take_more_than_is_owed(
    dispute: Claim, shop: Merchant, agent: User, finance: User, late: datetime
):
    advance_due(now=late)
    decide(claim=dispute, by=agent, outcome="consumer", reason="terms_say_so", statement="Yes.", at=late)
    owed = Recovery.objects.get()
    pay = partial(fund.receive_payment, recovery=owed, amount=PRICE, because="bank", by=finance, at=late)
    outcomes = at_once(pay, pay, *[partial(fund.pursue_recoveries, now=late)] * 4)
    assert all(isinstance(one, fund.MoreThanIsOwed | fund.NotOpen | Recovery | int) for one in outcomes)
    found = Recovery.objects.get()
    assert (found.open, found.set_off + found.paid) == (0, PRICE)
    assert breaks() == []
