"""Payouts as finance sees them: how many are on their way, and every step of each."""

import pytest

from ledger.actions import Posting
from ledger.chart import payable_to, settlement_of
from ledger.models import TransferKind
from payouts.actions import start

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def pay(consumer, shop, now):
    def paid(key, gateway="wallet"):
        funding = Posting(
            key=key, debit=settlement_of(shop.pk, "CNY"), credit=payable_to(consumer.pk, "CNY"), amount=45_00,
            kind=TransferKind.REFUND, happened_at=now,
        )  # fmt: skip
        return start(key=key, payee=consumer, amount=45_00, currency="CNY", gateway=gateway, at=now, funding=[funding])

    return paid


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_those_on_their_way_are_counted_by_status(books, pay, language):
    books.cookies["redress_language"] = language
    settled, waiting = pay("one"), pay("two", "sandbox")
    page = books.get("/payouts/")
    assert {payout.pk for payout in page.context["payouts"]} == {settled.pk, waiting.pk}
    assert page.context["on_the_way"] == [("reserved", 1)]
    assert [payout.pk for payout in books.get("/payouts/?status=reserved").context["payouts"]] == [waiting.pk]


def test_an_unknown_status_shows_all(books, pay):
    pay("one")
    assert len(books.get("/payouts/?status=nonsense").context["payouts"]) == 1


def test_a_payout_shows_its_steps_and_never_says_paid_before_it_is_confirmed(books, pay):
    page = books.get(f"/payouts/{pay('one', 'sandbox').pk}/").text
    assert "Set aside for you." in page
    assert "The money has arrived." not in page
    assert "The money has arrived." in books.get(f"/payouts/{pay('two').pk}/").text


def test_nobody_but_finance_sees_them(client, consumer, merchant, agent, operator, pay):
    found = pay("one")
    for person in (consumer, merchant, agent, operator):
        client.force_login(person)
        assert client.get("/payouts/").status_code == 404
        assert client.get(f"/payouts/{found.pk}/").status_code == 404
