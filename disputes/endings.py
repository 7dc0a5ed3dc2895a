"""How cases end: paid, closed without a payment, or concluded when the decision can no longer change.

Whatever of the line's price the claim held and did not pay goes back to the line.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from common.crash_points import crash_point
from compensation.actions.capping import release
from disputes.cases import Case
from disputes.models import Claim, CloseReason, Deed, Outcome, Status
from disputes.payments import award, exposure_key, lay_advance
from orders import actions as orders
from policies.words import Remedy
from refunds import actions as refunds
from refunds.models import Payer, Return

DECIDED_AS = {
    Outcome.CONSUMER: CloseReason.DECIDED_FOR_CONSUMER,
    Outcome.MERCHANT: CloseReason.DECIDED_FOR_MERCHANT,
    Outcome.SPLIT: CloseReason.DECIDED_SPLIT,
    Outcome.NO_FAULT: CloseReason.DECIDED_NO_FAULT,
}


def settle(
    case: Case, *, amount: int, deed: Deed, reason: CloseReason, values: Mapping[str, Any] | None = None
) -> None:
    """Pay `amount` (minor units) from the merchant's settlement, and end the claim."""
    give_back_all_but(amount, case)
    crash_point("disputes.before_pay")
    paid = award(case.claim, amount, payer=Payer.MERCHANT, at=case.at, by=case.by)
    crash_point("disputes.after_pay")
    told = {"amount": amount, "currency": case.claim.currency, **(values or {})}
    case.finish(Status.SETTLED, deed, reason, values=told, paid=paid)


def close_unpaid(case: Case, deed: Deed, reason: CloseReason, *, values: Mapping[str, Any] | None = None) -> None:
    """End the claim without a payment; what the fund paid first stays with the consumer, and the platform bears it."""
    give_back_all_but(0, case)
    lay_advance(case.claim, borne_by_merchant=0, at=case.at, by=case.by)
    case.finish(Status.CLOSED, deed, reason, values=values)


def conclude(case: Case, deed: Deed, *, outcome: str, paid: int, values: Mapping[str, Any] | None = None) -> None:
    """End a decided claim: nobody can change the outcome any more. `paid` is all that was paid, in minor units.

    Where the consumer keeps money although the appeal was decided for the merchant, the claim is settled all the same.
    """
    given = outcome != Outcome.MERCHANT or paid > 0
    status = Status.SETTLED if given else Status.CLOSED
    case.finish(status, deed, DECIDED_AS[Outcome(outcome)], values=values, paid=paid)


def give_back_all_but(kept: int, case: Case) -> None:
    """Give back to the line what the claim holds above `kept` minor units; pieces settled in part stay taken.

    What the fund paid first is kept in any case. The line is locked before the balances, as everywhere, so this comes
    before the payment.
    """
    claim = case.claim
    if kept < claim.amount and claim.compensation and claim.remedy != Remedy.RETURN:
        release([exposure_key(claim)], kept=max(0, kept - claim.refund_part))
    kept = max(kept, claim.advanced)
    if kept >= claim.refund_part and (kept or not claim.quantity):
        return
    if kept:
        orders.give_back(key=exposure_key(claim), amount=claim.refund_part - kept, at=case.at)
    else:
        orders.give_back(key=exposure_key(claim), at=case.at)


# --- goods that come back first ----------------------------------------------------------------------


def goods_must_come_back(claim: Claim) -> bool:
    """Whether money waits for goods that were not sent yet."""
    return claim.remedy == Remedy.RETURN and not _sent(claim)


def ask_for_the_goods(case: Case, deed: Deed, *, values: Mapping[str, Any] | None = None) -> None:
    """Let the consumer send the goods back; they are paid when the goods arrive."""
    ask_return(case.claim, at=case.at)
    case.move(Status.AWAITING_RETURN, deed, values=values)


def ask_return(claim: Claim, *, at: datetime) -> None:
    """Open the return of the claim's pieces; the freight is the part of the claim that goes beyond the price."""
    refunds.ask_return(
        key=exposure_key(claim), line=claim.line, quantity=claim.quantity, freight_amount=claim.compensation, at=at
    )


def settle_return(case: Case, deed: Deed) -> None:
    """The goods arrived, or count as arrived: pay the refund and the freight."""
    refunds.receive_return(key=exposure_key(case.claim), at=case.at)
    settle(case, amount=case.claim.amount, deed=deed, reason=CloseReason.RETURN_RECEIVED)


def _sent(claim: Claim) -> bool:
    return Return.objects.filter(key=exposure_key(claim), shipped_at__isnull=False).exists()
