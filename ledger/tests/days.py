"""Books of March 2026, written on the day they are of: what `post()` never does, as it takes the clock's word."""

from datetime import UTC, datetime

from ledger.actions import accounts
from ledger.chart import AccountName
from ledger.models import Transfer, TransferKind


def day(number: int) -> datetime:
    """The first moment of that day of March 2026."""
    return datetime(2026, 3, number, tzinfo=UTC)


NEXT = day(10)


def record(
    key: str,
    debit: AccountName,
    credit: AccountName,
    amount: int,
    *,
    on: datetime,
    kind: TransferKind = TransferKind.REFUND,
    reverses: Transfer | None = None,
) -> Transfer:
    """A transfer that was recorded at that moment."""
    numbers = accounts([debit, credit])
    return Transfer.objects.create(
        key=key, debit_id=numbers[debit], credit_id=numbers[credit], amount=amount, kind=kind,
        happened_at=on, recorded_at=on, reverses=reverses,
    )  # fmt: skip
