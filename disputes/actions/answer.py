"""The merchant answers a claim: accepts it, offers less, or rejects it with a typed reason."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from disputes.actions.make_offer import offer
from disputes.cases import Case, NotPossibleNow, open_case
from disputes.endings import ask_for_the_goods, goods_must_come_back, settle
from disputes.models import Claim, CloseReason, Deed, Offer, Rejection, Status
from disputes.offers import close_offer
from disputes.payments import IN_KIND
from disputes.rights import Act, Answer, answers
from disputes.statements import written
from disputes.tidings import tell_both, tell_consumer


class UnknownAnswer(Refusal):
    code = "unknown_answer"
    message = _("Answer by accepting, by making an offer or by rejecting the claim.")
    field = "kind"
    http_status = HTTPStatus.BAD_REQUEST


class AmountMissing(Refusal):
    code = "amount_missing"
    message = _("Enter the sum you offer.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


class AmountOnlyInAnOffer(Refusal):
    """Who accepts pays what was asked, and who rejects pays nothing: another sum would be an offer."""

    code = "amount_only_in_an_offer"
    message = _("A sum goes with an offer only. Make an offer, or leave the sum out.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Choose the reason why you reject the claim.")
    field = "reason"
    http_status = HTTPStatus.BAD_REQUEST


@atomic
def answer(
    *,
    claim: Claim,
    by: User,
    kind: str,
    reason: str = "",
    statement: str = "",
    amount: int | None = None,
    at: datetime,
) -> Claim:
    """Accept, offer `amount` (minor units) or reject for `reason` with a statement.

    A merchant may accept until the platform has decided. Contesting goods that came back is a rejection and goes to
    the platform at once. Raises NotYourCase, NotPossibleNow, DeadlinePassed, UnknownAnswer, AmountMissing,
    AmountOnlyInAnOffer, OfferOutOfRange, ReasonMissing, StatementMissing, StatementTooLong.
    """
    if kind not in tuple(Answer):
        raise UnknownAnswer
    if amount is not None and kind != Answer.OFFER:
        raise AmountOnlyInAnOffer
    case = open_case(claim, by=by, act=Act.ANSWER, at=at)
    if kind not in answers(case.claim, case.standing):
        raise NotPossibleNow(status=case.claim.get_status_display())
    match Answer(kind):
        case Answer.ACCEPT:
            _accept(case, written(statement))
        case Answer.OFFER:
            if amount is None:
                raise AmountMissing
            offer(case, amount=amount, statement=statement)
        case Answer.REJECT:
            _reject(case, reason=reason, statement=written(statement, required=True))
    return case.claim


def _accept(case: Case, statement: str) -> None:
    close_offer(case, Offer.Status.DECLINED)
    values = {"statement": statement}
    if goods_must_come_back(case.claim):
        ask_for_the_goods(case, Deed.ACCEPTED, values=values)
        tell_consumer(case, "return_asked", amount=case.claim.amount)
        return
    settle(case, amount=case.claim.amount, deed=Deed.ACCEPTED, reason=CloseReason.MERCHANT_ACCEPTED, values=values)
    if case.claim.remedy in IN_KIND:
        tell_consumer(case, "claim_paid", case_="in_kind")
    else:
        tell_consumer(case, "merchant_answered", case_="accepted", amount=case.claim.amount)


def _reject(case: Case, *, reason: str, statement: str) -> None:
    if reason not in Rejection.Reason:
        raise ReasonMissing
    close_offer(case, Offer.Status.DECLINED)
    assert case.by is not None  # noqa: S101 the clock never rejects
    Rejection.objects.create(
        claim=case.claim, reason=reason, statement=statement, rejected_by=case.by, rejected_at=case.at
    )
    values = {"reason": reason, "statement": statement}
    if case.claim.status == Status.RETURN_SHIPPED:
        case.move(Status.AWAITING_EVIDENCE, Deed.RETURN_CONTESTED, values=values)
        tell_both(case, "escalated")
    else:
        case.move(Status.REJECTED, Deed.REJECTED, values=values)
        tell_consumer(case, "merchant_answered", case_="rejected")
