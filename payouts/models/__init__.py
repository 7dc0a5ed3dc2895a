"""How money leaves: payouts with their attempts, what their providers tell, and the controls of those who watch."""

from payouts.models.approval import Approval, ApprovalQuerySet
from payouts.models.budget import BudgetDay, DailyLimit
from payouts.models.draw import Draw, DrawQuerySet
from payouts.models.limits import Limits
from payouts.models.payout import Attempt, Attention, Move, Payout, PayoutQuerySet, Status
from payouts.models.reconciliation import (
    Break,
    BreakKind,
    BreakMove,
    BreakQuerySet,
    BreakStatus,
    RejectedLine,
    Report,
    ReportLine,
    ReportPart,
    Resolution,
    Wrong,
)
from payouts.models.stop import Stop
from payouts.models.webhook_event import WebhookEvent

__all__ = [
    "Approval",
    "ApprovalQuerySet",
    "Attempt",
    "Attention",
    "Break",
    "BreakKind",
    "BreakMove",
    "BreakQuerySet",
    "BreakStatus",
    "BudgetDay",
    "DailyLimit",
    "Draw",
    "DrawQuerySet",
    "Limits",
    "Move",
    "Payout",
    "PayoutQuerySet",
    "RejectedLine",
    "Report",
    "ReportLine",
    "ReportPart",
    "Resolution",
    "Status",
    "Stop",
    "WebhookEvent",
    "Wrong",
]
