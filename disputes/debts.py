"""What the special fund owes consumers, and how it is paid once there is money in the fund again.

A case never waits for the fund: it ends, and the debt stays behind as a row of its own, told to the consumer.
"""

import logging
from datetime import datetime

from django.db import Error

from common.crash_points import crash_point
from common.transactions import atomic
from disputes.models import Claim, Debt, Deed, Event, Party
from disputes.payments import Parts, fund_pays
from disputes.tidings import tell_people

logger = logging.getLogger(__name__)


def pay_debts(*, now: datetime, limit: int = 100) -> int:
    """Pay what the fund owes, oldest first, at most `limit` debts; the number of those paid.

    Each debt is a transaction of its own. Where the money of one currency runs out, its later debts wait in line.
    """
    paid, empty = 0, set[str]()
    for debt in (
        Debt.objects.filter(paid_at__isnull=True).order_by("owed_at", "id").values("pk", "claim__currency")[:limit]
    ):
        if debt["claim__currency"] in empty:
            continue
        try:
            if _pay(debt["pk"], now=now):
                paid += 1
            else:
                empty.add(debt["claim__currency"])
        except Error:
            logger.exception("Debt %s could not be paid.", debt["pk"])
    return paid


@atomic
def _pay(pk: int, *, now: datetime) -> bool:
    """Whether the debt is paid now; another worker that holds it counts as paying it."""
    debt = Debt.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=pk, paid_at__isnull=True).first()
    if debt is None:
        return True
    claim = Claim.objects.select_related("order", "line", "merchant", "consumer", "verdict").get(pk=debt.claim_id)
    parts = Parts(refund=debt.refund, compensation=debt.compensation)
    if not fund_pays(claim, parts, number=debt.number, as_expense=debt.as_expense, at=now):
        return False
    crash_point("disputes.debt_is_drawn")
    Debt.objects.filter(pk=pk).update(paid_at=now)
    _record(claim, debt.amount, now)
    crash_point("disputes.before_debt_is_committed")
    return True


def _record(claim: Claim, amount: int, now: datetime) -> None:
    claim.paid += amount
    Claim.objects.filter(pk=claim.pk).update(paid=claim.paid)
    values = {"amount": amount, "currency": claim.currency}
    Event.objects.create(claim=claim, kind=Deed.DEBT_PAID, party=Party.RULE, at=now, values=values)
    tell_people(claim, [claim.consumer], "claim_paid", key="debt", at=now, amount=amount)
