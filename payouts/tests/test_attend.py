"""What a person does about a payout that was left to them never pays twice, whatever the truth turns out to be."""

from datetime import timedelta

import pytest

from ledger.chart import balance_of, clearing_at, wallet_of
from payouts.actions import NotWaitingForAPerson, ask_again, call_off, send_next, unpark
from payouts.models import Attention, Payout, Status
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30)


@pytest.fixture(params=["sandbox", "stripe"])
def payout(request, pay, provider):
    return pay(gateway=request.param)


@pytest.fixture
def later(now):
    return now + MONTH + timedelta(days=1)


@pytest.fixture
def left_alone(payout, provider, now, later):
    """One whose answer was lost, which nobody could ask about for a month; whether it was paid, the test says."""

    def leave(*, paid):
        provider.plan(payout, "error_after" if paid else "error_before")
        send_next(now=now)
        Payout.objects.filter(pk=payout.pk).update(next_at=later)
        send_next(now=later)
        payout.refresh_from_db()
        assert payout.attention == Attention.KEY_WINDOW
        return payout

    return leave


def arrived(payout: Payout) -> dict[str, int]:
    places = {"provider": clearing_at(payout.gateway, "GBP"), "wallet": wallet_of(payout.payee_id, "GBP")}
    return {place: balance_of(name).posted for place, name in places.items() if balance_of(name).posted}


class TestAskAgain:
    def test_what_was_paid_is_settled(self, left_alone, provider, finance, later):
        payout = left_alone(paid=True)
        ask_again(payout=payout.pk, by=finance, at=later)
        send_next(now=later)
        payout.refresh_from_db()
        assert (payout.status, payout.attention, arrived(payout)) == (Status.SETTLED, "", {"provider": 12_50})

    def test_what_the_provider_knows_nothing_of_waits_again_and_is_never_sent(
        self, left_alone, provider, finance, later
    ):
        payout = left_alone(paid=False)
        for _ in range(3):
            ask_again(payout=payout.pk, by=finance, at=later)
            assert send_next(now=later)
            assert not send_next(now=later + MONTH)
        payout.refresh_from_db()
        assert (payout.attention, payout.attempts_made, provider.paid(payout)) == (Attention.KEY_WINDOW, 1, [])


class TestCallOff:
    def test_what_was_not_paid_is_paid_by_the_wallet(self, left_alone, provider, finance, later):
        payout = left_alone(paid=False)
        call_off(payout=payout.pk, by=finance, at=later)
        send_next(now=later)
        payout.refresh_from_db()
        assert (payout.status, payout.called_off_by) == (Status.RELEASED, finance)
        assert (arrived(payout), provider.paid(payout)) == ({"wallet": 12_50}, [])
        assert payout.moves.filter(because=f"called off by user:{finance.pk}").exists()
        assert list(prove()) == []

    def test_what_was_paid_after_all_is_settled_and_not_replaced(self, left_alone, provider, finance, later):
        payout = left_alone(paid=True)
        call_off(payout=payout.pk, by=finance, at=later)
        send_next(now=later)
        payout.refresh_from_db()
        assert (payout.status, arrived(payout), provider.paid(payout)) == (Status.SETTLED, {"provider": 12_50}, [12_50])

    def test_without_the_providers_promise_it_waits_for_the_person_again(self, left_alone, provider, finance, later):
        payout = left_alone(paid=False)
        provider.plan(payout, "error_before", operation="cancellation")
        call_off(payout=payout.pk, by=finance, at=later)
        send_next(now=later)
        payout.refresh_from_db()
        assert (payout.attention, payout.called_off_by, payout.next_at) == (Attention.KEY_WINDOW, None, None)
        assert arrived(payout) == {}

    def test_asking_afterwards_never_sends_it_also_while_its_key_is_good(self, payout, provider, finance, now):
        Payout.objects.filter(pk=payout.pk).update(next_at=now)
        provider.plan(payout, "rate_limited")
        send_next(now=now)
        Payout.objects.filter(pk=payout.pk).update(attention=Attention.PARKED, next_at=None)
        provider.plan(payout, "error_before", operation="cancellation")
        for verb in (call_off, ask_again):
            verb(payout=payout.pk, by=finance, at=now)
            send_next(now=now)
        payout.refresh_from_db()
        assert (payout.attention, payout.attempts_made, provider.paid(payout)) == (Attention.KEY_WINDOW, 1, [])

    def test_what_is_on_its_way_after_all_is_followed_again(self, payout, provider, finance, now):
        provider.plan(payout, "pending")
        send_next(now=now)
        Payout.objects.filter(pk=payout.pk).update(attention=Attention.UNCONFIRMED)
        call_off(payout=payout.pk, by=finance, at=now)
        send_next(now=now)
        payout.refresh_from_db()
        assert (payout.status, payout.attention, payout.called_off_by) == (Status.SENT, "", None)
        provider.settle(payout)
        sweep_until_it_ends(payout)
        assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])


class TestUnpark:
    def test_it_is_tried_again_as_often_as_any_other(self, payout, provider, finance, now):
        Payout.objects.filter(pk=payout.pk).update(attention=Attention.PARKED, next_at=None, tries=10, failure="a bug")
        unpark(payout=payout.pk, by=finance, at=now)
        sweep_until_it_ends(payout)
        assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])


@pytest.mark.parametrize("verb", [ask_again, call_off, unpark])
class TestEveryVerb:
    def test_what_the_machine_takes_care_of_is_left_to_it(self, payout, provider, finance, now, verb):
        with pytest.raises(NotWaitingForAPerson):
            verb(payout=payout.pk, by=finance, at=now)
        sweep_until_it_ends(payout)
        with pytest.raises(NotWaitingForAPerson):
            verb(payout=payout.pk, by=finance, at=now)

    def test_what_waits_for_an_approval_is_not_theirs(self, payout, finance, now, verb):
        Payout.objects.filter(pk=payout.pk).update(attention=Attention.APPROVAL, next_at=None)
        with pytest.raises(NotWaitingForAPerson):
            verb(payout=payout.pk, by=finance, at=now)

    def test_nobody_but_finance_does_anything_about_it(self, left_alone, merchant, agent, consumer, later, verb):
        payout = left_alone(paid=False)
        for other in (merchant, agent, consumer):
            with pytest.raises(NotWaitingForAPerson):
                verb(payout=payout.pk, by=other, at=later)


def test_one_that_was_never_sent_is_not_called_off_but_tried_again(payout, finance, now):
    Payout.objects.filter(pk=payout.pk).update(attention=Attention.PARKED, next_at=None)
    with pytest.raises(NotWaitingForAPerson):
        call_off(payout=payout.pk, by=finance, at=now)
