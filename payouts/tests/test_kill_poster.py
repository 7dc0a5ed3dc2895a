"""A poster that is killed by kill -9 at any step pays nobody twice and forgets nobody."""

import re
import signal
from pathlib import Path

import pytest

from ledger.actions import Posting, post
from ledger.chart import balance_of, compensation_expense, fund_budget, owner_capital, wallet_of
from ledger.models import TransferKind
from ledger.proofs import prove as prove_books
from payouts.actions import DrawRequest, drawing, request_draws
from payouts.models import Draw, Payout, Status
from payouts.proofs import prove as prove_payouts
from payouts.tasks import pay_out_of_the_fund, send_due_payouts
from payouts.tests.worker import run_python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FUND = fund_budget("special", "GBP")

IN_POSTER = (
    "payouts.draws_are_chosen",
    "payouts.draws_are_posted",
    "payouts.before_draws_are_committed",
    "payouts.after_draws",
)
IN_ACCEPTANCE = ("payouts.before_draws_are_accepted", "payouts.after_draws_are_accepted")

PAY = "from payouts.tasks import *; pay_out_of_the_fund()"
ACCEPT = (
    "from django.utils import timezone; from accounts.models import User; from ledger.chart import *;"
    " from payouts.actions import *;"
    " request_draws([DrawRequest(key='claim:0', payee=User.objects.get(pk={payee}), amount=12_50, currency='GBP',"
    " gateway='wallet', at=timezone.now(), budget='special', cost=compensation_expense('GBP'), kind='expense')])"
)


@pytest.fixture(autouse=True)
def _fund(now):
    drawing._beginnings.clear()
    post(
        Posting(
            key="fill",
            debit=FUND,
            credit=owner_capital("GBP"),
            amount=50_00,
            kind=TransferKind.FUNDING,
            happened_at=now,
        )
    )


def accept(consumer, now, gateways=("wallet", "wallet", "sandbox")) -> None:
    requests = [
        DrawRequest(
            key=f"claim:{number}", payee=consumer, amount=12_50, currency="GBP", gateway=gateway, at=now,
            budget="special", cost=compensation_expense("GBP"), kind=TransferKind.EXPENSE,
        )
        for number, gateway in enumerate(gateways)
    ]  # fmt: skip
    request_draws(requests)


def assert_books_are_right() -> None:
    assert [*prove_books(), *prove_payouts()] == []


@pytest.mark.parametrize("step", IN_POSTER)
def test_what_waits_is_paid_once_although_its_poster_is_killed(step, consumer, provider, now):
    accept(consumer, now)
    assert run_python(PAY, crash_at=step) == -signal.SIGKILL
    assert_books_are_right()
    pay_out_of_the_fund()
    send_due_payouts()
    assert not Draw.objects.exists()
    assert Payout.objects.filter(status=Status.SETTLED).count() == 3
    assert balance_of(wallet_of(consumer.pk, "GBP")).posted == 25_00
    assert provider.paid(Payout.objects.get(gateway="sandbox")) == [12_50]
    assert balance_of(FUND).posted == 12_50
    assert_books_are_right()


def test_posters_that_are_killed_one_after_the_other_pay_each_once(consumer, now):
    accept(consumer, now, gateways=["wallet"] * 4)
    for step in IN_POSTER[:-1]:
        assert run_python(PAY, crash_at=step) == -signal.SIGKILL
        assert (Draw.objects.count(), balance_of(FUND).posted) == (4, 50_00)
        assert_books_are_right()
    pay_out_of_the_fund()
    assert (balance_of(FUND).posted, balance_of(wallet_of(consumer.pk, "GBP")).posted) == (0, 50_00)
    assert_books_are_right()


@pytest.mark.parametrize("step", IN_ACCEPTANCE)
def test_who_is_killed_while_a_payout_is_accepted_may_ask_again(step, consumer, now):
    code = ACCEPT.format(payee=consumer.pk)
    assert run_python(code, crash_at=step) == -signal.SIGKILL
    assert Draw.objects.count() == (step == IN_ACCEPTANCE[-1])
    assert run_python(code) == 0
    pay_out_of_the_fund()
    assert balance_of(wallet_of(consumer.pk, "GBP")).posted == 12_50
    assert_books_are_right()


def test_every_crash_point_of_the_fund_lane_is_killed_at():
    points = set(re.findall(r'crash_point\("(.*?)"\)', Path(drawing.__file__).read_text()))
    assert points == {*IN_POSTER, *IN_ACCEPTANCE}
