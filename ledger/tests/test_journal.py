"""The journal on the page: every transfer, and the account behind a figure."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.actions import Posting, post
from ledger.chart import client_cash, settlement_of
from ledger.models import Account, TransferKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


def move(key, merchant, now, amount=10_00):
    return post(
        Posting(
            key=key, debit=client_cash("CNY"), credit=settlement_of(merchant.pk, "CNY"), amount=amount,
            kind=TransferKind.SETTLEMENT, happened_at=now,
        )
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_transfers_name_the_business_and_lead_to_its_account(books, shop, now, language):
    books.cookies["redress_language"] = language
    move("first", shop, now)
    page = books.get("/journal/")
    account = Account.objects.get(kind="merchant_settlement")
    assert f"/journal/accounts/{account.pk}/" in page.text
    assert ("街角小店" if language == "zh-hans" else "Corner Shop") in page.text
    assert books.get(f"/journal/accounts/{account.pk}/").context["balance"].posted == 10_00


def test_a_transfer_is_found_by_its_key(books, shop, now):
    move("first", shop, now)
    move("second", shop, now)
    rows = books.get("/journal/", {"key": "second"}).context["rows"]
    assert [row.transfer.key for row in rows] == ["second"]
    assert "No transfer has this key" in books.get("/journal/", {"key": "third"}).text


def test_a_long_journal_goes_on_in_pages_and_asks_no_more_of_the_database(books, shop, now):
    move("key-0", shop, now)
    books.get("/journal/")
    with CaptureQueriesContext(connection) as few:
        books.get("/journal/")
    for index in range(1, 60):
        move(f"key-{index}", shop, now)
    with CaptureQueriesContext(connection) as many:
        first = books.get("/journal/")
    assert len(many) == len(few) <= 8
    rest = books.get(first.context["next_href"])
    keys = [row.transfer.key for page in (first, rest) for row in page.context["rows"]]
    assert keys == [f"key-{index}" for index in reversed(range(60))]


def test_nobody_but_finance_sees_the_books(client, consumer, merchant, agent, operator, shop, now):
    move("first", shop, now)
    account = Account.objects.get(kind="merchant_settlement")
    for person in (consumer, merchant, agent, operator):
        client.force_login(person)
        assert client.get("/journal/").status_code == 404
        assert client.get(f"/journal/accounts/{account.pk}/").status_code == 404
