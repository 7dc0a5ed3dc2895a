"""What is owed is given up, when a second person agrees."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.actions.recoveries.entries import Entry, NotOpen, enter, lock, next_key, receivable
from compensation.models import Recovery, RecoveryEntry, Relief
from compensation.tidings.fund import tell_merchant
from ledger import chart
from ledger.actions import post
from ledger.chart import AccountName
from ledger.models import TransferKind
from payouts.actions import SecondPersonNeeded
from payouts.statements import reason as stated

Deed = RecoveryEntry.Deed


class AlreadyProposed(Refusal):
    code = "already_proposed"
    message = _("Somebody has proposed this already: a second person has to answer first.")


class NothingProposed(Refusal):
    code = "nothing_proposed"
    message = _("Nobody has proposed to give this up.")


@atomic
def propose_relief(*, recovery: Recovery, kind: str, because: str, by: User, at: datetime) -> Relief:
    """Propose to waive or to write off what is open. Raises NotOpen, AlreadyProposed, ReasonMissing, ReasonTooLong."""
    found = lock(recovery)
    if not found.open:
        raise NotOpen
    if Relief.objects.filter(recovery=found, answered_at__isnull=True).exists():
        raise AlreadyProposed
    return Relief.objects.create(
        recovery=found, kind=Relief.Kind(kind), because=stated(because), proposed_by=by, proposed_at=at
    )


@atomic
def answer_relief(*, recovery: Recovery, agreed: bool, by: User, at: datetime) -> Recovery:
    """A second person agrees, and it is given up; or anybody turns it down, and it is owed as before.

    Raises NothingProposed, SecondPersonNeeded and NotOpen.
    """
    found = lock(recovery)
    proposed = Relief.objects.filter(recovery=found, answered_at__isnull=True).first()
    if proposed is None:
        raise NothingProposed
    if agreed and proposed.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    Relief.objects.filter(pk=proposed.pk).update(answered_by=by, answered_at=at, agreed=agreed)
    if agreed:
        if not found.open:
            raise NotOpen
        give_up = _waive if proposed.kind == Relief.Kind.WAIVE else write_off
        give_up(found, at=at, by=by, because=proposed.because)
    crash_point("compensation.before_relief_is_committed")
    return found


def write_off(recovery: Recovery, *, at: datetime, by: User | None = None, because: str = "") -> None:
    """What is open of a locked recovery is given up; if it comes after all it is taken in (`receive_payment`)."""
    cost = chart.write_off(recovery.currency)
    said = Entry(Deed.WRITTEN_OFF, by=by, because=because)
    _give_up(recovery, said, cost, kind=TransferKind.WRITE_OFF, at=at)


def _waive(recovery: Recovery, *, at: datetime, by: User, because: str) -> None:
    """The merchant does not have to pay what is open; the platform bears it."""
    cost = chart.compensation_expense(recovery.currency)
    said = Entry(Deed.WAIVED, by=by, because=because)
    _give_up(recovery, said, cost, kind=TransferKind.EXPENSE, at=at)
    tell_merchant(recovery, "recovery_waived", at=at)


def _give_up(recovery: Recovery, said: Entry, cost: AccountName, *, kind: TransferKind, at: datetime) -> None:
    key, amount = next_key(recovery), recovery.open
    post(posting(key, cost, receivable(recovery), amount=amount, kind=kind, at=at))
    enter(recovery, [replace(said, amount=amount, transfer=key)], at=at)
