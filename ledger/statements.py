"""Statements: what an owner's accounts held before a period, what moved in it, and what they hold at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from ledger.canonical import BEGINNING, Span
from ledger.models import Account, AccountKind, Seal, Transfer

LINES_A_READ = 2_000

# What a merchant has with the platform.
OF_A_MERCHANT = (AccountKind.MERCHANT_SETTLEMENT, AccountKind.MERCHANT_DEPOSIT, AccountKind.RECOVERY_RECEIVABLE)


@dataclass(frozen=True)
class Total:
    """One account over the period, in minor units: `opening + raised - lowered` is `closing`."""

    account: Account
    opening: int
    raised: int
    lowered: int

    @property
    def lowered_by(self) -> int:
        """What went out, below zero."""
        return -self.lowered

    @property
    def closing(self) -> int:
        return self.opening + self.raised - self.lowered


@dataclass(frozen=True)
class Line:
    """A transfer as one of its accounts sees it: `amount` is what it added to the account, in minor units."""

    transfer: Transfer
    account: Account

    @property
    def amount(self) -> int:
        sign = 1 if self.transfer.credit_id == self.account.pk else -1
        return sign * self.account.normal * self.transfer.amount

    @property
    def other(self) -> Account:
        """Where it came from, or went to."""
        return self.transfer.debit if self.transfer.credit_id == self.account.pk else self.transfer.credit


TOTALS = """
SELECT
    account.id,
    coalesce(before.posted, 0) + account.normal * (
        coalesce((SELECT sum(amount) FROM ledger_transfer
            WHERE credit_id = account.id AND id > %(sealed)s AND id <= %(after)s), 0)
        - coalesce((SELECT sum(amount) FROM ledger_transfer
            WHERE debit_id = account.id AND id > %(sealed)s AND id <= %(after)s), 0)
    ),
    coalesce((SELECT sum(amount) FROM ledger_transfer
        WHERE credit_id = account.id AND id > %(after)s AND id <= %(through)s), 0),
    coalesce((SELECT sum(amount) FROM ledger_transfer
        WHERE debit_id = account.id AND id > %(after)s AND id <= %(through)s), 0)
FROM ledger_account account
LEFT JOIN LATERAL (
    SELECT posted FROM ledger_closing WHERE account_id = account.id AND day <= %(day)s ORDER BY day DESC LIMIT 1
) before ON true
WHERE account.id = ANY(%(accounts)s)
"""


def totals(accounts: Sequence[Account], span: Span) -> list[Total]:
    """What each of the accounts held, gained and lost. The days before the span cost nothing once they are sealed."""
    sealed = Seal.objects.filter(through__lte=span.after).order_by("-day").first()
    given = {
        **span._asdict(),
        "sealed": sealed.through if sealed else BEGINNING,
        "day": sealed.day if sealed else date.min,
        "accounts": [account.pk for account in accounts],
    }
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, given)
        found = {account: tuple(map(int, sums)) for account, *sums in cursor.fetchall()}
    return [_total(account, *found[account.pk]) for account in accounts]


def _total(account: Account, opening: int, credited: int, debited: int) -> Total:
    raised, lowered = (credited, debited) if account.normal == 1 else (debited, credited)
    return Total(account, opening, raised, lowered)


def lines(account: Account, span: Span) -> Iterator[Line]:
    """Every line of the span, the oldest first, read some thousand at a time."""
    after = span.after
    while True:
        debits, credits_ = Transfer.objects.select_related("debit", "credit").touching(account)
        page = sorted(
            (
                transfer
                for side in (debits, credits_)
                for transfer in side.filter(pk__gt=after, pk__lte=span.through).order_by("pk")[:LINES_A_READ]
            ),
            key=lambda transfer: transfer.pk,
        )[:LINES_A_READ]
        yield from (Line(transfer, account) for transfer in page)
        if len(page) < LINES_A_READ:
            return
        after = page[-1].pk
