"""Sixty-four people draw on a fund that holds enough for half of them: exactly half are paid, and nothing is left."""

from functools import partial

import pytest

from accounts.models import User
from common.at_once import at_once
from compensation.actions import budget, fund, pay_from_fund
from ledger.chart import balance_of, compensation_expense, fund_budget, wallet_of
from ledger.models import TransferKind
from ledger.proofs import prove
from payouts.actions import DrawRequest, post_draws, request_draw
from payouts.models import Draw, Payout, Status
from refunds.actions import FundExhausted

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS, EACH = 64, 1_00
ROOM = CALLERS // 2


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_user(f"drawer-{number}@example.com", name="Drawer") for number in range(CALLERS)]


@pytest.fixture
def money(now):
    """Enough for half of them."""
    fund(amount=ROOM * EACH, currency="GBP", key="fund", at=now)
    budget(budget="special", amount=ROOM * EACH, currency="GBP", key="budget", at=now)


def in_wallets(people: list[User]) -> list[int]:
    return sorted(balance_of(wallet_of(person.pk, "GBP")).posted for person in people)


def test_of_sixty_four_who_draw_at_once_half_are_paid_and_half_are_refused(people, money, now):
    draws = [
        partial(pay_from_fund, key=f"draw:{person.pk}", payee=person, amount=EACH, currency="GBP", gateway="wallet",
                at=now, as_expense=True)
        for person in people
    ]  # fmt: skip
    outcomes = at_once(*draws)
    assert sum(isinstance(outcome, Payout) for outcome in outcomes) == ROOM
    assert sum(isinstance(outcome, FundExhausted) for outcome in outcomes) == CALLERS - ROOM
    assert balance_of(fund_budget("special", "GBP")).posted == 0
    assert in_wallets(people) == [0] * (CALLERS - ROOM) + [EACH] * ROOM
    assert list(prove()) == []


def test_of_sixty_four_accepted_at_once_half_are_paid_and_half_wait_for_the_fund(people, money, now):
    requests = [
        DrawRequest(
            key=f"draw:{person.pk}", payee=person, amount=EACH, currency="GBP", gateway="wallet", at=now,
            budget="special", cost=compensation_expense("GBP"), kind=TransferKind.EXPENSE,
        )
        for person in people
    ]  # fmt: skip
    accepted = at_once(*[partial(request_draw, request) for request in requests])
    assert all(isinstance(draw, Draw) for draw in accepted)
    posters = at_once(*[partial(post_draws, now=now)] * 4)
    assert not [outcome for outcome in posters if isinstance(outcome, Exception)]
    while post_draws(now=now):
        pass
    assert Payout.objects.filter(status=Status.SETTLED).count() == ROOM
    assert Draw.objects.count() == CALLERS - ROOM
    assert balance_of(fund_budget("special", "GBP")).posted == 0
    assert in_wallets(people) == [0] * (CALLERS - ROOM) + [EACH] * ROOM
    assert list(prove()) == []
