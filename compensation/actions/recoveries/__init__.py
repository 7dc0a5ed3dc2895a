"""What a merchant owes the fund: written down with its cause, got back, given up, and undone when the merchant wins.

Each verb works on recoveries it holds under their row locks, moves the money and writes the entry in one transaction.
Amounts are minor units. Nothing here ever touches the consumer.
"""

from compensation.actions.recoveries.charging import burden, claim_in, owe
from compensation.actions.recoveries.disputing import (
    NotDisputed,
    dispute_recovery,
    recovery_terms,
    reminded_at,
    uphold_recovery,
)
from compensation.actions.recoveries.entries import NothingToRecover, NotOpen, lock
from compensation.actions.recoveries.getting_back import (
    MoreThanIsOwed,
    receive_payment,
    recover,
    set_off,
    take_from_deposit,
)
from compensation.actions.recoveries.giving_up import (
    AlreadyProposed,
    NothingProposed,
    answer_relief,
    attend_reliefs,
    propose_relief,
    write_off,
)
from compensation.actions.recoveries.undoing import forgive, undo_recoveries

__all__ = [
    "AlreadyProposed",
    "MoreThanIsOwed",
    "NotDisputed",
    "NotOpen",
    "NothingProposed",
    "NothingToRecover",
    "answer_relief",
    "attend_reliefs",
    "burden",
    "claim_in",
    "dispute_recovery",
    "forgive",
    "lock",
    "owe",
    "propose_relief",
    "receive_payment",
    "recover",
    "recovery_terms",
    "reminded_at",
    "set_off",
    "take_from_deposit",
    "undo_recoveries",
    "uphold_recovery",
    "write_off",
]
