"""The platform decides a dispute and, where something is owed, pays it in the same moment."""

from datetime import datetime

from accounts.models import User
from common.transactions import atomic
from disputes.cases import Case, NotPossibleNow, open_case
from disputes.evidence import seal
from disputes.models import Claim, Deed, Status
from disputes.payments import award
from disputes.rights import Act
from disputes.rulings import Ruling, ruling_from, write
from disputes.tidings import tell_both


@atomic
def decide(
    *, claim: Claim, by: User, outcome: str, reason: str, statement: str, amount: int | None = None, at: datetime
) -> Claim:
    """Decide for consumer, merchant, split or no_fault; `amount` (minor units) defaults to all that is claimed.

    An agent who has seen enough may decide before the evidence is sealed, which seals it. Either side may appeal.
    Raises NotYourCase, NotPossibleNow, UnknownOutcome, DecisionReasonMissing, AmountDoesNotFit, StatementMissing,
    StatementTooLong.
    """
    case = open_case(claim, by=by, act=Act.DECISION, at=at)
    if case.claim.status == Status.APPEAL_REVIEW:
        raise NotPossibleNow(status=case.claim.get_status_display())
    ruling = ruling_from(case.claim, outcome=outcome, reason=reason, statement=statement, amount=amount)
    rule(case, ruling)
    tell_both(case, "decided", case_=outcome, amount=ruling.amount)
    return case.claim


def rule(case: Case, ruling: Ruling) -> None:
    """Write the decision, pay it, and open the window for appeals. Also what the clock does when nobody decided."""
    seal(case)
    write(case, ruling, on_appeal=False)
    paid = award(case.claim, ruling.amount, payer=ruling.payer, at=case.at, by=case.by)
    case.move(Status.DECIDED, Deed.DECIDED, values=ruling.values(case.claim), paid=paid)
