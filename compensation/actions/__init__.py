"""What the platform does beyond the refund: it keeps guarantees, and runs the special fund. One subject a file."""

from compensation.actions.guarantees import AlreadyHonoured, Keeping, honour, honour_all
from compensation.actions.special_fund import (
    NothingToRecover,
    bear,
    budget,
    burden,
    charge,
    forgive,
    fund,
    pay_from_fund,
    recover,
    reverse,
)

__all__ = [
    "AlreadyHonoured",
    "Keeping",
    "NothingToRecover",
    "bear",
    "budget",
    "burden",
    "charge",
    "forgive",
    "fund",
    "honour",
    "honour_all",
    "pay_from_fund",
    "recover",
    "reverse",
]
