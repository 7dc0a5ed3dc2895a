"""The books as files: one that proves itself, and those that accountants' programs take."""

import csv
import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from ledger.chart import (
    client_cash,
    compensation_expense,
    fund_budget,
    fund_cash,
    owner_capital,
    payable_to,
    settlement_of,
    wallet_of,
)
from ledger.exports import FORMATS, export
from ledger.exports.accounts import account_name
from ledger.models import AccountKind, Seal, TransferKind
from ledger.periods import Period
from ledger.sealing import seal_past_days
from ledger.tests.days import day, record
from verify_export import verify

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")
BEAN_CHECK = Path(sys.executable).parent / "bean-check"


@pytest.fixture
def books(db):
    """Three sealed days and one that is open, with a reversal, two currencies and odd names."""
    record("funding", fund_cash("GBP"), owner_capital("GBP"), 500_00, on=day(1), kind=TransferKind.FUNDING)
    record("budget", fund_budget("scheme:closed_store", "GBP"), fund_cash("GBP"), 90_00, on=day(1))
    record("refund", SHOP, ANNA, 5_00, on=day(1))
    record("wallet", ANNA, WALLET, 2_00, on=day(1))
    record("yen", compensation_expense("JPY"), payable_to(2, "JPY"), 700, on=day(3))
    record('街角 "odd" \\ key', client_cash("GBP"), SHOP._replace(owner="merchant:1 & Söhne"), 1, on=day(3))
    top_up = record("top up", SHOP, ANNA, 4_00, on=day(3))
    assert seal_past_days(now=day(4)) == 3
    record("taken back", ANNA, SHOP, 4_00, on=day(4), kind=TransferKind.REVERSAL, reverses=top_up)


def written(name: str, tmp_path: Path, period: Period = Period()) -> Path:  # noqa: B008 (it is frozen)
    path = tmp_path / f"books.{FORMATS[name].extension}"
    path.write_bytes(b"".join(export(name, period)))
    return path


def test_an_export_passes_the_verifier_and_holds_every_seal(books, tmp_path):
    found = verify(written("jsonl", tmp_path))
    assert found.transfers == 8
    assert list(found.seals) == list(Seal.objects.order_by("day").values_list("hash", flat=True))


PERIODS = {
    "everything": Period(),
    "from the second day": Period(day(2).date(), None),
    "from the open day": Period(day(4).date(), None),
    "up to the first day": Period(None, day(1).date()),
    "one day in the middle": Period(day(3).date(), day(3).date()),
    "a day on which nothing was posted": Period(day(2).date(), day(2).date()),
    "days before the books": Period(day(1).date().replace(year=2020), day(1).date().replace(year=2021)),
    "days after the books": Period(None, day(20).date()),
}
TRANSFERS = dict(zip(PERIODS, [8, 4, 1, 4, 3, 0, 0, 8], strict=True))


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_every_period_is_accepted(books, tmp_path, name, period):
    path = written(name, tmp_path, PERIODS[period])
    match name:
        case "jsonl":
            assert verify(path).transfers == TRANSFERS[period]
        case "csv":
            assert len(list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))) == TRANSFERS[period]
        case "beancount":
            assert accepted_by_beancount(path) == ""
            assert path.read_text().count("  key: ") == TRANSFERS[period]
        case "hledger":
            assert path.read_text().count("    ; key: ") == TRANSFERS[period]
            assert accepted_by_hledger(path) == ""


def accepted_by_beancount(path: Path) -> str:
    """What bean-check complains of."""
    run = subprocess.run([BEAN_CHECK, path], capture_output=True, text=True, check=False)
    return run.stdout + run.stderr if run.returncode else ""


def accepted_by_hledger(path: Path) -> str:
    """What hledger complains of; nothing where it is not installed."""
    if not (hledger := shutil.which("hledger")):
        return ""
    run = subprocess.run([hledger, "-f", path, "check", "-s"], capture_output=True, text=True, check=False)
    return run.stdout + run.stderr if run.returncode else ""


