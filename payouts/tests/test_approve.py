"""A second person lets a large payout leave; the one who awarded it never does."""

import signal
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from common.at_once import at_once
from ledger.chart import balance_of, wallet_of
from ledger.proofs import prove as prove_books
from notices.models import Notice
from payouts.actions import (
    MakerIsNotChecker,
    NotForYou,
    NotWaitingForApproval,
    ReasonMissing,
    approve,
    remind_of_approvals,
    send_due,
    stop_payouts,
)
from payouts.models import Approval, Attention, Payout, Status
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.worker import run_python

LARGE = 10_000_01
WHY = "Compared with the invoice."


@pytest.fixture
def waiting(pay):
    return partial(pay, amount=LARGE)


def standing(payout):
    return Payout.objects.values_list("status", "attention").get(pk=payout.pk)


@pytest.mark.django_db
class TestApprove:
    @pytest.mark.parametrize("gateway", ["wallet", "sandbox"])
    def test_it_goes_on_as_it_would_have(self, waiting, provider, finance, now, gateway):
        payout = waiting(gateway=gateway)
        later = now + timedelta(hours=2)
        approval = approve(payout=payout, by=finance, because=WHY, at=later)
        assert (approval.approved_by, approval.approved_at, approval.because) == (finance, later, WHY)
        sweep_until_it_ends(payout)
        assert standing(payout) == (Status.SETTLED, Attention.NONE)
        assert sum(provider.paid(payout)) == (LARGE if gateway == "sandbox" else 0)
        assert balance_of(wallet_of(payout.payee_id, "GBP")).posted == (LARGE if gateway == "wallet" else 0)
        assert [*prove_books(), *prove()] == []

    def test_the_maker_is_not_the_checker(self, waiting, finance, finance2, now):
        payout = waiting(gateway="wallet")
        Approval.objects.update(made_by=finance)
        with pytest.raises(MakerIsNotChecker):
            approve(payout=payout, by=finance, because=WHY, at=now)
        assert standing(payout) == (Status.RESERVED, Attention.APPROVAL)
        approve(payout=payout, by=finance2, because=WHY, at=now)

    def test_nor_does_the_database_take_the_maker(self, waiting, finance, now):
        waiting(gateway="wallet")
        given = {"because": WHY, "approved_by": finance, "approved_at": now, "due_at": None}
        with pytest.raises(IntegrityError, match="approval_checker_is_not_its_maker"), atomic():
            Approval.objects.update(made_by=finance, **given)

    def test_nobody_but_finance_approves(self, waiting, consumer, merchant, agent, senior, operator, now):
        payout = waiting(gateway="wallet")
        for person in (consumer, merchant, agent, senior, operator):
            with pytest.raises(NotForYou):
                approve(payout=payout, by=person, because=WHY, at=now)
        assert standing(payout) == (Status.RESERVED, Attention.APPROVAL)

    def test_again_by_the_same_person_it_changes_nothing(self, waiting, finance, finance2, now):
        payout = waiting(gateway="wallet")
        first = approve(payout=payout, by=finance, because=WHY, at=now)
        again = approve(payout=payout, by=finance, because="Once more.", at=now + timedelta(hours=1))
        assert (again.because, again.approved_at) == (WHY, first.approved_at)
        with pytest.raises(NotWaitingForApproval):
            approve(payout=payout, by=finance2, because=WHY, at=now)

    def test_what_nobody_asked_about_cannot_be_approved(self, pay, finance, now):
        with pytest.raises(NotWaitingForApproval):
            approve(payout=pay(gateway="wallet"), by=finance, because=WHY, at=now)

    def test_it_needs_a_reason(self, waiting, finance, now):
        with pytest.raises(ReasonMissing):
            approve(payout=waiting(gateway="wallet"), by=finance, because=" ", at=now)

    def test_what_is_approved_waits_for_the_end_of_a_stop(self, waiting, finance, now):
        payout = waiting(gateway="wallet")
        stop_payouts(because="Audit.", by=finance, at=now)
        approve(payout=payout, by=finance, because=WHY, at=now)
        assert send_due(now=now) == 0
        assert standing(payout) == (Status.RESERVED, Attention.NONE)

    def test_what_was_approved_counts_no_more_toward_the_day(self, waiting, pay, finance, now):
        approve(payout=waiting(gateway="wallet"), by=finance, because=WHY, at=now)
        assert pay("next", gateway="wallet", amount=1).status == Status.SETTLED


@pytest.mark.django_db
class TestRemind:
    def test_finance_is_reminded_after_four_hours_and_then_daily(self, waiting, finance, finance2, now):
        waiting(gateway="wallet")

        def told():
            return Notice.objects.filter(recipient=finance, kind="payout_waits_for_approval").count()

        four_hours, day = timedelta(hours=4), timedelta(days=1)
        moments = {four_hours - timedelta(seconds=1): 1, four_hours: 2, four_hours + day / 2: 2, four_hours + day: 3}
        for after, number in moments.items():
            remind_of_approvals(now=now + after)
            assert told() == number
        assert Notice.objects.filter(recipient=finance2).count() == told()
        assert Approval.objects.get().reminders == 2

    def test_nobody_is_reminded_of_what_is_approved(self, waiting, finance, now):
        approve(payout=waiting(gateway="wallet"), by=finance, because=WHY, at=now)
        assert remind_of_approvals(now=now + timedelta(days=9)) == 0


@pytest.mark.django_db(transaction=True)
class TestUnderFire:
    def test_of_two_who_approve_at_once_one_does(self, waiting, provider, finance, finance2, now):
        payout = waiting()
        outcomes = at_once(
            *[partial(approve, payout=payout, by=person, because=WHY, at=now) for person in (finance, finance2)]
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approval", "NotWaitingForApproval"]
        sweep_until_it_ends(payout)
        assert provider.paid(payout) == [LARGE]

    @pytest.mark.parametrize("step", ["payouts.before_approval_is_committed", "payouts.before_reminder_is_committed"])
    def test_killed_half_way_it_did_not_happen_and_can_be_done_again(self, waiting, finance, now, step):
        payout = waiting(gateway="wallet")
        verb = (
            f"approve(payout=Payout.objects.get(pk={payout.pk}), by=User.objects.get(pk={finance.pk}),"
            " because='x', at=timezone.now())"
            if "approval" in step
            else "remind_of_approvals(now=timezone.now() + timedelta(hours=5))"
        )
        code = (
            "from datetime import timedelta; from django.utils import timezone; from accounts.models import User;"
            f" from payouts.actions import *; from payouts.models import Payout; {verb}"
        )
        assert run_python(code, crash_at=step) == -signal.SIGKILL
        assert standing(payout) == (Status.RESERVED, Attention.APPROVAL)
        assert Approval.objects.get().reminders == 0
        assert run_python(code) == 0
        assert [*prove_books(), *prove()] == []
