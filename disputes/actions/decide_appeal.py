"""Another reviewer decides the appeal. A reversal mirrors the money, and never takes any back from the consumer."""

from datetime import datetime

from accounts.models import User
from common.transactions import atomic
from disputes.cases import NotPossibleNow, open_case
from disputes.endings import conclude, give_back_all_but
from disputes.models import Claim, Decision, Deed, Status
from disputes.payments import awarded
from disputes.rights import Act
from disputes.rulings import mirror, ruling_from, write
from disputes.tidings import tell_both


@atomic
def decide_appeal(
    *, claim: Claim, by: User, outcome: str, reason: str, statement: str, amount: int | None = None, at: datetime
) -> Claim:
    """Decide the case once more, for good; the same arguments as `decide`, and the sum is again the whole of it.

    More than was paid: the rest is paid. Less: the consumer keeps it, and the platform makes it good to the merchant.
    Raises what `decide` raises; NotPossibleNow also for the agent who made the first decision.
    """
    case = open_case(claim, by=by, act=Act.DECISION, at=at)
    if case.claim.status != Status.APPEAL_REVIEW:
        raise NotPossibleNow(status=case.claim.get_status_display())
    ruling = ruling_from(case.claim, outcome=outcome, reason=reason, statement=statement, amount=amount)
    first = Decision.objects.get(claim=case.claim, on_appeal=False)
    write(case, ruling, on_appeal=True)
    give_back_all_but(max(ruling.amount, awarded(case.claim)), case)
    paid = mirror(case, ruling, first=first)
    conclude(case, Deed.APPEAL_DECIDED, values=ruling.values(case.claim), paid=paid, outcome=ruling.outcome)
    tell_both(case, "appeal_decided", case_=outcome, amount=ruling.amount)
    return case.claim
