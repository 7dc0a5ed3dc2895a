"""The entries of a recovery: written under its row lock, with the sums they change and the status that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.states import move_to
from compensation.models import COLUMNS, Recovery, RecoveryEntry
from ledger import chart
from ledger.chart import AccountName

Status = Recovery.Status


class NothingToRecover(Refusal):
    """The merchant owes the fund less than this."""

    code = "nothing_to_recover"
    message = _("The merchant owes the fund less than this.")


class NotOpen(Refusal):
    """What has ended cannot be disputed, waived or paid."""

    code = "recovery_not_open"
    message = _("Nothing of this is open any more.")


def lock(recovery: Recovery) -> Recovery:
    """The recovery as it is now, nobody else's to change until the transaction ends."""
    return locked(Recovery.objects.filter(pk=recovery.pk))[0]


def locked(rows: QuerySet[Recovery]) -> list[Recovery]:
    """These recoveries, the oldest first, everybody in one order."""
    found = rows.select_related("merchant", "line").order_by("id")
    return list(found.select_for_update(of=("self",), no_key=True))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to be written; `amount` in minor units, `transfer` by its key in the books."""

    deed: str
    amount: int = 0
    transfer: str = ""
    by: User | None = None
    because: str = ""
    mirrors: RecoveryEntry | None = None

    def history(self) -> dict[str, Any]:
        """As `move_to` and `write_history` take it."""
        return {name: getattr(self, name) for name in self.__slots__}


def enter(recovery: Recovery, entries: Sequence[Entry], *, at: datetime, less: Mapping[str, int] | None = None) -> None:
    """Write the entries, raise the parts they add to and lower those in `less`; what has nothing open ends."""
    parts = {column: -amount for column, amount in (less or {}).items()}
    for entry in entries:
        if column := COLUMNS.get(entry.deed):
            parts[column] = parts.get(column, 0) + entry.amount
    changes: dict[str, Any] = {column: getattr(recovery, column) + amount for column, amount in parts.items()}
    for column, amount in changes.items():
        setattr(recovery, column, amount)
    *before, last = entries
    was, status = recovery.status, _status_of(recovery)
    for entry in before:
        recovery.write_history(was=was, at=at, history=entry.history())
    if status == was:
        Recovery.objects.filter(pk=recovery.pk).update(**changes)
        recovery.write_history(was=was, at=at, history=last.history())
    else:
        ended = {} if recovery.open else {"ended_at": at, "due_at": None}
        move_to(recovery, status, at=at, history=last.history(), **changes, **ended)


def _status_of(recovery: Recovery) -> str:
    """As long as something is open the status stands; then the last resort that was needed names the end."""
    if recovery.open:
        return str(recovery.status)
    if recovery.undone == recovery.amount:
        return Status.UNDONE
    if recovery.written_off:
        return Status.WRITTEN_OFF
    if recovery.waived:
        return Status.WAIVED
    return Status.PAID if recovery.paid else Status.SET_OFF


def receivable(recovery: Recovery) -> AccountName:
    """Where the books keep what this merchant owes the fund."""
    return chart.receivable_from(recovery.merchant_id, recovery.currency)


def next_key(recovery: Recovery) -> str:
    """The key in the books of what is done next; the row's lock keeps it from being taken twice."""
    return f"recovery:{recovery.pk}:{recovery.entries.count() + 1}"
