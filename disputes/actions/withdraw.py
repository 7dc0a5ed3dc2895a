"""The consumer takes the claim back; what it held of the line's price is free again."""

from datetime import datetime

from accounts.models import User
from common.transactions import atomic
from disputes.cases import open_case
from disputes.endings import close_unpaid
from disputes.models import Claim, CloseReason, Deed, Offer
from disputes.offers import close_offer
from disputes.rights import Act
from disputes.statements import written
from disputes.tidings import tell_both


@atomic
def withdraw(*, claim: Claim, by: User, statement: str = "", at: datetime) -> Claim:
    """Close the claim without a payment. Raises NotYourCase, NotPossibleNow, DeadlinePassed, StatementTooLong."""
    case = open_case(claim, by=by, act=Act.WITHDRAWAL, at=at)
    close_offer(case, Offer.Status.DECLINED)
    close_unpaid(case, Deed.WITHDRAWN, CloseReason.WITHDRAWN, values={"statement": written(statement)})
    tell_both(case, "withdrawn")
    return case.claim
