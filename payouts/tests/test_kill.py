"""A worker that is killed by kill -9 at any step of a payout costs nobody a cent and pays nobody twice."""

import re
import signal
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from ledger.chart import balance_of, clearing_at, payable_to, wallet_of
from ledger.proofs import prove as prove_books
from payouts import actions
from payouts.actions import handle_events, send_next
from payouts.models import Payout, Status, WebhookEvent
from payouts.proofs import prove as prove_payouts
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.worker import SWEEP, run_python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

STEPS = (
    "payouts.before_claim_is_committed",
    "payouts.before_call",
    "payouts.after_call",
    "payouts.before_record_is_committed",
    "payouts.after_record",
)
STEPPING_BACK = "payouts.before_step_back_is_committed"
IN_WEBHOOKS = ("payouts.before_webhook_is_committed", "payouts.before_events_are_committed")


def kill_worker_at(step: str, code: str = SWEEP) -> None:
    assert run_python(code, crash_at=step) == -signal.SIGKILL
    assert_books_are_right()


def assert_books_are_right() -> None:
    assert [*prove_books(), *prove_payouts()] == []


def assert_arrived_once(payout: Payout, provider, *, through: str) -> None:
    wallet, payee = wallet_of(payout.payee_id, "GBP"), payable_to(payout.payee_id, "GBP")
    arrived = {"provider": balance_of(clearing_at(payout.gateway, "GBP")).posted, "wallet": balance_of(wallet).posted}
    assert arrived == {"provider": 0, "wallet": 0} | {through: 12_50}
    assert sum(provider.paid(payout)) == arrived["provider"]
    assert (balance_of(payee).posted, balance_of(payee).reserved) == (0, 0)
    assert_books_are_right()


@pytest.mark.parametrize("gateway", ["sandbox", "stripe"])
@pytest.mark.parametrize("step", STEPS)
def test_a_payout_whose_worker_is_killed_is_paid_once(step, pay, provider, gateway):
    payout = pay(gateway=gateway)
    kill_worker_at(step)
    sweep_until_it_ends(payout)
    assert payout.status == Status.SETTLED
    assert_arrived_once(payout, provider, through="provider")


@pytest.mark.parametrize("step", STEPS[-2:])
def test_a_payout_whose_worker_is_killed_while_the_wallet_takes_over_is_paid_once(step, pay, provider):
    payout = pay()
    provider.plan(payout, "refuse")
    kill_worker_at(step)
    sweep_until_it_ends(payout)
    assert payout.status == Status.RELEASED
    assert_arrived_once(payout, provider, through="wallet")


def test_a_payout_whose_workers_are_killed_one_after_the_other_is_paid_once(pay, provider):
    payout = pay()
    provider.plan(payout, "error_before")
    for step in STEPS:
        kill_worker_at(step)
        Payout.objects.filter(next_at__isnull=False).update(next_at=F("created_at"))
    sweep_until_it_ends(payout)
    assert_arrived_once(payout, provider, through="provider")


def test_an_event_whose_worker_is_killed_is_handled_all_the_same(pay, provider):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=payout.next_at)
    provider.settle(payout)
    event = provider.events(payout)[-1]
    receive = (
        "from django.utils import timezone; from payouts.actions import receive_webhook; receive_webhook("
        f"gateway='sandbox', headers={event['headers']}, body={event['body'].encode()}, now=timezone.now())"
    )
    kill_worker_at("payouts.before_webhook_is_committed", receive)
    assert not WebhookEvent.objects.exists()
    assert run_python(receive) == 0
    kill_worker_at("payouts.before_events_are_committed")
    assert handle_events(now=timezone.now()) == 1
    payout.refresh_from_db()
    assert payout.next_at <= timezone.now()
    sweep_until_it_ends(payout)
    assert_arrived_once(payout, provider, through="provider")


def test_a_worker_that_is_killed_while_it_steps_back_from_an_error_leaves_the_payout_as_it_was(pay, provider):
    payout = pay()
    Payout.objects.update(gateway="gone")
    kill_worker_at(STEPPING_BACK)
    assert Payout.objects.get().tries == 0
    Payout.objects.update(gateway="sandbox")
    sweep_until_it_ends(payout)
    assert_arrived_once(payout, provider, through="provider")


def test_every_crash_point_of_the_machine_is_killed_at():
    room = Path(actions.__file__).parent
    read = [(room / f"{name}.py").read_text() for name in ("sending", "recording", "listening")]
    points = {point for text in read for point in re.findall(r'crash_point\("(.*?)"\)', text)}
    assert points == {*STEPS, *IN_WEBHOOKS, STEPPING_BACK}
