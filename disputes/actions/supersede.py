"""The card network took money back for the consumer: the claims that ask for the same money end.

Whoever went to their bank is paid there; here nothing more is paid for what is gone. Claims that were decided or whose
money was paid stay as they are: what the consumer got twice stands on the chargeback, and finance is told. What the
fund paid first counts as had, and the platform bears it.
"""

from datetime import datetime

from django.db.models import F
from django.urls import reverse

from accounts.models import Role, User
from common.transactions import atomic
from disputes.cases import Case
from disputes.endings import close_unpaid
from disputes.models import Claim, CloseReason, Deed, Offer, Party
from disputes.offers import close_offer
from disputes.rights import UNDECIDED, standing_of
from disputes.tidings import tell_both
from notices.actions import Telling, tell_all
from orders import actions as orders
from orders.models import Chargeback, Line


@atomic
def receive_chargeback(*, key: str, line: Line, amount: int, at: datetime) -> Chargeback:
    """Take a chargeback of `amount` (minor units) on the line as the network told it; open claims on its price end.

    Raises as orders.actions.receive_chargeback does.
    """
    is_new = not Chargeback.objects.filter(key=key).exists()
    if is_new:
        for claim in _superseded(line):
            case = Case(claim=claim, standing=standing_of(claim), by=None, party=Party.RULE, at=at)
            close_offer(case, Offer.Status.DECLINED)
            values = {"amount": amount, "currency": claim.currency}
            close_unpaid(case, Deed.CHARGED_BACK, CloseReason.SUPERSEDED_BY_CHARGEBACK, values=values)
            tell_both(case, "superseded_by_chargeback")
    received = orders.receive_chargeback(key=key, line=line, amount=amount, at=at)
    if is_new and received.twice:
        _tell_finance(received, at=at)
    return received


def _tell_finance(received: Chargeback, *, at: datetime) -> None:
    """The consumer got it twice: finance has to contest the chargeback with the network."""
    order = received.line.order
    values = {"order": order.number, "amount": received.twice, "currency": order.currency}
    people = User.objects.filter(role=Role.FINANCE, is_active=True)
    key, link = f"{received.exposure_key}:twice", f"{reverse('chargebacks')}?status=twice"
    tell_all([Telling(key, person, "chargeback_twice", values, link) for person in people], at=at)


def _superseded(line: Line) -> list[Claim]:
    """The claims that hold some of the line's price and nobody decided about, paid first or not, locked."""
    claims = Claim.objects.filter(line=line, status__in=UNDECIDED, paid=F("advanced"), replayed=False)
    related = claims.select_related("order", "line", "merchant", "consumer", "verdict").order_by("id")
    return [it for it in related.select_for_update(of=("self",), no_key=True) if it.refund_part]
