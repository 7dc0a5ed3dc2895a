"""Short ways to say what the ledger's tests say often. Amounts are pence unless another currency is named."""

from datetime import UTC, datetime

from ledger.actions import Posting, post
from ledger.chart import AccountName, balance_of, fund_cash, owner_capital
from ledger.models import Transfer, TransferKind

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def posting(
    key: str,
    debit: AccountName,
    credit: AccountName,
    amount: int,
    *,
    kind: TransferKind = TransferKind.REFUND,
    at: datetime = AT,
) -> Posting:
    return Posting(key=key, debit=debit, credit=credit, amount=amount, kind=kind, happened_at=at)


def move(key: str, debit: AccountName, credit: AccountName, amount: int) -> Transfer:
    return post(posting(key, debit, credit, amount))[0]


def fund(amount: int, currency: str = "GBP") -> AccountName:
    """The fund's cash, which may not go below zero, with that much in it."""
    move(f"fund:{currency}", fund_cash(currency), owner_capital(currency), amount)
    return fund_cash(currency)


def posted(name: AccountName) -> int:
    return balance_of(name).posted
