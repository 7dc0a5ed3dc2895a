"""What becomes of a claim at once: written down with its verdict, then paid, closed, or handed to whoever acts next."""

from datetime import datetime

from common.compiled import insert
from common.crash_points import crash_point
from compensation.schemes.frame import Circumstances
from disputes.cases import Case
from disputes.deadlines import turn_and_due
from disputes.endings import ask_return
from disputes.models import Claim, CloseReason, Deed, Event, Party, Status
from disputes.payments import IN_KIND, pay
from disputes.rights import Standing
from disputes.tidings import tell_both, tell_consumer, tell_merchant
from policies.clocks import Clocks
from policies.traces import Verdict
from policies.words import Remedy, Settles
from refunds.models import Payer

HANDED_OVER_AS = {
    Settles.AFTER_MERCHANT: Status.AWAITING_MERCHANT,
    Settles.AFTER_RETURN: Status.AWAITING_RETURN,
    Settles.BY_AGENT: Status.AWAITING_EVIDENCE,
}


def settle_or_hand_over(claim: Claim, verdict: Verdict, around: Circumstances, *, at: datetime) -> None:
    """Pay what the rule settles; everything else waits for whoever the status names."""
    if not verdict.granted:
        _settle(claim, Status.CLOSED, CloseReason.NOTHING_OWED, Deed.FOUND_NOTHING_OWED, at=at)
    elif verdict.settles != Settles.AT_ONCE:
        _hand_over(claim, HANDED_OVER_AS[verdict.settles], around.clocks, at=at)
    elif claim.remedy in IN_KIND:
        _settle(claim, Status.SETTLED, CloseReason.GIVEN_IN_KIND, Deed.GIVEN_IN_KIND, at=at)
        pay(claim, 0, payer=Payer.MERCHANT, at=at)
        tell_consumer(_case(claim, at), "claim_paid", case_="in_kind")
    else:
        _settle(claim, Status.SETTLED, CloseReason.PAID_BY_RULE, Deed.PAID_BY_RULE, at=at)
        _pay_at_once(claim, bottomless=around.money.settlement_room is None, at=at)


def _settle(claim: Claim, status: Status, reason: CloseReason, deed: Deed, *, at: datetime) -> None:
    """Born final: the row is written once, with its whole story, as paid in full."""
    claim.status, claim.closed_at, claim.close_reason = status, at, reason
    claim.paid = claim.amount
    values = {"amount": claim.paid, "currency": claim.currency}
    filed = _filed(claim, became="", at=at)
    ended = Event.new(claim=claim, kind=deed, party=Party.RULE, at=at, became=status, values=values)
    _store(claim, filed, ended)


def _store(claim: Claim, *events: Event) -> None:
    """The verdict, the claim and the beginning of its story, in one statement."""
    assert claim.verdict is not None  # noqa: S101 whatever is filed was judged
    insert(claim.verdict, claim, *events, *([claim.cap_use] if claim.cap_use else []))
    crash_point("disputes.verdict_is_recorded")


def _pay_at_once(claim: Claim, *, bottomless: bool, at: datetime) -> None:
    """In the rare case that an empty fund has to stand in for the merchant, nothing is paid yet after all."""
    if pay(claim, claim.amount, payer=Payer.MERCHANT, at=at, bottomless=bottomless) < claim.amount:
        claim.paid = 0
        Claim.objects.filter(pk=claim.pk).update(paid=0)
    elif claim.remedy != Remedy.COUPON:  # of a coupon its holder is told by the coupon itself
        tell_consumer(_case(claim, at), "claim_paid", case_="arrived" if _is_there(claim) else "on_its_way")


def _hand_over(claim: Claim, status: Status, clocks: Clocks, *, at: datetime) -> None:
    claim.status, claim.turned_at = status, at
    claim.turn, claim.due_at = turn_and_due(status, 0, clocks=clocks, kind=claim.order.kind, at=at)
    _store(claim, _filed(claim, became=status, at=at))
    case = _case(claim, at)
    match status:
        case Status.AWAITING_MERCHANT:
            tell_merchant(case, "claim_filed")
        case Status.AWAITING_RETURN:
            ask_return(claim, at=at)
            tell_consumer(case, "return_asked")
        case Status.AWAITING_EVIDENCE:
            tell_both(case, "evidence_asked")


def _filed(claim: Claim, *, became: str, at: datetime) -> Event:
    values = {"amount": claim.amount, "currency": claim.currency, "statement": claim.statement}
    return Event.new(
        claim=claim, kind=Deed.FILED, party=Party.CONSUMER, actor=claim.consumer, at=at, became=became, values=values
    )


def _case(claim: Claim, at: datetime) -> Case:
    return Case(claim=claim, standing=Standing(), by=claim.consumer, party=Party.CONSUMER, at=at)


def _is_there(claim: Claim) -> bool:
    """The wallet settles in the transaction that pays it."""
    return claim.order.paid_through == "wallet"
