"""One side asks another reviewer to look again: once in a case, by whoever comes first."""

from datetime import datetime

from accounts.models import User
from common.transactions import atomic
from disputes.cases import open_case
from disputes.models import Appeal, Claim, Deed, Status
from disputes.rights import Act
from disputes.statements import written
from disputes.tidings import tell_both


@atomic
def appeal(*, claim: Claim, by: User, statement: str, at: datetime) -> Claim:
    """Appeal within the window. What was paid stays paid until the appeal is decided.

    Raises NotYourCase, NotPossibleNow, DeadlinePassed, StatementMissing, StatementTooLong.
    """
    case = open_case(claim, by=by, act=Act.APPEAL, at=at)
    text = written(statement, required=True)
    Appeal.objects.create(claim=case.claim, party=case.party, appealed_by=by, statement=text, appealed_at=at)
    case.move(Status.APPEAL_REVIEW, Deed.APPEALED, values={"statement": text})
    tell_both(case, "appealed", case_=case.party)
    return case.claim
