"""What is owed is given up, when a second person agrees.

Whoever may agree is told, and reminded when nobody has answered in time; then the proposal lapses, so that none sticks.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from compensation.actions.postings import posting
from compensation.actions.recoveries.entries import Entry, NotOpen, enter, lock, next_key, receivable
from compensation.models import Recovery, RecoveryEntry, Relief
from compensation.tidings.fund import tell_merchant, tell_of_relief, tell_of_relief_lapsed
from ledger import chart
from ledger.actions import post
from ledger.chart import AccountName
from ledger.models import TransferKind
from payouts.actions import ProposedAnew, SecondPersonNeeded
from payouts.statements import reason as stated

Deed = RecoveryEntry.Deed

# Until when a second person should answer, and how long after the reminder the proposal lapses.
ANSWER_WITHIN = timedelta(days=3)
LAPSES_AFTER = timedelta(days=11)

LOOKED_AT_ONCE = 100


class AlreadyProposed(Refusal):
    code = "already_proposed"
    message = _("Somebody has proposed this already: a second person has to answer first.")


class NothingProposed(Refusal):
    code = "nothing_proposed"
    message = _("Nobody has proposed to give this up.")


@atomic
def propose_relief(*, recovery: Recovery, kind: str, because: str, by: User, at: datetime) -> Relief:
    """Propose to waive or to write off what is open; all others of finance are told, until when to answer.

    Raises NotOpen, AlreadyProposed, ReasonMissing and ReasonTooLong.
    """
    found = lock(recovery)
    if not found.open:
        raise NotOpen
    if Relief.objects.filter(recovery=found, answered_at__isnull=True).exists():
        raise AlreadyProposed
    proposed = Relief.objects.create(
        recovery=found,
        kind=Relief.Kind(kind),
        because=stated(because),
        proposed_by=by,
        proposed_at=at,
        due_at=at + ANSWER_WITHIN,
    )
    tell_of_relief(proposed, found, at=at)
    return proposed


@atomic
def answer_relief(*, recovery: Recovery, agreed: bool, by: User, at: datetime, relief: int | None = None) -> Recovery:
    """A second person agrees, and it is given up; or anybody turns it down, and it is owed as before.

    `relief` is the one that was looked at, None: whichever is proposed. Raises NothingProposed, SecondPersonNeeded,
    NotOpen and, where another one is proposed by now, ProposedAnew.
    """
    found = lock(recovery)
    proposed = Relief.objects.filter(recovery=found, answered_at__isnull=True).first()
    if proposed is None:
        raise NothingProposed
    if relief not in (None, proposed.pk):
        raise ProposedAnew
    if agreed and proposed.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    _answered(proposed, agreed=agreed, by=by, at=at)
    if agreed:
        if not found.open:
            raise NotOpen
        give_up = _waive if proposed.kind == Relief.Kind.WAIVE else write_off
        give_up(found, at=at, by=by, because=proposed.because)
    crash_point("compensation.before_relief_is_committed")
    return found


def attend_reliefs(*, now: datetime, limit: int = LOOKED_AT_ONCE) -> int:
    """Remind of proposals that nobody answered in time, then let them lapse; how many there were."""
    due = Relief.objects.due(now).order_by("due_at", "id").values_list("recovery", flat=True)[:limit]
    return sum(_attend(recovery, now) for recovery in list(due))


@atomic
def _attend(pk: int, now: datetime) -> bool:
    """One that somebody answers at this moment is left to them."""
    rows = Recovery.objects.filter(pk=pk).select_related("merchant")
    recovery = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    relief = recovery and Relief.objects.due(now).filter(recovery=recovery).select_related("proposed_by").first()
    if not recovery or not relief:
        return False
    if relief.reminded_at is None and recovery.open:
        relief.reminded_at, relief.due_at = now, now + LAPSES_AFTER
        relief.save(update_fields=["reminded_at", "due_at"])
        tell_of_relief(relief, recovery, at=now)
    else:
        _answered(relief, agreed=False, by=None, at=now)
        if recovery.open:
            tell_of_relief_lapsed(relief, recovery, at=now)
    return True


def _answered(relief: Relief, *, agreed: bool, by: User | None, at: datetime) -> None:
    relief.answered_by, relief.answered_at, relief.agreed, relief.due_at = by, at, agreed, None
    relief.save(update_fields=["answered_by", "answered_at", "agreed", "due_at"])


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
