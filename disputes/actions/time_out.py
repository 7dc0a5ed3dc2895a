"""What happens when a deadline passes: the consequences that `disputes.deadlines` names, one function for each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from common.transactions import atomic
from disputes.actions.decide import rule
from disputes.cases import Case, open_for_the_clock
from disputes.deadlines import deadline_of
from disputes.endings import (
    ask_for_the_goods,
    close_unpaid,
    conclude,
    give_back_all_but,
    goods_must_come_back,
    settle,
    settle_return,
)
from disputes.evidence import seal
from disputes.models import Claim, CloseReason, Decision, DecisionReason, Deed, Offer, Outcome, Status
from disputes.offers import close_offer
from disputes.payments import IN_KIND, awarded
from disputes.rulings import Ruling
from disputes.tidings import tell_both, tell_consumer


@atomic
def time_out(*, claim: Claim, at: datetime) -> Claim:
    """Let the passed deadline take effect. A claim that somebody moved in the meantime is left as it is."""
    case = open_for_the_clock(claim, at=at)
    if case is None:
        return claim
    LAPSES[deadline_of(case.claim.status, case.claim.level).lapse](case)
    return case.claim


def _merchant_silent(case: Case) -> None:
    """Silence decides for the consumer: as last asked for, or once the goods have come back."""
    if offer := close_offer(case, Offer.Status.ACCEPTED):
        amount = offer.amount
    elif goods_must_come_back(case.claim):
        ask_for_the_goods(case, Deed.MERCHANT_SILENT)
        tell_consumer(case, "return_asked")
        return
    else:
        amount = case.claim.amount
    settle(case, amount=amount, deed=Deed.MERCHANT_SILENT, reason=CloseReason.MERCHANT_SILENT)
    if case.claim.remedy in IN_KIND:
        tell_both(case, "claim_paid", case_="in_kind")
    else:
        _tell_both(case, "merchant_silent", amount=amount)


def _offer_lapsed(case: Case) -> None:
    """The offer stands by the merchant's word, so it is paid."""
    offer = close_offer(case, Offer.Status.LAPSED)
    assert offer is not None  # noqa: S101 an offer is pending in this status, and in no other
    settle(case, amount=offer.amount, deed=Deed.OFFER_LAPSED, reason=CloseReason.OFFER_LAPSED)
    _tell_both(case, "offer_lapsed", amount=offer.amount)


def _return_not_sent(case: Case) -> None:
    close_unpaid(case, Deed.RETURN_NOT_SENT, CloseReason.RETURN_NOT_SENT)
    _tell_both(case, "return_not_sent")


def _return_not_confirmed(case: Case) -> None:
    """The tracking number stands; silence counts as receipt."""
    settle_return(case, Deed.RETURN_NOT_CONFIRMED)
    _tell_both(case, "return_not_confirmed", amount=case.claim.paid)


def _not_escalated(case: Case) -> None:
    close_unpaid(case, Deed.NOT_ESCALATED, CloseReason.NOT_ESCALATED)
    _tell_both(case, "not_escalated")


def _evidence_sealed(case: Case) -> None:
    seal(case)
    case.move(Status.UNDER_REVIEW, Deed.EVIDENCE_SEALED)
    _tell_both(case, "evidence_sealed")


def _raised_to_senior(case: Case) -> None:
    case.move(Status.UNDER_REVIEW, Deed.RAISED_TO_SENIOR, level=1)
    _tell_both(case, "raised_to_senior")


def _decided_by_rule(case: Case) -> None:
    """The platform was too slow for both sides, so it pays, and nobody is at fault."""
    ruling = Ruling(
        outcome=Outcome.NO_FAULT,
        amount=case.claim.amount,
        reason=DecisionReason.PLATFORM_TOO_SLOW,
        statement="",
    )
    rule(case, ruling)
    _tell_both(case, "platform_too_slow", amount=ruling.amount)


def _decision_stands(case: Case) -> None:
    """Nobody appealed, or nobody decided the appeal: the decision is final as it was written."""
    decision = Decision.objects.get(claim=case.claim, on_appeal=False)
    give_back_all_but(awarded(case.claim), case)
    conclude(case, Deed.DECISION_STANDS, outcome=decision.outcome, paid=case.claim.paid)
    _tell_both(case, "decision_stands")


def _tell_both(case: Case, lapse: str, **values: Any) -> None:
    tell_both(case, "deadline_passed", case_=lapse, **values)


LAPSES: Mapping[Deed, Callable[[Case], None]] = {
    Deed.MERCHANT_SILENT: _merchant_silent,
    Deed.OFFER_LAPSED: _offer_lapsed,
    Deed.RETURN_NOT_SENT: _return_not_sent,
    Deed.RETURN_NOT_CONFIRMED: _return_not_confirmed,
    Deed.NOT_ESCALATED: _not_escalated,
    Deed.EVIDENCE_SEALED: _evidence_sealed,
    Deed.RAISED_TO_SENIOR: _raised_to_senior,
    Deed.DECIDED: _decided_by_rule,
    Deed.DECISION_STANDS: _decision_stands,
}
