"""Events of the marketplace: hear of them, look for whom they affect, and keep what was promised without a claim.

Nobody waits for anybody: an event is a row, the lines it affects are rows, and sweeps take what is due in small batches
(disputes.happenings runs them, as it knows the claims that are open on the same lines).
"""

from compensation.actions.happenings.attending import NotParked, dismiss, try_again
from compensation.actions.happenings.hearing import (
    EventIsOver,
    EventKeyReused,
    PeriodIsEmpty,
    UnknownEvent,
    UnknownPlace,
    WrongKind,
    announce,
    change,
)
from compensation.actions.happenings.keeping import keep_promises, keeps_at_least
from compensation.actions.happenings.looking import look_through
from compensation.actions.happenings.picking import leave_to_a_claim, lock_due, stumble

__all__ = [
    "EventIsOver",
    "EventKeyReused",
    "NotParked",
    "PeriodIsEmpty",
    "UnknownEvent",
    "UnknownPlace",
    "WrongKind",
    "announce",
    "change",
    "dismiss",
    "keep_promises",
    "keeps_at_least",
    "leave_to_a_claim",
    "lock_due",
    "look_through",
    "stumble",
    "try_again",
]
