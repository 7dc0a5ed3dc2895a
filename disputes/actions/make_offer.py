"""Haggling, with an end: the merchant offers a sum, the consumer answers with another, at most three times each."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from disputes.cases import Case, open_case
from disputes.models import Claim, Deed, Offer, Party, Status
from disputes.offers import close_offer
from disputes.rights import Act
from disputes.statements import written
from disputes.tidings import tell_consumer, tell_merchant


class OfferOutOfRange(Refusal):
    """`least` and `most` in minor units of `currency`."""

    code = "offer_out_of_range"
    message = _("An offer is at least %(least)s and at most the %(most)s that are claimed.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST
    sums = ("least", "most")


@atomic
def make_offer(*, claim: Claim, by: User, amount: int, statement: str = "", at: datetime) -> Offer:
    """Offer `amount` (minor units, above zero and at most what is claimed) instead of the claim.

    Raises NotYourCase, NotPossibleNow, DeadlinePassed, OfferOutOfRange, StatementTooLong.
    """
    return offer(open_case(claim, by=by, act=Act.OFFERS, at=at), amount=amount, statement=statement)


def offer(case: Case, *, amount: int, statement: str) -> Offer:
    """The same in a case that is open already. A counter-offer above the merchant's own is what makes it one."""
    assert case.by is not None  # noqa: S101 the clock makes no offers
    text = written(statement)
    answered = close_offer(case, Offer.Status.COUNTERED)
    _refuse_out_of_range(case.claim, amount, least=answered.amount + 1 if answered and _is_counter(case) else 1)
    made = Offer.objects.create(
        claim=case.claim, by=case.party, made_by=case.by, amount=amount, statement=text, made_at=case.at
    )
    values = {"amount": amount, "currency": case.claim.currency, "statement": text}
    if _is_counter(case):
        case.move(Status.AWAITING_MERCHANT, Deed.COUNTERED, values=values)
        tell_merchant(case, "offer_countered", amount=amount, key=f"offer:{made.pk}")
    else:
        case.move(Status.OFFER_PENDING, Deed.OFFERED, values=values)
        tell_consumer(case, "merchant_answered", case_="offered", amount=amount, key=f"offer:{made.pk}")
    return made


def _is_counter(case: Case) -> bool:
    return case.party == Party.CONSUMER


def _refuse_out_of_range(claim: Claim, amount: int, *, least: int) -> None:
    if not least <= amount <= claim.amount:
        raise OfferOutOfRange(least=min(least, claim.amount), most=claim.amount, currency=claim.currency)
