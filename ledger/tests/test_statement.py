"""Statements: what an account opened with, the lines, and what it closed with; opening and lines give the closing."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Merchant
from ledger.chart import client_cash, deposit_of, payable_to, settlement_of
from ledger.exports import FORMATS
from ledger.models import Account, Seal
from ledger.periods import Period
from ledger.sealing import seal_past_days
from ledger.statements import lines, totals
from ledger.tests.days import day, record

pytestmark = pytest.mark.django_db

ANNA = payable_to(2, "GBP")


def account(kind, owner=""):
    return Account.objects.get(kind=kind, owner=owner)


@pytest.fixture
def books(shop: Merchant):
    """A merchant sells, is refunded from, deposits and owes over five days; three of them are sealed."""
    mine, other = shop.pk, shop.pk + 100
    record("sale", client_cash("GBP"), settlement_of(mine, "GBP"), 100_00, on=day(1))
    record("deposit", settlement_of(mine, "GBP"), deposit_of(mine, "GBP"), 30_00, on=day(2))
    record("refund", settlement_of(mine, "GBP"), ANNA, 12_50, on=day(3))
    record("others", client_cash("GBP"), settlement_of(other, "GBP"), 55_00, on=day(3))
    assert seal_past_days(now=day(4)) == 3
    record("more", client_cash("GBP"), settlement_of(mine, "GBP"), 1_00, on=day(4))
    record("refund 2", settlement_of(mine, "GBP"), ANNA, 2_00, on=day(5))
    return shop


PERIODS = [Period(date(2026, 3, first), date(2026, 3, last)) for first in range(1, 7) for last in range(first, 7)] + [
    Period(date(2025, 1, 1), date(2025, 1, 31)),
    Period(date(2026, 4, 1), date(2026, 4, 30)),
]


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period.first} to {period.last}")
def test_opening_and_lines_give_the_closing_whatever_the_days(books, period):
    accounts = list(Account.objects.order_by("pk"))
    for total in totals(accounts, period.span()):
        found = list(lines(total.account, period.span()))
        assert total.opening + sum(line.amount for line in found) == total.closing
        assert sum(line.amount for line in found if line.amount > 0) == total.raised
        assert -sum(line.amount for line in found if line.amount < 0) == total.lowered


def test_the_closing_of_one_day_is_the_opening_of_the_next_before_and_behind_the_last_seal(books):
    settlement = account("merchant_settlement", f"merchant:{books.pk}")
    days = [date(2026, 3, number) for number in range(1, 7)]
    found = [totals([settlement], Period(on, on).span())[0] for on in days]
    assert [total.closing for total in found] == [100_00, 70_00, 57_50, 58_50, 56_50, 56_50]
    assert [total.opening for total in found] == [0, 100_00, 70_00, 57_50, 58_50, 56_50]


def test_it_says_the_same_with_and_without_seals(books):
    accounts, period = list(Account.objects.order_by("pk")), Period(date(2026, 3, 2), date(2026, 3, 4))
    half_sealed = totals(accounts, period.span())
    assert seal_past_days(now=day(9)) == 5
    assert Seal.objects.count() == 8
    assert totals(accounts, period.span()) == half_sealed


def test_a_long_list_is_read_in_parts_and_loses_no_line(books, monkeypatch):
    monkeypatch.setattr("ledger.statements.LINES_A_READ", 2)
    settlement = account("merchant_settlement", f"merchant:{books.pk}")
    found = [line.transfer.key for line in lines(settlement, Period(date(2026, 3, 1), date(2026, 3, 9)).span())]
    assert found == ["sale", "deposit", "refund", "more", "refund 2"]


MARCH = {"first": "2026-03-01", "last": "2026-03-31"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_merchant_sees_its_own_accounts_and_no_others(client, merchant, books, language):
    client.force_login(merchant)
    client.cookies["redress_language"] = language
    page = client.get("/desk/statement/", MARCH)
    assert [(total.account.kind, total.closing) for total in page.context["totals"]] == [
        ("merchant_settlement", 56_50),
        ("merchant_deposit", 30_00),
    ]
    assert "refund 2" in page.text
    assert "others" not in page.text
    assert "/journal/" not in page.text


def test_a_merchant_cannot_ask_for_the_lines_of_another(client, merchant, books):
    client.force_login(merchant)
    other = account("merchant_settlement", f"merchant:{books.pk + 100}")
    page = client.get("/desk/statement/", {**MARCH, "account": other.pk})
    assert page.context["shown"].owner == f"merchant:{books.pk}"


def test_a_business_without_accounts_is_told_so(client, outsider, books):
    client.force_login(outsider)
    assert "No accounts yet" in client.get("/desk/statement/").text


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_file_carries_the_balance_from_line_to_line(client, merchant, books):
    client.force_login(merchant)
    rows = rows_of(client.get("/desk/statement/", {**MARCH, "format": "csv"}))
    settlement = [row for row in rows if row["account"] == "merchant_settlement"]
    assert [(row["line"], row["amount"], row["balance"]) for row in settlement] == [
        ("opening", "", "0.00"),
        ("transfer", "100.00", "100.00"),
        ("transfer", "-30.00", "70.00"),
        ("transfer", "-12.50", "57.50"),
        ("transfer", "1.00", "58.50"),
        ("transfer", "-2.00", "56.50"),
        ("closing", "", "56.50"),
    ]


def test_finance_sees_the_statement_of_each_merchant_and_each_account(client, finance, books):
    client.force_login(finance)
    page = client.get(f"/journal/merchants/{books.pk}/statement/", MARCH)
    assert len(page.context["totals"]) == 2
    cash = account("client_cash")
    page = client.get(f"/journal/accounts/{cash.pk}/statement/", MARCH)
    assert page.context["totals"][0].closing == 156_00
    assert "/journal/transfers/" in page.text
    assert client.get("/journal/merchants/999999/statement/").status_code == 404


def test_without_days_it_is_about_this_month(client, finance, books):
    client.force_login(finance)
    period = client.get(f"/journal/merchants/{books.pk}/statement/").context["period"]
    today = datetime.now(UTC).date()
    assert today - period.last <= timedelta(days=1)
    assert period.first == period.last.replace(day=1)


def test_days_that_cannot_be_are_named(client, finance, books):
    client.force_login(finance)
    page = client.get(f"/journal/merchants/{books.pk}/statement/", {"first": "2026-03-09", "last": "2026-03-01"})
    assert "The last day is before the first one." in page.text
    assert "Enter a valid date." in client.get("/journal/", {"first": "soon"}).text


@pytest.mark.parametrize("asked", [{"first": "0001-01-01"}, {"last": "9999-12-31"}, {"last": "0001-01-01"}])
def test_days_at_the_ends_of_the_calendar_are_refused_in_a_sentence(client, finance, merchant, books, asked):
    client.force_login(merchant)
    assert "Choose a day between 1970 and 2999." in client.get("/desk/statement/", asked).text
    client.force_login(finance)
    for path in (f"/journal/merchants/{books.pk}/statement/", "/journal/", "/journal/export/"):
        assert "Choose a day between 1970 and 2999." in client.get(path, asked | {"format": "csv"}).text, path


@pytest.mark.parametrize("days", [{"first": "1970-01-01"}, {"first": "1970-01-01", "last": "2999-12-31"}])
def test_the_first_and_the_last_day_can_be_asked_for(client, finance, books, days):
    client.force_login(finance)
    assert client.get(f"/journal/merchants/{books.pk}/statement/", days).status_code == 200
    for name in FORMATS:
        file = client.get("/journal/export/", days | {"format": name})
        assert b"".join(file.streaming_content), name


def test_a_long_statement_goes_on_in_pages_and_asks_no_more_of_the_database(
    client, merchant, shop, django_assert_max_num_queries
):
    for number in range(120):
        record(f"sale:{number:03}", client_cash("GBP"), settlement_of(shop.pk, "GBP"), 1_00, on=day(1))
    client.force_login(merchant)
    keys, address = [], "/desk/statement/?first=2026-03-01&last=2026-03-31"
    while address:
        with django_assert_max_num_queries(20):
            page = client.get(address)
        keys += [line.transfer.key for line, _owner in page.context["lines"]]
        address = page.context["next_href"]
    assert keys == [f"sale:{number:03}" for number in range(120)]
