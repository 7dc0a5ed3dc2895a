"""Pay people: start a payout, take it further step by step, listen to its provider, stop it, have it approved,
and reconcile what its provider reports."""

from payouts.actions.approving import MakerIsNotChecker, NotForYou, NotWaitingForApproval, approve, remind_of_approvals
from payouts.actions.attending import NotWaitingForAPerson, WaitsForASecondPerson, ask_again, call_off, unpark
from payouts.actions.budgeting import DayIsSpent, NoSuchSum, limit_budget
from payouts.actions.drawing import DrawRequest, GivesBackOnly, post_draws, request_draw, request_draws
from payouts.actions.listening import handle_events, receive_webhook
from payouts.actions.receiving import Received, UnreadableReport, receive_report
from payouts.actions.reconciling import (
    ReadMeanwhile,
    import_next_report,
    import_report,
    look_at_lines_again,
    seek_missing,
    take_in_hand,
)
from payouts.actions.resolving import (
    BreakEnded,
    NoSuchWay,
    NothingProposed,
    ProposedAnew,
    SecondPersonNeeded,
    StillOnItsWay,
    agree_to_resolution,
    resolve_break,
    take_over_break,
    turn_down_resolution,
)
from payouts.actions.sending import send_due, send_next, take_over_from_the_dead
from payouts.actions.starting import PayoutKeyReused, Start, start, start_all
from payouts.actions.stopping import NotStopped, resume_payouts, stop_payouts
from payouts.gateways.registry import WALLET, UnknownGateway, only_gives_back
from payouts.gateways.reports import NoReports
from payouts.statements import ReasonMissing, ReasonTooLong

__all__ = [
    "WALLET",
    "BreakEnded",
    "DayIsSpent",
    "DrawRequest",
    "GivesBackOnly",
    "MakerIsNotChecker",
    "NoReports",
    "NoSuchSum",
    "NoSuchWay",
    "NotForYou",
    "NotStopped",
    "NotWaitingForAPerson",
    "NotWaitingForApproval",
    "NothingProposed",
    "PayoutKeyReused",
    "ProposedAnew",
    "ReadMeanwhile",
    "ReasonMissing",
    "ReasonTooLong",
    "Received",
    "SecondPersonNeeded",
    "Start",
    "StillOnItsWay",
    "UnknownGateway",
    "UnreadableReport",
    "WaitsForASecondPerson",
    "agree_to_resolution",
    "approve",
    "ask_again",
    "call_off",
    "handle_events",
    "import_next_report",
    "import_report",
    "limit_budget",
    "look_at_lines_again",
    "only_gives_back",
    "post_draws",
    "receive_report",
    "receive_webhook",
    "remind_of_approvals",
    "request_draw",
    "request_draws",
    "resolve_break",
    "resume_payouts",
    "seek_missing",
    "send_due",
    "send_next",
    "start",
    "start_all",
    "stop_payouts",
    "take_in_hand",
    "take_over_break",
    "take_over_from_the_dead",
    "turn_down_resolution",
    "unpark",
]
