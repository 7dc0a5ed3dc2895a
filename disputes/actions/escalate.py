"""The consumer asks the platform to decide: both sides give evidence, then an agent looks at it."""

from datetime import datetime

from accounts.models import User
from common.transactions import atomic
from disputes.cases import open_case
from disputes.models import Claim, Deed, Offer, Status
from disputes.offers import close_offer
from disputes.rights import Act
from disputes.statements import written
from disputes.tidings import tell_both


@atomic
def escalate(*, claim: Claim, by: User, statement: str, at: datetime) -> Claim:
    """Ask for a decision after a rejection, or instead of answering an offer.

    Raises NotYourCase, NotPossibleNow, DeadlinePassed, StatementMissing, StatementTooLong.
    """
    case = open_case(claim, by=by, act=Act.ESCALATION, at=at)
    text = written(statement, required=True)
    close_offer(case, Offer.Status.DECLINED)
    case.move(Status.AWAITING_EVIDENCE, Deed.ESCALATED, values={"statement": text})
    tell_both(case, "escalated")
    return case.claim
