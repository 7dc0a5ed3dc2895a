"""The proofs find what the triggers would never let happen: here the triggers are out of force."""

import pytest
from django.db import connection

from common.proofs import Break
from ledger.actions import post_hold, reserve, reverse
from ledger.chart import payable_to, settlement_of, wallet_of
from ledger.models import TransferKind
from ledger.proofs import count, prove
from ledger.tests.money import AT, move

pytestmark = pytest.mark.django_db

SHOP, ANNA, WALLET = settlement_of(1, "GBP"), payable_to(2, "GBP"), wallet_of(2, "GBP")

TAMPERINGS = {
    "a balance that was changed": ("ledger_keptbalance SET posted = 1 WHERE posted = 0", "its transfers add up to 0"),
    "a reserve that was changed": ("ledger_keptbalance SET reserved = 0", "its open holds add up to 100"),
    "a floor that was raised": ("ledger_keptbalance SET floor = posted + 1", "below"),
    "a transfer that was changed": ("ledger_transfer SET amount = 600 WHERE key = 'refund'", "shows 400"),
    "a transfer into the void": ("ledger_transfer SET credit_id = -1 WHERE key = 'refund'", "two known accounts"),
    "a reversal of something else": ("ledger_transfer SET reverses_id = 0 WHERE kind = 'reversal'", "does not mirror"),
    "a currency that was changed": ("ledger_account SET currency = 'CNY' WHERE kind = 'consumer_payable'", "in CNY"),
    "a hold that was changed": ("ledger_hold SET amount = 101 WHERE status = 'posted'", "Hold posted is posted"),
}


@pytest.fixture(autouse=True)
def _books() -> None:
    mistake = move("mistake", SHOP, WALLET, 1_00)
    reverse(transfer=mistake, key="reversed", at=AT)
    move("refund", SHOP, ANNA, 5_00)
    for key in ("posted", "open"):
        reserve(key=key, debit=ANNA, credit=settlement_of(1, "GBP"), amount=1_00, kind=TransferKind.PAYOUT, at=AT)
    post_hold(key="posted", at=AT)


def test_books_that_were_kept_are_right():
    assert list(prove()) == []
    assert count() == {"accounts": 3, "transfers": 4}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_proof_finds(tampering):
    update, sentence = TAMPERINGS[tampering]
    assert any(sentence in found.sentence for found in breaks_after(f"UPDATE {update}"))


@pytest.mark.parametrize(
    ("deletion", "sentence"),
    [
        ("DELETE FROM ledger_transfer WHERE key = 'refund'", "shows 400"),
        ("DELETE FROM ledger_keptbalance WHERE posted = 0", "shows None"),
    ],
)
def test_the_proof_misses_what_was_deleted(deletion, sentence):
    assert any(sentence in found.sentence for found in breaks_after(deletion))


def breaks_after(statement: str) -> list[Break]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("account", "transfer", "hold", "keptbalance", "hotbalance", "drawn"):
            cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE ledger_keptbalance DROP CONSTRAINT balance_never_below_its_floor")
        cursor.execute(statement)
    return list(prove())
