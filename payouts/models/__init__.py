"""How money leaves: payouts with their attempts, what their providers tell, and the controls of those who watch."""

from payouts.models.approval import Approval
from payouts.models.limits import Limits
from payouts.models.payout import Attempt, Attention, Move, Payout, PayoutQuerySet, Status
from payouts.models.stop import Stop
from payouts.models.webhook_event import WebhookEvent

__all__ = [
    "Approval",
    "Attempt",
    "Attention",
    "Limits",
    "Move",
    "Payout",
    "PayoutQuerySet",
    "Status",
    "Stop",
    "WebhookEvent",
]
