"""The broker carries wake-ups only: when it is gone, with all it held, everybody is paid nevertheless."""

import os
import signal

import pytest
from celery import Celery
from redis import Redis

from common.embedded.valkey import embedded_valkey
from ledger.chart import balance_of, clearing_at
from ledger.proofs import prove as prove_books
from payouts.models import Payout, Status
from payouts.proofs import prove as prove_payouts
from payouts.tests.worker import run_manage


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_payouts_are_paid_once_each_although_the_broker_was_killed(pay, provider, tmp_path):
    broker = embedded_valkey(tmp_path)
    broker.hold()
    wake_ups = Celery(broker=broker.url, set_as_current=False)
    for number in range(100):
        pay(f"claim:{number}:refund:1", amount=100 + number)
        wake_ups.send_task("payouts.tasks.send_due_payouts")
    with Redis(unix_socket_path=str(broker.socket_path)) as server:
        assert server.llen("celery") == 100
        os.kill(server.info()["process_id"], signal.SIGKILL)

    assert run_manage("sweep", "--once", BROKER_URL=broker.url) == 0

    assert Payout.objects.filter(status=Status.SETTLED, attempts_made=1).count() == 100
    assert all(provider.paid(payout) == [payout.amount] for payout in Payout.objects.all())
    assert balance_of(clearing_at("sandbox", "GBP")).posted == sum(range(100, 200))
    assert [*prove_books(), *prove_payouts()] == []
