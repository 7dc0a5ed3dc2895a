"""A budget gives away no more in a day than finance allowed, however many draw on it at once."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from common.at_once import at_once
from ledger.actions import Posting, post
from ledger.chart import balance_of, client_cash, compensation_expense, fund_budget, owner_capital, payable_to
from ledger.models import TransferKind
from ledger.proofs import prove as prove_books
from payouts.actions import (
    DayIsSpent,
    DrawRequest,
    NoSuchSum,
    ReasonMissing,
    drawing,
    limit_budget,
    post_draws,
    request_draw,
    start,
)
from payouts.models import BudgetDay, DailyLimit, Payout, Status
from payouts.proofs import prove

FUND = fund_budget("special", "GBP")
HELD = 1_000_00
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MIDNIGHT = NOON + timedelta(hours=12)


@pytest.fixture(autouse=True)
def _filled(request):
    drawing._beginnings.clear()
    transactional = request.node.get_closest_marker("django_db") is not None
    request.getfixturevalue("transactional_db" if transactional else "db")
    post(
        Posting(
            key="fill",
            debit=FUND,
            credit=owner_capital("GBP"),
            amount=HELD,
            kind=TransferKind.FUNDING,
            happened_at=NOON,
        )
    )


@pytest.fixture
def limit(finance):
    return partial(limit_budget, budget="special", currency="GBP", because="A quiet week.", by=finance, at=NOON)


@pytest.fixture
def pay(consumer):
    """The fund pays at once, in the caller's own transaction."""

    def pay(key, amount, at=NOON):
        cost = Posting(
            key=key, debit=compensation_expense("GBP"), credit=payable_to(consumer.pk, "GBP"), amount=amount,
            kind=TransferKind.EXPENSE, happened_at=at,
        )  # fmt: skip
        draw = Posting(
            key=f"{key}:draw", debit=client_cash("GBP"), credit=FUND, amount=amount, kind=TransferKind.DRAW,
            happened_at=at,
        )  # fmt: skip
        return start(
            key=key, payee=consumer, amount=amount, currency="GBP", gateway="wallet", at=at, funding=[cost, draw]
        )

    return pay


@pytest.fixture
def ask(consumer):
    """The fund pays when its poster comes by."""

    def ask(key, amount):
        return request_draw(
            DrawRequest(
                key=key, payee=consumer, amount=amount, currency="GBP", gateway="wallet", at=NOON, budget="special",
                cost=compensation_expense("GBP"), kind=TransferKind.EXPENSE,
            )
        )  # fmt: skip

    return ask


def drawn():
    assert [*prove_books(), *prove()] == []
    return HELD - balance_of(FUND).posted


def test_up_to_the_limit_it_pays_and_not_a_cent_beyond(limit, pay):
    limit(amount=100_00)
    pay("first", 60_00)
    pay("second", 40_00)
    with pytest.raises(DayIsSpent):
        pay("third", 1)
    assert drawn() == 100_00


def test_the_next_day_begins_at_midnight_utc(limit, pay):
    limit(amount=100_00)
    pay("today", 100_00, at=MIDNIGHT - timedelta(seconds=1))
    pay("tomorrow", 100_00, at=MIDNIGHT)
    assert drawn() == 200_00


def test_what_was_drawn_before_the_limit_counts(limit, pay):
    pay("before", 70_00)
    limit(amount=100_00)
    with pytest.raises(DayIsSpent):
        pay("too much", 30_01)
    pay("rest", 30_00)
    assert drawn() == 100_00


def test_below_what_was_drawn_nothing_else_is_drawn_today(limit, pay):
    pay("before", 70_00)
    limit(amount=50_00)
    with pytest.raises(DayIsSpent):
        pay("more", 1)
    assert pay("tomorrow", 50_00, at=MIDNIGHT).status == Status.SETTLED


def test_a_limit_is_raised_and_lifted_in_the_middle_of_the_day(limit, pay):
    limit(amount=10_00)
    pay("first", 10_00)
    limit(amount=15_00, at=NOON + timedelta(minutes=1))
    pay("second", 5_00, at=NOON + timedelta(minutes=2))
    limit(amount=None, at=NOON + timedelta(minutes=3))
    pay("third", 500_00, at=NOON + timedelta(minutes=4))
    limit(amount=600_00, at=NOON + timedelta(minutes=5))
    with pytest.raises(DayIsSpent):
        pay("fourth", 85_01, at=NOON + timedelta(minutes=6))
    assert drawn() == 515_00
    assert DailyLimit.objects.count() == 4


def test_other_budgets_and_merchants_are_not_limited(limit, pay, consumer):
    limit(amount=0, budget="empathy")
    assert pay("special", 10_00).status == Status.SETTLED


def test_what_waits_in_line_is_paid_the_next_day_by_itself(limit, ask):
    limit(amount=100_00)
    for key, amount in (("first", 60_00), ("second", 50_00), ("third", 10_00)):
        ask(key, amount)
    assert post_draws(now=NOON) == 1
    assert post_draws(now=MIDNIGHT - timedelta(seconds=1)) == 0
    assert drawn() == 60_00
    assert post_draws(now=MIDNIGHT) == 2
    assert set(Payout.objects.values_list("status", flat=True)) == {Status.SETTLED}
    assert list(Payout.objects.order_by("pk").values_list("key", flat=True)) == ["first", "second", "third"]
    assert drawn() == 120_00


def test_a_limit_needs_a_sum_and_a_reason(limit):
    with pytest.raises(NoSuchSum):
        limit(amount=-1)
    with pytest.raises(ReasonMissing):
        limit(amount=1, because=" ")
    assert not DailyLimit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_draw_at_once_only_as_many_as_fit_are_paid(limit, pay):
    limit(amount=100_00)
    outcomes = at_once(*[partial(pay, f"k{number}", 10_00) for number in range(24)])
    assert sum(isinstance(outcome, Payout) for outcome in outcomes) == 10
    assert sum(isinstance(outcome, DayIsSpent) for outcome in outcomes) == 14
    assert drawn() == 100_00
    assert BudgetDay.objects.get().drawn == 100_00


@pytest.mark.django_db(transaction=True)
def test_a_limit_that_is_set_while_many_draw_is_kept(limit, pay):
    at_once(
        *[partial(pay, f"k{number}", 10_00) for number in range(12)],
        partial(limit, amount=50_00),
        *[partial(pay, f"l{number}", 10_00) for number in range(12)],
    )
    day = BudgetDay.objects.get()
    assert day.drawn == drawn() == day.allowed
    with pytest.raises(DayIsSpent):
        pay("later", 1)
