"""The case: a claim about one order line, and all that both sides and the platform said and did about it.

One subject a file.
"""

from disputes.models.backtest import Backtest, BacktestChange, BacktestPart
from disputes.models.claim import Claim, ClaimQuerySet
from disputes.models.debt import Debt
from disputes.models.decision import Appeal, Decision, DecisionReason, Outcome
from disputes.models.event import Deed, Event
from disputes.models.evidence import Evidence
from disputes.models.message import Message
from disputes.models.offer import Offer
from disputes.models.party import Party
from disputes.models.rejection import Rejection
from disputes.models.status import CloseReason, Status

__all__ = [
    "Appeal",
    "Backtest",
    "BacktestChange",
    "BacktestPart",
    "Claim",
    "ClaimQuerySet",
    "CloseReason",
    "Debt",
    "Decision",
    "DecisionReason",
    "Deed",
    "Event",
    "Evidence",
    "Message",
    "Offer",
    "Outcome",
    "Party",
    "Rejection",
    "Status",
]
