"""A payout that raises is tried again, further and further apart, and then set aside; those behind it go on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError

from ledger.chart import balance_of, payable_to
from payouts.actions import send_due, send_next
from payouts.actions.patience import MOST_TRIES
from payouts.gateways.sandbox.gateway import Sandbox
from payouts.models import Attempt, Attention, Payout, Status
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends

pytestmark = pytest.mark.django_db


def break_down(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a bug in the gateway")


def stumble_until_it_is_left_alone(payout: Payout) -> list[timedelta]:
    """The pauses after each error."""
    pauses: list[timedelta] = []
    for _ in range(MOST_TRIES + 5):
        payout.refresh_from_db()
        if payout.next_at is None:
            return pauses
        at = payout.next_at
        send_next(now=at)
        payout.refresh_from_db()
        pauses += [payout.next_at - at] if payout.next_at else []
    raise AssertionError("it is tried for ever")


@pytest.mark.parametrize("call", ["send", "query", "call_off"])
def test_an_error_in_any_call_is_kept_and_the_payout_is_set_aside_after_ten(pay, provider, now, monkeypatch, call):
    payout = pay()
    if call != "send":
        provider.plan(payout, *(["timeout_after"] if call == "query" else ["fail"] * 5))
        while call_comes_next(payout) != call:
            send_next(now=payout.next_at)
            payout.refresh_from_db()
    monkeypatch.setattr(Sandbox, call, break_down)
    monkeypatch.setattr(Sandbox, "query", break_down)
    stumble_until_it_is_left_alone(payout)
    assert (payout.attention, payout.tries) == (Attention.PARKED, MOST_TRIES)
    assert payout.failure == "ZeroDivisionError: a bug in the gateway"
    assert balance_of(payable_to(payout.payee_id, "GBP")).reserved == 12_50
    assert list(prove()) == []


def call_comes_next(payout: Payout) -> str:
    if payout.status == Status.FAILED and payout.attempts_made == 5:
        return "call_off"
    return "query" if payout.status == Status.UNKNOWN else "send"


def test_the_pauses_between_errors_grow_and_stand_in_the_row(pay, provider, monkeypatch):
    payout = pay()
    monkeypatch.setattr(Sandbox, "send", break_down)
    monkeypatch.setattr(Sandbox, "query", break_down)
    pauses = stumble_until_it_is_left_alone(payout)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=10), timedelta(minutes=10))


def test_those_behind_it_go_on(pay, provider, now, monkeypatch):
    poison, others = pay("poison"), [pay(f"other:{number}") for number in range(3)]
    Payout.objects.filter(pk=poison.pk).update(gateway="gone")
    assert send_due(now=now) == 4
    assert {Payout.objects.get(pk=other.pk).status for other in others} == {Status.SETTLED}


@pytest.mark.parametrize("status", [Status.RESERVED, Status.FAILED])
def test_a_payout_whose_gateway_is_gone_is_never_said_to_have_been_sent(pay, provider, now, status):
    payout = pay()
    if status == Status.FAILED:
        provider.plan(payout, "fail")
        send_next(now=now)
    Payout.objects.filter(pk=payout.pk).update(gateway="gone", next_at=now)
    made = Attempt.objects.count()
    stumble_until_it_is_left_alone(payout)
    assert (payout.status, Attempt.objects.count()) == (status, made)
    assert payout.failure.startswith("UnknownGateway")


def test_a_row_that_cannot_be_taken_in_hand_is_set_aside_too(pay, provider, now, monkeypatch):
    payout = pay()
    Attempt.objects.create(payout=payout, number=1, started_at=now)
    with monkeypatch.context() as patched:
        patched.setattr("payouts.actions.sending.logger.error", lambda *_, **__: None)
        stumble_until_it_is_left_alone(payout)
    assert payout.attention == Attention.PARKED
    assert payout.failure.startswith(IntegrityError.__name__)


def test_an_answer_that_cannot_be_recorded_is_not_lost_but_asked_for_again(pay, provider, now, monkeypatch):
    payout = pay()
    with monkeypatch.context() as patched:
        patched.setattr("payouts.actions.recording.post_hold", break_down)
        send_next(now=now)
    payout.refresh_from_db()
    assert (payout.status, payout.tries) == (Status.SENDING, 1)
    sweep_until_it_ends(payout)
    assert (payout.status, payout.tries, provider.paid(payout)) == (Status.SETTLED, 0, [12_50])


def test_workers_that_die_over_it_are_counted_as_well(pay, provider, now, monkeypatch):
    payout = pay()
    monkeypatch.setattr("payouts.actions.sending._take_further", lambda *_: None)
    for _ in range(MOST_TRIES):
        payout.refresh_from_db()
        assert payout.attention == Attention.NONE
        send_next(now=payout.next_at)
    payout.refresh_from_db()
    send_next(now=payout.next_at)
    payout.refresh_from_db()
    assert (payout.attention, payout.next_at) == (Attention.PARKED, None)


def test_a_database_that_is_away_is_nobodys_fault(pay, provider, now, monkeypatch):
    payout = pay()

    def go_away(*_: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("payouts.actions.sending.record", go_away)
    with pytest.raises(OperationalError):
        send_next(now=now)
    payout.refresh_from_db()
    assert (payout.status, payout.next_at) == (Status.SENDING, now + timedelta(seconds=60))


def test_an_error_after_the_lease_is_lost_changes_nothing(pay, provider, now, monkeypatch):
    payout = pay()

    def sleep_and_break(sandbox: Sandbox, sent: Payout) -> None:
        monkeypatch.undo()
        send_next(now=now + timedelta(seconds=61))
        break_down()

    monkeypatch.setattr(Sandbox, "send", sleep_and_break)
    send_next(now=now)
    payout.refresh_from_db()
    assert (payout.status, payout.tries) == (Status.FAILED, 0)


def test_what_is_set_aside_is_left_alone_by_sweeps_and_webhooks(pay, provider, now, monkeypatch):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    Payout.objects.filter(pk=payout.pk).update(attention=Attention.PARKED, next_at=None)
    assert not send_next(now=now + timedelta(days=365))
    assert not Payout.objects.open_to_news().filter(pk=payout.pk).exists()
