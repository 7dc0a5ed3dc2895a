"""What the fund owes while it is empty, and pays as soon as it is not."""

from datetime import timedelta

import pytest

from accounts.models import User
from compensation import actions as compensation
from disputes.debts import pay_debts
from disputes.models import Claim
from disputes.tests.conftest import breaks, decide_for, deeds, expired, fresh, in_wallet, told
from ledger.chart import balance_of, compensation_expense, fund_budget, receivable_from


def fill(amount: int, now) -> None:
    compensation.fund(amount=amount, currency="CNY", key=f"fund:{amount}", at=now)
    compensation.budget(budget="special", amount=amount, currency="CNY", key=f"budget:{amount}", at=now)


@pytest.fixture
def owed(disputed: Claim, agent: User, now) -> Claim:
    return decide_for(disputed, agent, now, "no_fault")


def test_the_case_ends_although_nobody_could_pay(owed: Claim):
    ended = expired(owed)
    assert (ended.status, ended.paid, ended.line.taken) == ("settled", 0, 1_299_00)
    assert breaks() == []


def test_the_next_money_in_the_fund_pays_the_debt(owed: Claim, consumer: User, now):
    fill(2_000_00, now)
    assert pay_debts(now=now) == 1
    assert in_wallet(consumer) == fresh(owed).paid == 1_299_00
    assert balance_of(fund_budget("special", "CNY")).posted == 701_00
    assert balance_of(compensation_expense("CNY")).posted == 1_299_00
    assert deeds(owed)[-1] == "debt_paid"
    assert told(consumer)[-1] == "claim_paid"
    assert breaks() == []


def test_a_debt_is_paid_once(owed: Claim, consumer: User, now):
    fill(5_000_00, now)
    assert (pay_debts(now=now), pay_debts(now=now)) == (1, 0)
    assert in_wallet(consumer) == 1_299_00


def test_too_little_money_pays_nothing(owed: Claim, consumer: User, now):
    fill(1_298_99, now)
    assert pay_debts(now=now) == 0
    assert in_wallet(consumer) == 0
    assert breaks() == []


def test_a_case_can_end_before_or_after_its_debt_is_paid(owed: Claim, now):
    fill(2_000_00, now)
    pay_debts(now=now)
    ended = expired(fresh(owed))
    assert (ended.status, ended.paid) == ("settled", 1_299_00)
    assert breaks() == []


def test_a_debt_in_place_of_the_merchant_makes_it_owe_the_fund(
    disputed: Claim, agent: User, merchant_at_its_limit, now
):
    claim = decide_for(disputed, agent, now, "consumer")
    fill(2_000_00, now)
    pay_debts(now=now + timedelta(days=30))
    assert balance_of(receivable_from(claim.merchant_id, "CNY")).posted == 1_299_00
    assert breaks() == []


def test_the_oldest_debt_is_paid_first(owed: Claim, file, jackets, merchant_at_its_limit, now):
    second = file(jackets, quantity=1, reason="wrong_item")
    expired(second)
    fill(1_299_00, now)
    assert pay_debts(now=now) == 1
    assert (fresh(owed).paid, fresh(second).paid) == (1_299_00, 0)
