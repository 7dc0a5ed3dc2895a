"""Pay people: start a payout, take it further step by step, listen to its provider, stop it, have it approved."""

from payouts.actions.approving import MakerIsNotChecker, NotForYou, NotWaitingForApproval, approve, remind_of_approvals
from payouts.actions.attending import NotWaitingForAPerson, ask_again, call_off, unpark
from payouts.actions.listening import handle_events, receive_webhook
from payouts.actions.sending import send_due, send_next, take_over_from_the_dead
from payouts.actions.starting import PayoutKeyReused, Start, start, start_all
from payouts.actions.stopping import NotStopped, resume_payouts, stop_payouts
from payouts.gateways.registry import UnknownGateway
from payouts.statements import ReasonMissing, ReasonTooLong

__all__ = [
    "MakerIsNotChecker",
    "NotForYou",
    "NotStopped",
    "NotWaitingForAPerson",
    "NotWaitingForApproval",
    "PayoutKeyReused",
    "ReasonMissing",
    "ReasonTooLong",
    "Start",
    "UnknownGateway",
    "approve",
    "ask_again",
    "call_off",
    "handle_events",
    "receive_webhook",
    "remind_of_approvals",
    "resume_payouts",
    "send_due",
    "send_next",
    "start",
    "start_all",
    "stop_payouts",
    "take_over_from_the_dead",
    "unpark",
]
