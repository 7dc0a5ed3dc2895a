"""A line for the books, written the way the verbs of the fund read: from where to where, how much, as what, when."""

from datetime import datetime

from ledger.actions import Posting
from ledger.chart import AccountName
from ledger.models import TransferKind


def posting(
    key: str, debit: AccountName, credit: AccountName, *, amount: int, kind: TransferKind, at: datetime
) -> Posting:
    """`amount` in minor units of the accounts’ currency; the same `key` moves money once."""
    return Posting(key=key, debit=debit, credit=credit, amount=amount, kind=kind, happened_at=at)
