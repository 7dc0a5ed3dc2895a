"""Where the money is: accounts, transfers between two of them, and holds that set money aside.

A transfer is balanced by construction and never changes; a correction is another transfer that names the one it
reverses. The database keeps the balances as transfers are written (see the triggers in the migrations), refuses a
balance below its floor, and refuses every UPDATE and DELETE of a transfer.

Debits raise assets and expenses, credits raise liabilities: `normal` is -1 for the former and 1 for the latter, and
a balance is `normal * (credits - debits)`, so that it reads positive when the account holds what its name says.
"""

from ledger.models.accounts import (
    DEBIT_NORMAL,
    HOT,
    NEVER_NEGATIVE,
    Account,
    AccountKind,
    Balance,
    KeptBalance,
    owner_of,
)
from ledger.models.holds import Hold
from ledger.models.hot import Drawn, HotBalance, Raised
from ledger.models.seals import NOTHING_BEFORE, Closing, Seal
from ledger.models.transfers import Transfer, TransferKind, TransferQuerySet

__all__ = [
    "DEBIT_NORMAL",
    "HOT",
    "NEVER_NEGATIVE",
    "NOTHING_BEFORE",
    "Account",
    "AccountKind",
    "Balance",
    "Closing",
    "Drawn",
    "Hold",
    "HotBalance",
    "KeptBalance",
    "Raised",
    "Seal",
    "Transfer",
    "TransferKind",
    "TransferQuerySet",
    "owner_of",
]
