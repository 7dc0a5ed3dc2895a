"""The database refuses what the books forbid, also to somebody who goes around the portal's own code."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from ledger.actions import reserve, set_floor
from ledger.chart import payable_to, settlement_of, wallet_of
from ledger.models import Account, Balance, Hold, KeptBalance, Transfer, TransferKind
from ledger.tests.money import AT, move, posted

pytestmark = pytest.mark.django_db

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")

ROWS: dict[str, tuple[Any, str, str]] = {
    "transfers": (Transfer, "amount", "Transfers never change"),
    "accounts": (Account, "currency", "Accounts never change"),
    "holds": (Hold, "amount", "posted or released once"),
}


@pytest.fixture(autouse=True)
def _books() -> None:
    move("refund", SHOP, ANNA, 5_00)
    reserve(key="payout", debit=ANNA, credit=WALLET, amount=2_00, kind=TransferKind.PAYOUT, at=AT)


@pytest.mark.parametrize("rows", ROWS)
def test_what_is_in_the_books_is_never_changed(rows):
    model, field, reason = ROWS[rows]
    with pytest.raises(IntegrityError, match=reason):
        model.objects.update(**{field: 1})


@pytest.mark.parametrize("rows", ROWS)
def test_what_is_in_the_books_is_never_deleted(rows):
    model, _, reason = ROWS[rows]
    with pytest.raises(IntegrityError, match=reason):
        model.objects.all()._raw_delete("default")


@pytest.mark.parametrize("change", [{"posted": 1}, {"reserved": 0}])
def test_a_balance_is_written_by_its_transfers_and_holds_only(change):
    with pytest.raises(IntegrityError, match="nothing else writes them"):
        KeptBalance.objects.update(**change)


def test_a_balance_is_not_opened_by_hand():
    with pytest.raises(IntegrityError, match="nothing else writes them"):
        KeptBalance.objects.create(account_id=-1, posted=5)


def test_a_balance_is_not_removed_by_hand():
    with pytest.raises(IntegrityError, match="nothing else writes them"):
        KeptBalance.objects.all()._raw_delete("default")


def test_only_the_floor_of_a_balance_is_set_by_hand():
    set_floor(account=SHOP, floor=-5_00)
    assert Balance.objects.get(account__owner="merchant:1").floor == -5_00


def test_a_transfer_written_around_the_portal_moves_the_balances_all_the_same():
    ids = {account.kind: account.pk for account in Account.objects.all()}
    debit, credit = ids["merchant_settlement"], ids["consumer_payable"]
    row = partial(Transfer, debit_id=debit, credit_id=credit, amount=1, kind="refund", happened_at=AT)
    Transfer.objects.bulk_create([row(key="first"), row(key="second")])
    assert posted(ANNA) == 5_02


def test_an_account_opened_around_the_portal_has_its_balance_too():
    account = Account.objects.create(
        kind="fund_budget", owner="empathy", currency="CNY", normal=-1, never_negative=True
    )
    assert Balance.objects.get(account=account).floor == 0
