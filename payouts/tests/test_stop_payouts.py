"""Stopped payouts do not begin, those on their way go on, and when the stop is lifted each is paid once."""

import signal
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.utils import timezone

from common.at_once import at_once
from ledger.chart import balance_of, clearing_at, payable_to, wallet_of
from ledger.proofs import prove as prove_books
from payouts.actions import (
    NotStopped,
    ReasonMissing,
    ReasonTooLong,
    UnknownGateway,
    resume_payouts,
    send_due,
    send_next,
    stop_payouts,
)
from payouts.gateways.sandbox.gateway import Sandbox
from payouts.models import Payout, Status, Stop
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.worker import SWEEP, run_python

WHY = "The provider reports odd things."


@pytest.fixture
def stop(now):
    return partial(stop_payouts, because=WHY, by=None, at=now)


@pytest.fixture
def resume(now):
    return partial(resume_payouts, because="It was a false alarm.", by=None, at=now)


def assert_paid_once(payout, provider, *, through="provider"):
    wallet, payee = wallet_of(payout.payee_id, "GBP"), payable_to(payout.payee_id, "GBP")
    arrived = {"provider": balance_of(clearing_at("sandbox", "GBP")).posted, "wallet": balance_of(wallet).posted}
    assert arrived == {"provider": 0, "wallet": 0} | {through: 12_50}
    assert sum(provider.paid(payout)) == arrived["provider"]
    assert (balance_of(payee).posted, balance_of(payee).reserved) == (0, 0)
    assert [*prove_books(), *prove()] == []


@pytest.mark.django_db
class TestStop:
    @pytest.mark.parametrize("gateway", ["", "sandbox"])
    def test_nothing_new_is_sent(self, pay, provider, stop, now, gateway):
        stop(gateway=gateway)
        payout = pay()
        assert send_due(now=now + timedelta(days=1)) == 0
        payout.refresh_from_db()
        assert (payout.status, payout.attempts_made, payout.next_at) == (Status.RESERVED, 0, now)
        assert provider.paid(payout) == []
        assert list(prove()) == []

    @pytest.mark.parametrize("gateway", ["", "wallet"])
    def test_nothing_new_reaches_a_wallet(self, pay, provider, consumer, stop, resume, now, gateway):
        stop(gateway=gateway)
        payout = pay(gateway="wallet")
        assert (payout.status, send_due(now=now)) == (Status.RESERVED, 0)
        payable = balance_of(payable_to(consumer.pk, "GBP"))
        assert (payable.posted, payable.available) == (12_50, 0)
        assert list(prove()) == []
        resume(gateway=gateway)
        assert send_due(now=now) == 1
        assert_paid_once(payout, provider, through="wallet")

    def test_of_one_gateway_leaves_the_others_alone(self, pay, provider, stop):
        stop(gateway="sandbox")
        assert pay("one", gateway="wallet").status == Status.SETTLED
        assert pay("two").status == Status.RESERVED
        resume_payouts(gateway="sandbox", because="Fine again.", by=None, at=timezone.now())
        stop(gateway="wallet")
        assert pay("three", gateway="wallet").status == Status.RESERVED
        assert send_due(now=timezone.now()) > 0

    def test_what_is_on_its_way_is_followed_to_its_end(self, pay, provider, stop):
        payout = pay()
        provider.plan(payout, "timeout_after")
        send_next(now=payout.next_at)
        payout.refresh_from_db()
        assert payout.status == Status.UNKNOWN
        stop()
        sweep_until_it_ends(payout)
        assert_paid_once(payout, provider)

    def test_what_failed_is_not_sent_again_before_it_is_lifted(self, pay, provider, stop, resume, now):
        payout = pay()
        provider.plan(payout, "fail")
        send_next(now=payout.next_at)
        stop()
        assert send_due(now=now + timedelta(hours=1)) == 0
        payout.refresh_from_db()
        assert (payout.status, payout.attempts_made) == (Status.FAILED, 1)
        resume()
        sweep_until_it_ends(payout)
        assert payout.attempts_made == 2
        assert_paid_once(payout, provider)

    def test_it_says_who_stopped_and_resumed_when_and_why(self, finance, now):
        later = now + timedelta(hours=1)
        stop_payouts(because=WHY, by=finance, at=now)
        resume_payouts(because="Cleared up.", by=finance, at=later)
        [row] = Stop.objects.all()
        assert (row.gateway, row.because, row.stopped_by, row.stopped_at) == ("", WHY, finance, now)
        assert (row.resumed_because, row.resumed_by, row.resumed_at) == ("Cleared up.", finance, later)

    def test_the_first_of_two_stops_stays(self, stop, now, finance):
        first = stop()
        second = stop_payouts(because="Another reason.", by=finance, at=now + timedelta(minutes=1))
        assert (second.pk, second.because) == (first.pk, WHY)
        assert Stop.objects.count() == 1

    def test_a_gateways_own_stop_outlives_the_one_for_all(self, pay, provider, stop, resume, now):
        stop()
        stop(gateway="sandbox")
        resume()
        payout = pay()
        assert send_due(now=now) == 0
        resume(gateway="sandbox")
        sweep_until_it_ends(payout)
        assert_paid_once(payout, provider)

    def test_what_is_not_stopped_cannot_be_resumed(self, stop, resume):
        with pytest.raises(NotStopped):
            resume()
        stop(gateway="wallet")
        with pytest.raises(NotStopped):
            resume()

    def test_nobody_stops_or_resumes_without_a_reason(self, now, stop):
        nothing_to_see = "\u200b \u2060"
        for refusal, words in ((ReasonMissing, " \n"), (ReasonMissing, nothing_to_see), (ReasonTooLong, "x" * 501)):
            with pytest.raises(refusal):
                stop_payouts(because=words, by=None, at=now)
            stop()
            with pytest.raises(refusal):
                resume_payouts(because=words, by=None, at=now)
            Stop.objects.all().delete()

    def test_what_is_not_connected_cannot_be_stopped(self, now):
        with pytest.raises(UnknownGateway):
            stop_payouts(gateway="carrier_pigeon", because=WHY, by=None, at=now)

    def test_the_database_takes_no_second_stop(self, now):
        Stop.objects.create(because=WHY, stopped_at=now)
        with pytest.raises(IntegrityError, match="stop_stands_once_per_gateway"), atomic():
            Stop.objects.create(because=WHY, stopped_at=now)


