"""How money leaves: payouts with their attempts, and what their providers tell."""

from payouts.models.payout import Attempt, Attention, Move, Payout, PayoutQuerySet, Status
from payouts.models.webhook_event import WebhookEvent

__all__ = ["Attempt", "Attention", "Move", "Payout", "PayoutQuerySet", "Status", "WebhookEvent"]
