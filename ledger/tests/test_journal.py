"""The journal on the page: every transfer, and the account behind a figure."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.actions import Posting, post, reverse
from ledger.chart import client_cash, settlement_of
from ledger.exports import FORMATS
from ledger.models import Account, Seal, TransferKind
from ledger.sealing import seal_past_days

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
    assert "No transfer is like that" in books.get("/journal/", {"key": "third"}).text


def test_transfers_are_found_by_the_beginning_of_their_keys_by_kind_and_by_day(books, shop, now):
    for key in ("claim:R-1:refund", "claim:R-1:refund:payout", "claim:R-2:refund"):
        move(key, shop, now)

    def found(**asked):
        return [row.transfer.key for row in books.get("/journal/", asked).context["rows"]]

    assert found(key="claim:R-1") == ["claim:R-1:refund:payout", "claim:R-1:refund"]
    assert len(found(kind="settlement")) == 3
    assert found(kind="payout") == []
    assert len(found(first=(now - timedelta(days=1)).date(), last=(now + timedelta(days=1)).date())) == 3
    assert found(last=(now - timedelta(days=2)).date()) == []


def test_a_transfer_leads_to_its_accounts_its_reversal_and_what_has_the_same_cause(books, shop, now):
    [first] = move("claim:R-1:refund", shop, now)
    move("claim:R-1:refund:payout", shop, now)
    mirror = reverse(transfer=first, key="claim:R-1:appeal", at=now)
    page = books.get(f"/journal/transfers/{first.pk}/")
    assert f"/journal/transfers/{mirror.pk}/" in page.text
    assert [row.transfer.key for row in page.context["related"]] == ["claim:R-1:refund:payout"]
    assert f"/journal/accounts/{first.debit_id}/" in page.text
    assert page.context["seal"] is None
    assert seal_past_days(now=datetime.now(UTC) + timedelta(days=1)) == 1
    page = books.get(f"/journal/transfers/{mirror.pk}/")
    assert Seal.objects.get().hash in page.text
    assert f"/journal/transfers/{first.pk}/" in page.text


def test_the_lines_of_an_account_come_from_both_sides_in_one_order(books, shop, now):
    for index in range(30):
        move(f"in:{index}", shop, now)
        post(
            Posting(
                key=f"out:{index}", debit=settlement_of(shop.pk, "CNY"), credit=client_cash("CNY"), amount=1,
                kind=TransferKind.SETTLEMENT, happened_at=now,
            )
        )  # fmt: skip
    account = Account.objects.get(kind="merchant_settlement")
    first = books.get(f"/journal/accounts/{account.pk}/")
    rest = books.get(first.context["next_href"])
    keys = [row.transfer.key for page in (first, rest) for row in page.context["rows"]]
    assert keys == [f"{way}:{index}" for index in reversed(range(30)) for way in ("out", "in")]


@pytest.mark.parametrize("name", FORMATS)
def test_the_books_are_downloaded_as_a_file(books, shop, now, name):
    move("first", shop, now)
    answer = books.get("/journal/export/", {"format": name})
    assert f'filename="books-all.{FORMATS[name].extension}"' in answer["Content-Disposition"]
    assert b"first" in b"".join(answer.streaming_content)


def test_a_file_that_cannot_be_had_is_explained_on_the_page(books, shop, now):
    move("first", shop, now)
    tomorrow = (now + timedelta(days=1)).date()
    assert "has no seal yet" in books.get("/journal/export/", {"format": "jsonl", "first": tomorrow}).text
    assert "Download the books" in books.get("/journal/export/").text


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
