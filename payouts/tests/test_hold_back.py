"""A conspicuous payout does not leave by itself: its money is set aside until a second person has looked."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.transaction import atomic

from common.at_once import at_once
from ledger.actions import Posting
from ledger.chart import balance_of, payable_to, settlement_of, wallet_of
from ledger.models import TransferKind
from notices.models import Notice
from payouts.actions import Start, send_due, start, start_all
from payouts.models import Approval, Attention, Limits, Payout, Status
from payouts.proofs import prove
from payouts.rules import SINCE

pytestmark = pytest.mark.django_db

LARGE = 10_000_00  # the default in GBP


def waits(payout):
    payout.refresh_from_db()
    return (payout.status, payout.attention, payout.next_at) == (Status.RESERVED, Attention.APPROVAL, None)


@pytest.mark.parametrize("gateway", ["wallet", "sandbox"])
def test_a_large_payout_waits_with_its_money_set_aside(pay, consumer, finance, now, provider, gateway):
    payout = pay(amount=LARGE + 1, gateway=gateway)
    assert waits(payout)
    payable = balance_of(payable_to(consumer.pk, "GBP"))
    assert (payable.posted, payable.available) == (LARGE + 1, 0)
    assert send_due(now=now + timedelta(days=30)) == 0
    assert waits(payout)
    assert balance_of(wallet_of(consumer.pk, "GBP")).posted == 0
    assert [test["code"] for test in payout.approvals.get().trace["tests"] if not test["passed"]] == ["large"]
    assert Notice.objects.filter(recipient=finance, kind="payout_waits_for_approval").count() == 1
    assert list(prove()) == []


@pytest.mark.parametrize("gateway", ["wallet", "sandbox"])
def test_at_the_limit_it_leaves(pay, provider, gateway):
    payout = pay(amount=LARGE, gateway=gateway)
    payout.refresh_from_db()
    assert payout.status == (Status.SETTLED if gateway == "wallet" else Status.RESERVED)
    assert payout.attention == Attention.NONE
    assert payout.status == Status.SETTLED or payout.next_at == payout.created_at
    assert list(payout.moves.order_by("id").values_list("became", flat=True))[-1] == payout.status
    assert not Approval.objects.exists()
    assert list(prove()) == []


def test_parts_of_a_day_are_added_up(pay):
    parts = [pay(f"part:{number}", gateway="wallet", amount=LARGE // 4) for number in range(4)]
    assert {payout.status for payout in parts} == {Status.SETTLED}
    last = pay("part:last", gateway="wallet", amount=1)
    assert waits(last)
    assert last.approvals.get().trace["facts"]["paid_today"] == LARGE


def test_parts_of_one_batch_are_added_up(consumer, now):
    wanted = [begun(f"part:{number}", consumer, LARGE // 40, now) for number in range(41)]
    with atomic():
        started = start_all(wanted)
    assert [payout.status for payout in started[:40]] == [Status.SETTLED] * 40
    assert waits(started[40])
    assert list(prove()) == []


def begun(key, payee, amount, at):
    funding = Posting(
        key=key, debit=settlement_of(1, "GBP"), credit=payable_to(payee.pk, "GBP"), amount=amount,
        kind=TransferKind.REFUND, happened_at=at,
    )  # fmt: skip
    return Start(key=key, payee=payee, amount=amount, currency="GBP", gateway="wallet", at=at, funding=[funding])


def test_what_was_paid_a_day_ago_counts_no_more(pay, consumer, now):
    pay("yesterday", gateway="wallet", amount=LARGE)
    Payout.objects.update(created_at=now - timedelta(days=1))
    assert pay("today", gateway="wallet", amount=LARGE).status == Status.SETTLED


def test_what_waits_for_a_person_does_not_hold_back_what_comes_after(pay):
    assert waits(pay("first", gateway="wallet", amount=LARGE + 1))
    assert pay("second", gateway="wallet", amount=LARGE).status == Status.SETTLED


def test_what_others_got_and_other_currencies_do_not_count(pay, consumer2, now):
    pay("first", gateway="wallet", amount=LARGE)
    [payout] = start_all([begun("second", consumer2, LARGE, now)])
    assert payout.status == Status.SETTLED


def test_too_many_in_a_day_wait(pay, now):
    terms(large=10**9, many=3, at=now)
    assert [pay(f"k{number}", gateway="wallet", amount=1).status for number in range(3)] == [Status.SETTLED] * 3
    assert waits(pay("k3", gateway="wallet", amount=1))


def test_a_sum_beyond_the_payees_usual_waits(pay, now):
    for number in range(5):
        pay(f"k{number}", gateway="wallet", amount=100_00)
    assert pay("k5", gateway="wallet", amount=1_000_00).status == Status.SETTLED
    assert waits(pay("k6", gateway="wallet", amount=1_000_01))


def test_a_merchant_may_give_more_of_its_own(pay, consumer, merchant, agent, now):
    by_merchant, by_agent = (
        start(**{name: getattr(begun(key, consumer, LARGE + 1, now), name) for name in FIELDS}, made_by=maker)
        for key, maker in (("merchant", merchant), ("agent", agent))
    )
    assert by_merchant.status == Status.SETTLED
    assert waits(by_agent)
    assert by_agent.approvals.get().made_by == agent


FIELDS = ("key", "payee", "amount", "currency", "gateway", "at", "funding")


def test_terms_that_finance_set_hold_from_then_on(pay, now):
    terms(large=5_00, at=now + timedelta(seconds=1))
    assert pay("before", gateway="wallet", amount=6_00).status == Status.SETTLED
    terms(large=5_00, at=now)
    assert waits(pay("after", gateway="wallet", amount=6_00))


def terms(*, large, at, many=100):
    return Limits.objects.create(
        currency="GBP", large=large, large_for_merchant=10**9, many=many, times_usual=10, because="audit", set_at=at
    )


def test_records_of_another_time_are_not_judged(consumer):
    [payout] = start_all([begun("old", consumer, 10**9, SINCE - timedelta(days=1))])
    assert payout.status == Status.SETTLED


def test_started_again_under_its_key_it_still_waits_once(pay, finance):
    first, second = pay(amount=LARGE + 1), pay(amount=LARGE + 1)
    assert first.pk == second.pk
    assert waits(second)
    assert Approval.objects.count() == 1
    assert Notice.objects.filter(recipient=finance).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("parts", "waiting"), [(8, 16), (40, 20)])
def test_parts_that_are_started_at_once_are_added_up(pay, parts, waiting):
    calls = [
        partial(pay, f"part:{number}", gateway="wallet", amount=LARGE // parts) for number in range(parts + waiting)
    ]
    at_once(*calls)
    settled = Payout.objects.filter(status=Status.SETTLED)
    assert sum(settled.values_list("amount", flat=True)) == LARGE
    assert Approval.objects.count() == waiting
    assert list(prove()) == []
