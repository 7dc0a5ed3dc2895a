"""A large payout is called off by two: who found that it was not paid, and who looked as well."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from ledger.chart import balance_of, clearing_at, wallet_of
from notices.models import Notice
from payouts.actions import (
    MakerIsNotChecker,
    NotForYou,
    NotWaitingForApproval,
    WaitsForASecondPerson,
    approve,
    ask_again,
    call_off,
    remind_of_approvals,
    send_next,
    unpark,
)
from payouts.models import Approval, Attention, Payout, Status
from payouts.proofs import prove

pytestmark = pytest.mark.django_db

LARGE = 10_000_01
WHY = "Their list of payments does not have it."
ABOUT = Approval.About


@pytest.fixture
def later(now):
    return now + timedelta(days=31)


@pytest.fixture
def in_doubt(pay, provider, finance, now, later):
    """One that was never paid, which nobody could ask about for a month."""

    def in_doubt(key="claim:1:refund:1", amount=LARGE, fault="error_before"):
        payout = pay(key, amount=amount)
        if payout.attention:
            approve(payout=payout, by=finance, because="The invoice says so.", at=now)
        provider.plan(payout, fault)
        Payout.objects.filter(pk=payout.pk).update(next_at=now)
        send_next(now=now)
        Payout.objects.filter(pk=payout.pk).update(next_at=later)
        send_next(now=later)
        return fresh(payout)

    return in_doubt


def fresh(payout):
    return Payout.objects.get(pk=payout.pk)


def to_call_off():
    return Approval.objects.to_call_off()


def in_wallet(payout):
    return balance_of(wallet_of(payout.payee_id, "GBP")).posted


def test_nothing_happens_to_it_before_a_second_person_agrees(in_doubt, provider, finance, finance2, later):
    payout = in_doubt()
    assert payout.attention == Attention.KEY_WINDOW
    call_off(payout=payout.pk, by=finance, at=later)
    assert (fresh(payout).attention, fresh(payout).next_at, fresh(payout).called_off_by) == (
        Attention.KEY_WINDOW, None, None,
    )  # fmt: skip
    assert not send_next(now=later)
    asked = to_call_off().waiting().get()
    assert (asked.made_by, asked.trace["tests"][0]["measured"]) == (finance, LARGE)
    approve(payout=payout, by=finance2, because=WHY, at=later)
    assert fresh(payout).called_off_by == finance
    send_next(now=later)
    assert (fresh(payout).status, in_wallet(payout), provider.paid(payout)) == (Status.RELEASED, LARGE, [])
    asked.refresh_from_db()
    assert (asked.approved_by, asked.because, asked.due_at) == (finance2, WHY, None)
    assert list(prove()) == []


def test_what_was_paid_after_all_is_settled_although_two_said_otherwise(in_doubt, provider, finance, finance2, later):
    payout = in_doubt(fault="error_after")
    call_off(payout=payout.pk, by=finance, at=later)
    approve(payout=payout, by=finance2, because=WHY, at=later)
    send_next(now=later)
    assert (fresh(payout).status, in_wallet(payout)) == (Status.SETTLED, 0)
    assert balance_of(clearing_at("sandbox", "GBP")).posted == LARGE


def test_who_asked_for_it_never_agrees_and_asks_once(in_doubt, finance, finance2, later):
    payout = in_doubt()
    for _ in range(2):
        call_off(payout=payout.pk, by=finance, at=later)
    with pytest.raises(MakerIsNotChecker):
        approve(payout=payout, by=finance, because=WHY, at=later)
    assert to_call_off().count() == 1
    given = {"because": WHY, "approved_by": finance, "approved_at": later, "due_at": None}
    with pytest.raises(IntegrityError, match="approval_checker_is_not_its_maker"), atomic():
        to_call_off().update(**given)


def test_to_ask_for_the_same_is_not_to_agree(in_doubt, finance, finance2, later):
    payout = in_doubt()
    call_off(payout=payout.pk, by=finance, at=later)
    with pytest.raises(WaitsForASecondPerson):
        call_off(payout=payout.pk, by=finance2, at=later)
    assert fresh(payout).called_off_by is None


def test_nobody_but_finance_agrees(in_doubt, finance, consumer, merchant, agent, senior, operator, later):
    payout = in_doubt()
    call_off(payout=payout.pk, by=finance, at=later)
    for person in (consumer, merchant, agent, senior, operator):
        with pytest.raises(NotForYou):
            approve(payout=payout, by=person, because=WHY, at=later)


class TestWhatIsLarge:
    def test_one_at_the_limit_is_called_off_by_one_person(self, in_doubt, finance, later):
        payout = in_doubt(amount=LARGE - 1)
        call_off(payout=payout.pk, by=finance, at=later)
        assert (fresh(payout).called_off_by, to_call_off().count()) == (finance, 0)

    def test_parts_for_one_payee_are_added_up_also_when_others_call_them_off(self, in_doubt, finance, finance2, later):
        first, second = in_doubt("one", amount=6_000_00), in_doubt("two", amount=4_000_01)
        call_off(payout=first.pk, by=finance, at=later)
        send_next(now=later)
        assert fresh(first).status == Status.RELEASED
        call_off(payout=second.pk, by=finance2, at=later + timedelta(hours=23))
        assert fresh(second).called_off_by is None
        assert to_call_off().waiting().get().trace["tests"][0]["measured"] == LARGE

    def test_what_was_called_off_a_day_ago_counts_no_more(self, in_doubt, finance, later):
        first, second = in_doubt("one", amount=6_000_00), in_doubt("two", amount=4_000_01)
        call_off(payout=first.pk, by=finance, at=later)
        send_next(now=later)
        call_off(payout=second.pk, by=finance, at=later + timedelta(hours=24))
        assert fresh(second).called_off_by == finance

    def test_what_two_agreed_to_counts_no_more(self, in_doubt, finance, finance2, later):
        first, second = in_doubt("one"), in_doubt("two", amount=5_00)
        call_off(payout=first.pk, by=finance, at=later)
        approve(payout=first, by=finance2, because=WHY, at=later)
        send_next(now=later)
        call_off(payout=second.pk, by=finance, at=later)
        assert fresh(second).called_off_by == finance


class TestWithoutAnAnswer:
    def test_finance_is_told_and_reminded_while_it_is_stuck(self, in_doubt, finance, finance2, later):
        payout = in_doubt()
        call_off(payout=payout.pk, by=finance, at=later)
        told = Notice.objects.filter(kind="payout_waits_to_be_called_off")
        assert [told.filter(recipient=person).count() for person in (finance, finance2)] == [1, 1]
        for after, number in ((timedelta(hours=4), 2), (timedelta(hours=28), 3)):
            remind_of_approvals(now=later + after)
            assert told.filter(recipient=finance2).count() == number

    def test_it_lapses_when_the_payout_goes_on_by_itself(self, in_doubt, provider, finance, finance2, later):
        payout = in_doubt(fault="error_after")
        call_off(payout=payout.pk, by=finance, at=later)
        ask_again(payout=payout.pk, by=finance2, at=later)
        send_next(now=later)
        assert fresh(payout).status == Status.SETTLED
        with pytest.raises(NotWaitingForApproval):
            approve(payout=payout, by=finance2, because=WHY, at=later)
        assert not to_call_off().waiting().exists()
        assert remind_of_approvals(now=later + timedelta(hours=4)) == 0
        asked = to_call_off().get()
        assert (asked.lapsed_at, asked.due_at) == (later + timedelta(hours=4), None)

    def test_it_lapses_when_the_payout_is_tried_again(self, in_doubt, finance, finance2, later):
        payout = in_doubt()
        Payout.objects.filter(pk=payout.pk).update(attention=Attention.PARKED, status=Status.FAILED)
        call_off(payout=payout.pk, by=finance, at=later)
        unpark(payout=payout.pk, by=finance2, at=later)
        assert to_call_off().get().lapsed_at == later
        with pytest.raises(NotWaitingForApproval):
            approve(payout=payout, by=finance2, because=WHY, at=later)

    def test_without_the_providers_promise_both_are_asked_again(self, in_doubt, provider, finance, finance2, later):
        payout = in_doubt()
        call_off(payout=payout.pk, by=finance, at=later)
        provider.plan(payout, "error_before", operation="cancellation")
        approve(payout=payout, by=finance2, because=WHY, at=later)
        send_next(now=later)
        assert (fresh(payout).attention, fresh(payout).called_off_by) == (Attention.KEY_WINDOW, None)
        call_off(payout=payout.pk, by=finance2, at=later)
        assert fresh(payout).called_off_by is None
        approve(payout=payout, by=finance, because=WHY, at=later)
        send_next(now=later)
        assert fresh(payout).status == Status.RELEASED


class TestPages:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_one_asks_and_another_agrees(self, client, in_doubt, finance, finance2, language):
        client.cookies["redress_language"] = language
        there = f"/payouts/{in_doubt().pk}/"
        client.force_login(finance)
        assert len(client.get(f"{there}calling-off/").context["happens"]) == 4
        client.post(f"{there}calling-off/")
        page = client.get(there)
        assert (page.context["to_call_off"].made_by, [verb.name for verb in page.context["verbs"]]) == (
            finance, ["payout-inquiry"],
        )  # fmt: skip
        assert client.post(f"{there}approval/", {"because": WHY}).status_code == 403
        client.force_login(finance2)
        assert f"{there}approval/" in client.get(there).text
        assert "grave" in client.get(f"{there}approval/").text
        assert client.post(f"{there}approval/", {"because": " "}).status_code == 422
        assert client.post(f"{there}approval/", {"because": WHY}).url == there
        assert Payout.objects.get().called_off_by == finance
        assert WHY in client.get(there).text

    def test_a_small_one_says_nothing_of_a_second_person(self, client, in_doubt, finance):
        there = f"/payouts/{in_doubt(amount=5_00).pk}/"
        client.force_login(finance)
        assert len(client.get(f"{there}calling-off/").context["happens"]) == 3
        client.post(f"{there}calling-off/")
        assert Payout.objects.get().called_off_by == finance

    def test_the_second_to_ask_is_told_to_approve(self, client, in_doubt, finance, finance2, later):
        payout = in_doubt()
        call_off(payout=payout.pk, by=finance, at=later)
        client.force_login(finance2)
        page = client.post(f"/payouts/{payout.pk}/calling-off/", follow=True)
        assert "It is called off when you approve that." in page.text
