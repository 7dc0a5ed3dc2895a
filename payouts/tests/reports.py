"""Reports as the sandbox writes them, and many payouts that have settled through it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import NamedTuple
from uuid import uuid4

from accounts.models import User
from ledger.actions import Posting, post
from ledger.chart import clearing_at, payable_to, settlement_of
from ledger.models import TransferKind
from payouts.actions import import_report, receive_report
from payouts.models import Move, Payout, Report, Status


class Said(NamedTuple):
    """One line of a report."""

    provider_id: str
    reference: str
    amount: int
    currency: str
    paid_at: datetime


def said(payout: Payout, **other: object) -> Said:
    """What a provider that did all as asked says of this payout; `other` is what it says differently."""
    truth = Said(f"mov_{payout.pk}", str(payout.provider_key), payout.amount, payout.currency, payout.created_at)
    return truth._replace(**other)  # type: ignore[arg-type]  # names of its fields


def written(lines: Iterable[Said], *, start: datetime, end: datetime, ends: str | None = None) -> bytes:
    """The report; `ends` takes the place of its last line."""
    rows = [f"{it.provider_id},{it.reference},{it.amount},{it.currency},{it.paid_at.isoformat()}" for it in lines]
    last = f"end,{len(rows)}" if ends is None else ends
    heading = [f"report,{start.isoformat()},{end.isoformat()}", "id,reference,amount,currency,paid_at"]
    return "\n".join([*heading, *rows, last, ""]).encode()


def imported(content: bytes, *, at: datetime, gateway: str = "sandbox") -> Report:
    received = receive_report(gateway=gateway, name="report.csv", file=BytesIO(content), by=None, at=at)
    import_report(report=received.report, at=at)
    return received.report


def settled(payee: User, amounts: Sequence[int], *, at: datetime, currency: str = "GBP") -> list[Payout]:
    """Payouts that the sandbox has paid, with their money in the books, written set-wise."""
    payouts = [
        Payout(
            key=f"claim:{uuid4()}:refund:1", payee=payee, amount=amount, currency=currency, gateway="sandbox",
            status=Status.SETTLED, created_at=at - timedelta(minutes=1), ended_at=at, attempts_made=0,
        )
        for amount in amounts
    ]  # fmt: skip
    Payout.objects.bulk_create(payouts, batch_size=2_000)
    moves = [Move(payout=payout, was="reserved", became="settled", at=at) for payout in payouts]
    Move.objects.bulk_create(moves, batch_size=5_000)
    for start in range(0, len(payouts), 1_000):
        post(*(posting for payout in payouts[start : start + 1_000] for posting in _paid(payout, at)))
    return payouts


def _paid(payout: Payout, at: datetime) -> list[Posting]:
    payable = payable_to(payout.payee_id, payout.currency)
    clearing = clearing_at(payout.gateway, payout.currency)
    return [
        Posting(
            key=payout.key, debit=settlement_of(1, payout.currency), credit=payable, amount=payout.amount,
            kind=TransferKind.REFUND, happened_at=at,
        ),
        Posting(
            key=payout.hold_key, debit=payable, credit=clearing, amount=payout.amount, kind=TransferKind.PAYOUT,
            happened_at=at, held=True,
        ),
    ]  # fmt: skip
