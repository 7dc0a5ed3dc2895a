"""A consumer files a claim: judged by the rules in force when the order was placed, settled at once if they say so.

Everything happens in one transaction: the claim, its verdict, what it holds of the line's price, the payment and the
notice. What cannot be settled by rule waits for whoever must act next.
"""

from disputes.actions.file_claim.filing import file_claim
from disputes.actions.file_claim.refusals import (
    AbovePriceOfThePieces,
    AlreadyClaimed,
    AlreadyDecided,
    AmountNotPositive,
    GuaranteeIsForAllPieces,
    GuaranteeIsWhole,
    NothingOffered,
    PaidByEvent,
    ParticularsMissing,
    ParticularsNotUsable,
    QuantityNotPositive,
    RemedyNotOffered,
    SaidOtherwise,
    TooManyClaims,
    UnknownLine,
    UnknownOrder,
    WindowClosed,
    WrongReason,
)

__all__ = [
    "AbovePriceOfThePieces",
    "AlreadyClaimed",
    "AlreadyDecided",
    "AmountNotPositive",
    "GuaranteeIsForAllPieces",
    "GuaranteeIsWhole",
    "NothingOffered",
    "PaidByEvent",
    "ParticularsMissing",
    "ParticularsNotUsable",
    "QuantityNotPositive",
    "RemedyNotOffered",
    "SaidOtherwise",
    "TooManyClaims",
    "UnknownLine",
    "UnknownOrder",
    "WindowClosed",
    "WrongReason",
    "file_claim",
]
