"""Offers as rows: at most one stands open on a claim, and each is answered once."""

from disputes.cases import Case
from disputes.models import Offer


def open_offer(case: Case) -> Offer | None:
    """The offer that waits for an answer."""
    return Offer.objects.filter(claim=case.claim, status=Offer.Status.OPEN).first()


def close_offer(case: Case, became: str) -> Offer | None:
    """Write what became of the open offer, if there is one, and return it."""
    if not case.standing.open_offer_by:
        return None
    offer = Offer.objects.get(claim=case.claim, status=Offer.Status.OPEN)
    offer.status, offer.answered_at = became, case.at
    offer.save(update_fields=["status", "answered_at"])
    return offer
