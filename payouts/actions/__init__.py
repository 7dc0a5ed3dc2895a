"""Pay people: start a payout, take it further step by step, listen to what its provider tells."""

from payouts.actions.listening import handle_events, receive_webhook
from payouts.actions.sending import send_due, send_next, take_over_from_the_dead
from payouts.actions.starting import PayoutKeyReused, Start, start, start_all
from payouts.gateways.registry import UnknownGateway

__all__ = [
    "PayoutKeyReused",
    "Start",
    "UnknownGateway",
    "handle_events",
    "receive_webhook",
    "send_due",
    "send_next",
    "start",
    "start_all",
    "take_over_from_the_dead",
]
