"""The merchant wins after all: what it came to owe is undone, and what was got back is mirrored."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Sum

from accounts.models import Merchant, User
from common.crash_points import crash_point
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.actions.recoveries.entries import Entry, NothingToRecover, enter, locked, next_key, receivable
from compensation.models import COLUMNS, Recovery, RecoveryEntry
from compensation.tidings.fund import tell_merchant
from ledger import chart
from ledger.actions import Posting, post
from ledger.models import Transfer, TransferKind

Deed = RecoveryEntry.Deed
Status = Recovery.Status

BY_INVOICE = (Deed.PAID, Deed.CAME_LATE)
GIVEN_UP = (Deed.WAIVED, Deed.WRITTEN_OFF)


@atomic
def undo_recoveries(*, claim: str, amount: int, by: User | None = None, at: datetime) -> int:
    """The merchant won: `amount` of what it came to owe for a claim is undone, at whatever stage; how much was.

    What is open is owed no longer. What was given up is mirrored next, so that the merchant gets nothing back while it
    bears less than it was found liable for; then what was got back, the last entry first, to where it came from (what
    was paid by invoice goes to the settlement). The platform bears it, and the consumer keeps what they have.
    """
    left = amount
    for recovery in reversed(locked(Recovery.objects.filter(claim=claim).exclude(status=Status.UNDONE))):
        if part := min(left, recovery.amount - recovery.undone):
            _undo(recovery, part, by=by, at=at)
            left -= part
    return amount - left


@atomic
def forgive(*, key: str, merchant: Merchant, amount: int, currency: str, at: datetime) -> Transfer:
    """The merchant owes `amount` of what is open no longer, the newest first, and the platform bears it.

    Raises NothingToRecover above what it owes.
    """
    owed = locked(Recovery.objects.live().filter(merchant=merchant, currency=currency))
    if sum(recovery.open for recovery in owed) < amount:
        raise NothingToRecover
    cost, owed_to_fund = chart.compensation_expense(currency), chart.receivable_from(merchant.pk, currency)
    (moved,) = post(posting(key, cost, owed_to_fund, amount=amount, kind=TransferKind.EXPENSE, at=at))
    left = amount
    for recovery in reversed(owed):
        if part := min(left, recovery.open):
            enter(recovery, [Entry(Deed.UNDONE, part, transfer=key)], at=at)
            left -= part
    return moved


def _undo(recovery: Recovery, amount: int, *, by: User | None, at: datetime) -> None:
    """Mirrors of what was got back, as far as it is not open, and then one entry for all that the platform bears."""
    key = next_key(recovery)
    postings, entries, less = list[Posting](), list[Entry](), dict[str, int]()
    to_mirror = _to_mirror(recovery, amount - min(amount, recovery.open))
    for number, (done, part) in enumerate(to_mirror):
        mirror = _mirror(recovery, done, part, key=f"{key}:{number}", at=at)
        postings.append(mirror)
        entries.append(Entry(Deed.TAKEN_BACK, part, transfer=mirror.key, by=by, mirrors=done))
        less[COLUMNS[done.deed]] = less.get(COLUMNS[done.deed], 0) + part
    cost = chart.compensation_expense(recovery.currency)
    postings.append(posting(key, cost, receivable(recovery), amount=amount, kind=TransferKind.EXPENSE, at=at))
    post(*postings, *_put_in(recovery, entries, key=key, at=at))
    crash_point("compensation.recovery_is_undone")
    enter(recovery, [*entries, Entry(Deed.UNDONE, amount, transfer=key, by=by)], at=at, less=less)
    tell_merchant(recovery, "recovery_undone", at=at, amount=amount)


def _to_mirror(recovery: Recovery, amount: int) -> Iterator[tuple[RecoveryEntry, int]]:
    """The entries to take back, each with how much of it: first what was given up, then what was got back.

    The last goes first among each.
    """
    left = {column: getattr(recovery, column) for column in set(COLUMNS.values()) - {"undone"}}
    done = recovery.entries.filter(deed__in=[deed for deed in COLUMNS if deed != Deed.UNDONE])
    latest_first = done.annotate(taken_back=Sum("mirrored_by__amount")).order_by("-id")
    for entry in sorted(latest_first, key=lambda entry: entry.deed not in GIVEN_UP):
        column = COLUMNS[entry.deed]
        part = min(amount, entry.amount - (entry.taken_back or 0), left[column])
        if part > 0:
            left[column] -= part
            amount -= part
            yield entry, part


def _mirror(recovery: Recovery, done: RecoveryEntry, part: int, *, key: str, at: datetime) -> Posting:
    """The entry the other way round; the transfer that is mirrored as a whole is named."""
    back_to = {
        Deed.SET_OFF: chart.settlement_of(recovery.merchant_id, recovery.currency),
        Deed.FROM_DEPOSIT: chart.deposit_of(recovery.merchant_id, recovery.currency),
        Deed.PAID: chart.settlement_of(recovery.merchant_id, recovery.currency),
        Deed.CAME_LATE: chart.settlement_of(recovery.merchant_id, recovery.currency),
        Deed.WAIVED: chart.compensation_expense(recovery.currency),
        Deed.WRITTEN_OFF: chart.write_off(recovery.currency),
    }[Deed(done.deed)]
    whole = None
    if done.deed not in BY_INVOICE:
        whole = Transfer.objects.filter(key=done.transfer, amount=part, reversals__isnull=True).first()
    kind = TransferKind.REVERSAL if whole else TransferKind.RECOVERY
    return Posting(
        key=key,
        debit=receivable(recovery),
        credit=back_to,
        amount=part,
        kind=kind,
        happened_at=at,
        reverses=whole.pk if whole else None,
    )


def _put_in(recovery: Recovery, entries: Iterable[Entry], *, key: str, at: datetime) -> list[Posting]:
    """What goes back to the merchant the platform puts in: the fund keeps what came back to it, and is not drawn on."""
    back = sum(entry.amount for entry in entries if entry.mirrors and entry.mirrors.deed not in GIVEN_UP)
    if not back:
        return []
    cash, capital = chart.client_cash(recovery.currency), chart.owner_capital(recovery.currency)
    return [posting(f"{key}:cash", cash, capital, amount=back, kind=TransferKind.FUNDING, at=at)]