@pytest.mark.django_db
class TestCommand:
    def test_it_stops_shows_and_resumes(self, pay, provider, capsys):
        call_command("payouts", stop=WHY)
        pay()
        call_command("payouts")
        assert WHY in capsys.readouterr().out
        call_command("payouts", resume="Cleared up.", json=True)
        assert capsys.readouterr().out.splitlines()[-1] == '{"stopped": [], "on_the_way": {"reserved": 1}}'

    def test_it_says_what_it_refuses(self):
        with pytest.raises(CommandError, match="not stopped"):
            call_command("payouts", resume="Why not?")


@pytest.mark.django_db(transaction=True)
class TestUnderFire:
    def test_a_call_that_is_under_way_ends_and_no_other_begins(self, pay, provider, stop, resume, monkeypatch):
        first, second = pay("first"), pay("second")
        called, stopped, send = Event(), Event(), Sandbox.send

        def slow(gateway, payout):
            called.set()
            assert stopped.wait(20)
            return send(gateway, payout)

        monkeypatch.setattr(Sandbox, "send", slow)

        def stop_meanwhile():
            assert called.wait(20)
            stop()
            connection.close()
            stopped.set()

        at_once(partial(send_due, now=first.next_at), stop_meanwhile)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status) == (Status.SETTLED, Status.RESERVED)
        assert (provider.paid(first), provider.paid(second)) == ([12_50], [])
        resume()
        sweep_until_it_ends(second)
        assert provider.paid(second) == [12_50]
        assert [*prove_books(), *prove()] == []

    @pytest.mark.parametrize("step", ["payouts.before_claim_is_committed", "payouts.before_call", "payouts.after_call"])
    def test_a_stop_and_a_killed_sender_pay_once_after_all(self, pay, provider, stop, resume, step):
        payout = pay()
        assert run_python(SWEEP, crash_at=step) == -signal.SIGKILL
        stop()
        assert run_python(SWEEP) == 0
        assert sum(provider.paid(payout)) == (12_50 if step == "payouts.after_call" else 0)
        assert [*prove_books(), *prove()] == []
        resume()
        sweep_until_it_ends(payout)
        assert_paid_once(payout, provider)

    @pytest.mark.parametrize(
        ("step", "stands"),
        [("payouts.before_stop_is_committed", False), ("payouts.before_resumption_is_committed", True)],
    )
    def test_a_switch_that_is_killed_half_way_was_not_moved(self, stop, step, stands):
        if stands:
            stop()
        verb = "resume_payouts" if stands else "stop_payouts"
        code = (
            f"from django.utils import timezone; from payouts.actions import {verb};"
            f" {verb}(because='x', by=None, at=timezone.now())"
        )
        assert run_python(code, crash_at=step) == -signal.SIGKILL
        assert Stop.objects.standing().exists() is stands
        assert run_python(code) == 0
        assert Stop.objects.standing().exists() is not stands

    def test_hundreds_that_waited_are_each_paid_once(self, pay, stop, resume, now, consumer):
        stop()
        for number in range(50):
            pay(f"k{number}", gateway="wallet", amount=1)
        resume()
        at_once(*[partial(send_due, now=now)] * 4)
        assert balance_of(wallet_of(consumer.pk, "GBP")).posted == 50
        assert not Payout.objects.exclude(status=Status.SETTLED).exists()
        assert [*prove_books(), *prove()] == []