@pytest.mark.parametrize(("name", "accepted"), [("beancount", accepted_by_beancount), ("hledger", accepted_by_hledger)])
def test_the_tools_find_a_cent_that_is_missing_at_the_close(books, tmp_path, name, accepted):
    if name == "hledger" and not shutil.which("hledger"):
        pytest.skip("hledger is not installed")
    path = written(name, tmp_path)
    path.write_text(path.read_text().replace("90.00 GBP", "90.01 GBP", 1).replace("-90.00 GBP", "-90.01 GBP", 1))
    assert "90.01" in accepted(path)


def test_a_row_of_the_table_says_where_the_money_went(books, tmp_path):
    rows = list(csv.DictReader(io.StringIO(written("csv", tmp_path).read_text("utf-8-sig"))))
    refund = next(row for row in rows if row["key"] == "refund")
    assert (refund["booked_on"], refund["kind"], refund["amount"], refund["currency"]) == (
        *("2026-03-01", "refund", "5.00", "GBP"),
    )
    assert (refund["debit"], refund["debit_owner"]) == ("merchant_settlement", "merchant:1")
    assert (refund["credit"], refund["credit_owner"]) == ("consumer_payable", "user:2")
    assert next(row["amount"] for row in rows if row["currency"] == "JPY") == "700"
    assert rows[-1]["reverses"] == "top up"


def test_accounts_have_names_that_accountants_can_read():
    names = [
        settlement_of(12, "GBP"),
        fund_budget("scheme:closed_store", "GBP"),
        fund_cash("GBP"),
        owner_capital("GBP"),
    ]
    assert [account_name(name) for name in names] == [
        "Liabilities:MerchantSettlement:Merchant--12",
        "Assets:FundBudget:Scheme--closed-store",
        "Assets:FundCash:PLATFORM",
        "Equity:OwnerCapital:PLATFORM",
    ]


@given(st.lists(st.text(alphabet="aAxXyY0159_:-. é街", min_size=1, max_size=6), unique=True, max_size=40))
def test_no_two_owners_share_a_name_and_every_name_is_valid(owners):
    names = [account_name(settlement_of(1, "GBP")._replace(owner=owner)) for owner in owners]
    assert not [name for name, times in Counter(names).items() if times > 1]
    assert all(re.fullmatch(r"Liabilities:MerchantSettlement:[A-Z0-9][A-Za-z0-9-]*", name) for name in names)


def test_every_kind_of_account_has_a_root(db):
    roots = {account_name(fund_cash("GBP")._replace(kind=kind)).split(":")[0] for kind in AccountKind}
    assert roots == {"Assets", "Liabilities", "Equity", "Expenses"}


def test_an_export_behind_a_day_without_a_seal_is_refused(db):
    record("first", SHOP, ANNA, 1, on=day(1))
    record("second", SHOP, ANNA, 1, on=day(2))
    with pytest.raises(CommandError, match="has no seal yet"):
        call_command("export_books", first=day(2).date())


def test_the_command_writes_a_file_and_the_script_takes_it(books, tmp_path):
    path = tmp_path / "export.jsonl"
    call_command("export_books", "--format", "jsonl", "--output", str(path))
    script = Path(__file__).parents[2] / "verify_export.py"
    last = Seal.objects.latest("day")
    run = [sys.executable, "-I", script, path]
    right = subprocess.run([*run, "--expect", last.hash], capture_output=True, text=True, check=False)
    assert (right.returncode, right.stderr) == (0, "")
    assert f"8 transfers, 3 seals, the last one of 2026-03-03 is {last.hash}" in right.stdout
    wrong = subprocess.run([*run, "--expect", "a" * 64], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "No day of this file is sealed with" in wrong.stdout


def test_the_command_refuses_what_cannot_be(db, tmp_path):
    with pytest.raises(CommandError, match="after the last one"):
        call_command("export_books", "--from", "2026-03-02", "--to", "2026-03-01")
    with pytest.raises(CommandError, match="not a day"):
        call_command("export_books", "--from", "yesterday")
    for beyond in ("0001-01-01", "9999-12-31"):
        with pytest.raises(CommandError, match=f"{beyond} is not between 1970-01-01 and 2999-12-31"):
            call_command("export_books", "--to", beyond)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_books", "--output", str(tmp_path / "no" / "where"))
