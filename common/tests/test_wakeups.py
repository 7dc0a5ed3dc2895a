"""A wake-up is a courtesy: it comes after the commit, and its loss costs a request nothing."""

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from common import wakeups


@pytest.fixture
def sent(monkeypatch):
    """The tasks that reached the broker."""
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: names.append(name))
    return names


@pytest.fixture
def no_broker(monkeypatch):
    """Counts how often somebody tried to reach the broker that is gone."""
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    attempts: list[str] = []

    def refuse(name: str, **options: object) -> None:
        attempts.append(name)
        raise OperationalError("Connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)
    return attempts


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_once_the_transaction_is_committed(sent):
    with transaction.atomic():
        wakeups.wake("payouts.tasks.send_due_payouts")
        assert sent == []

    assert sent == ["payouts.tasks.send_due_payouts"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_what_was_undone(sent):
    with transaction.atomic():
        wakeups.wake("payouts.tasks.send_due_payouts")
        transaction.set_rollback(True)

    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_gone_is_asked_once_and_then_left_alone(no_broker):
    for _ in range(3):
        wakeups.wake("payouts.tasks.send_due_payouts")

    assert no_broker == ["payouts.tasks.send_due_payouts"]


@pytest.mark.django_db(transaction=True)
def test_a_real_connection_to_nowhere_raises_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    monkeypatch.setattr(current_app.conf, "broker_url", f"redis+socket://{tmp_path}/nobody.sock")

    wakeups.wake("payouts.tasks.send_due_payouts")

    assert wakeups._quiet_until > 0
