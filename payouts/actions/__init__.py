from payouts.actions.approving import MakerIsNotChecker, NotForYou, NotWaitingForApproval, approve, remind_of_approvals
from payouts.actions.stopping import NotStopped, resume_payouts, stop_payouts
from payouts.statements import ReasonMissing, ReasonTooLong

__all__ = [
    "MakerIsNotChecker",
    "NotForYou",
    "NotStopped",
    "NotWaitingForApproval",
    "ReasonMissing",
    "ReasonTooLong",
    "approve",
    "remind_of_approvals",
    "resume_payouts",
    "stop_payouts",
]
