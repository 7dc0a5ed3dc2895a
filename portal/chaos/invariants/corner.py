"""A corner of the books that nobody else writes to, and what is asked of it."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from ledger.actions import Posting, post
from ledger.chart import AccountName, balance_of
from ledger.models import AccountKind, Transfer, TransferKind

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
POUND = 100

# What debits raise. Said once more, as the books' own list is what is being tried.
ASSETS_AND_EXPENSES = {
    "client_cash", "fund_cash", "fund_budget", "advances_outstanding", "recovery_receivable", "compensation_expense",
    "write_off",
}  # fmt: skip


class Broken(Exception):
    """An invariant does not hold; the sentence says how."""


def hold_true(holds: bool, otherwise: str) -> None:  # noqa: FBT001 (reads as an assertion)
    if not holds:
        raise Broken(otherwise)


class Size(NamedTuple):
    """How much of everything: `FULL` is what the conformance kit asks for."""

    duplicates: int
    credits: int
    transfers: int
    pennies: int
    drains: int
    refused: int
    callers: int


FULL = Size(duplicates=64, credits=500, transfers=400, pennies=1_000, drains=20, refused=32, callers=16)
SMALL = Size(duplicates=8, credits=32, transfers=48, pennies=20, drains=6, refused=6, callers=4)


@dataclass
class Books:
    """A corner of the books that nobody else writes to, and the seed of everything random in it."""

    seed: int
    size: Size
    chance: random.Random = field(init=False)
    corner: str = field(default_factory=lambda: uuid4().hex[:12])
    _opened: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def account(self, kind: AccountKind, currency: str = "GBP") -> AccountName:
        """A name that nobody has used."""
        self._opened += 1
        return AccountName(kind, f"{self.corner}:{self._opened}", currency)

    def key(self, name: object) -> str:
        return f"{self.corner}:{name}"

    def posting(self, name: object, debit: AccountName, credit: AccountName, amount: int, **more: Any) -> Posting:
        given: dict[str, Any] = {"kind": TransferKind.REFUND, "happened_at": AT} | more
        return Posting(key=self.key(name), debit=debit, credit=credit, amount=amount, **given)

    def move(self, name: object, debit: AccountName, credit: AccountName, amount: int, **more: Any) -> Transfer:
        return post(self.posting(name, debit, credit, amount, **more))[0]

    def filled(self, kind: AccountKind, amount: int) -> AccountName:
        """An account that holds `amount` minor units."""
        account, capital = self.account(kind), self.account(AccountKind.OWNER_CAPITAL)
        sides = (account, capital) if kind in ASSETS_AND_EXPENSES else (capital, account)
        self.move(f"fill:{account.owner}", *sides, amount)
        return account

    def lines(self) -> list[Transfer]:
        """The journal of this corner, in its order."""
        rows = Transfer.objects.filter(key__startswith=f"{self.corner}:").select_related("debit", "credit")
        return list(rows.order_by("id"))


def holds(name: AccountName) -> int:
    return balance_of(name).posted


def raised_by(name: AccountName, *, debited: int, credited: int) -> int:
    return debited - credited if name.kind in ASSETS_AND_EXPENSES else credited - debited
