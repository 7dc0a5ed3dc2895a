"""The merchant confirms that the goods came back, and the consumer is paid."""

from datetime import datetime

from accounts.models import User
from common.transactions import atomic
from disputes.cases import open_case
from disputes.endings import settle_return
from disputes.models import Claim, Deed
from disputes.rights import Act
from disputes.tidings import tell_consumer


@atomic
def receive_return(*, claim: Claim, by: User, at: datetime) -> Claim:
    """Pay the refund, and the freight where the verdict said so. Raises NotYourCase, NotPossibleNow, DeadlinePassed."""
    case = open_case(claim, by=by, act=Act.RECEIPT, at=at)
    settle_return(case, Deed.RETURN_RECEIVED)
    tell_consumer(case, "return_received", amount=case.claim.paid)
    return case.claim
