"""A merchant says that it does not owe this, and finance looks at it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from compensation.actions.recoveries.entries import Entry, NotOpen, lock
from compensation.fund_terms import RecoveryTerms
from compensation.models import Invoice, Recovery, RecoveryEntry
from compensation.tidings.fund import tell_finance, tell_merchant
from payouts.statements import reason as stated
from policies.in_force import in_force, terms_of

Deed = RecoveryEntry.Deed
Status = Recovery.Status


class NotDisputed(Refusal):
    code = "recovery_not_disputed"
    message = _("The merchant does not dispute this.")


@atomic
def dispute_recovery(*, recovery: Recovery, statement: str, by: User, at: datetime) -> Recovery:
    """The merchant says that it does not owe this: nothing is set off or invoiced until finance has looked at it.

    Finance is told now, and reminded while nobody looks (`pursue_recoveries`). Raises NotOpen, also for what is
    disputed already, ReasonMissing and ReasonTooLong.
    """
    found = lock(recovery)
    if found.status not in (Status.OPEN, Status.INVOICED):
        raise NotOpen
    history = Entry(Deed.DISPUTED, by=by, because=stated(statement)).history()
    move_to(found, Status.DISPUTED, at=at, history=history, due_at=reminded_at(found, at))
    tell_finance(found, "recovery_disputed", at=at)
    return found


def reminded_at(recovery: Recovery, at: datetime) -> datetime:
    """When finance is reminded of what is disputed now; without terms a day later."""
    terms = recovery_terms(recovery, at)
    return at + timedelta(days=terms.dispute_days if terms else 1)


def recovery_terms(recovery: Recovery, now: datetime) -> RecoveryTerms | None:
    """Those in force when the merchant came to owe it, or the first there were afterwards."""
    for at in (recovery.charged_at, now):
        if version := in_force(["recovery"], at=at).get("recovery"):
            terms: RecoveryTerms = terms_of(version)
            return terms
    return None


@atomic
def uphold_recovery(*, recovery: Recovery, because: str, by: User, at: datetime) -> Recovery:
    """Finance looked at it, and it is owed: it goes on where it was. To give in, propose a relief.

    Raises NotDisputed, ReasonMissing and ReasonTooLong.
    """
    found = lock(recovery)
    if found.status != Status.DISPUTED:
        raise NotDisputed
    back = Status.INVOICED if Invoice.objects.filter(recovery=found).exists() else Status.OPEN
    why = stated(because)
    move_to(found, back, at=at, history=Entry(Deed.UPHELD, by=by, because=why).history(), due_at=at)
    tell_merchant(found, "recovery_upheld", at=at, reason=why)
    return found
