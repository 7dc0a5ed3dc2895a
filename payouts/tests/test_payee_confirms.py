"""A payee who has to take the money is told so, reminded once, and paid through the wallet when their time is over."""

from datetime import timedelta

import pytest

from ledger.chart import balance_of, wallet_of
from notices.models import Notice
from payouts.actions import call_off, send_next
from payouts.models import Attention, Payout, Status
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.sandbox import PAYEES_TIME

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(params=["sandbox", "stripe"])
def payout(request, pay, provider, now):
    payout = pay(gateway=request.param)
    provider.plan(payout, "confirm")
    send_next(now=now)
    payout.refresh_from_db()
    return payout


def sweep_until(payout: Payout, end) -> None:
    """Let time pass, our clock's and not the provider's, from one due moment to the next."""
    while payout.next_at is not None and payout.next_at < end:
        send_next(now=payout.next_at)
        payout.refresh_from_db()


def told(payout: Payout) -> list[str]:
    return list(Notice.objects.filter(recipient=payout.payee).order_by("id").values_list("kind", flat=True))


def test_it_is_on_its_way_and_says_until_when_it_waits_for_them(payout, now):
    assert payout.status == Status.SENT
    assert abs(payout.confirm_by - now - PAYEES_TIME) < timedelta(minutes=1)
    assert told(payout) == ["payout_to_confirm"]


def test_they_are_reminded_once_when_a_quarter_of_the_time_is_left(payout, now):
    sweep_until(payout, now + 18 * HOUR - timedelta(minutes=2))
    assert told(payout) == ["payout_to_confirm"]
    sweep_until(payout, now + 23 * HOUR)
    assert told(payout) == ["payout_to_confirm", "payout_to_confirm_soon"]


def test_when_they_confirm_it_is_paid(payout, provider, now):
    provider.confirm(payout)
    sweep_until_it_ends(payout)
    assert (payout.status, provider.paid(payout)) == (Status.SETTLED, [12_50])
    assert told(payout) == ["payout_to_confirm", "payout_settled"]


def test_when_their_time_is_over_the_provider_is_asked_and_the_wallet_pays(payout, provider, now):
    end = payout.confirm_by
    sweep_until(payout, end - timedelta(seconds=1))
    assert payout.next_at <= end
    provider.go_ahead(days=1, seconds=5)
    send_next(now=end)
    payout.refresh_from_db()
    assert (payout.status, payout.attention, provider.paid(payout)) == (Status.RELEASED, "", [])
    assert balance_of(wallet_of(payout.payee_id, "GBP")).posted == 12_50
    assert told(payout)[-1] == "payout_replaced_by_wallet"
    provider.confirm(payout)
    assert provider.paid(payout) == []
    assert list(prove()) == []


def test_a_provider_that_has_not_taken_it_back_yet_is_asked_on_and_finance_sees_it(payout, provider, now):
    sweep_until(payout, payout.confirm_by + HOUR)
    assert (payout.status, payout.attention) == (Status.SENT, Attention.UNCONFIRMED)
    assert payout.next_at is not None
    provider.confirm(payout)
    sweep_until_it_ends(payout)
    assert (payout.status, payout.attention, provider.paid(payout)) == (Status.SETTLED, "", [12_50])


def test_finance_may_call_off_what_nobody_confirmed(payout, provider, finance, now):
    sweep_until(payout, payout.confirm_by + HOUR)
    call_off(payout=payout.pk, by=finance, at=payout.next_at)
    send_next(now=payout.next_at)
    payout.refresh_from_db()
    assert payout.status == Status.RELEASED
    provider.confirm(payout)
    assert provider.paid(payout) == []
