"""What can be done with a claim: one verb a file, each atomic, each under the claim's row lock.

A verb refuses what `disputes.rights` does not list for the person and the state, so a page that shows the rights
never offers what would be turned down.
"""

from disputes.actions.accept_offer import accept_offer
from disputes.actions.answer import answer
from disputes.actions.appeal import appeal
from disputes.actions.decide import decide
from disputes.actions.decide_appeal import decide_appeal
from disputes.actions.escalate import escalate
from disputes.actions.file_claim import file_claim
from disputes.actions.give_evidence import give_evidence
from disputes.actions.make_offer import make_offer
from disputes.actions.receive_return import receive_return
from disputes.actions.refund_unasked import refund_unasked
from disputes.actions.say import say
from disputes.actions.settle_silent import settle_silent
from disputes.actions.ship_return import ship_return
from disputes.actions.time_out import time_out
from disputes.actions.withdraw import withdraw

__all__ = [
    "accept_offer",
    "answer",
    "appeal",
    "decide",
    "decide_appeal",
    "escalate",
    "file_claim",
    "give_evidence",
    "make_offer",
    "receive_return",
    "refund_unasked",
    "say",
    "settle_silent",
    "ship_return",
    "time_out",
    "withdraw",
]
