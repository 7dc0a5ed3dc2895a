"""The merchant's refund desk: money back without a claim, in full or in several parts."""

import secrets
from datetime import datetime
from http import HTTPStatus

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from ledger.actions import Overdrawn
from notices.actions import tell
from orders import actions as orders
from orders.models import Line
from refunds import actions as refunds
from refunds.models import Payer, Refund
from refunds.rules import asked_of


class NotYourLine(Refusal):
    """For this person the line does not exist."""

    code = "not_found"
    message = _("There is no such order line.")
    http_status = HTTPStatus.NOT_FOUND


class NotPositive(Refusal):
    code = "not_positive"
    message = _("Enter more than zero.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


class SettlementExhausted(Refusal):
    code = "settlement_exhausted"
    message = _("Your settlement account does not cover this refund. Refund less, or top it up first.")
    field = "amount"


@atomic
def refund_unasked(
    *, line: int, by: User, amount: int | None = None, quantity: int | None = None, at: datetime
) -> Refund:
    """Refund `amount` minor units, the price of `quantity` pieces, or all that is left, from the merchant's settlement.

    What open claims ask for is not the merchant's to give twice. Raises NotYourLine, NotPositive, AboveWhatWasPaid,
    QuantityAboveWhatIsLeft, NothingLeftToRefund, SettlementExhausted.
    """
    bought = _own_line(line, by)
    asked = asked_of(
        paid=bought.paid,
        quantity=bought.quantity,
        refundable=bought.refundable,
        refundable_quantity=bought.refundable_quantity,
        pieces=quantity,
        amount=amount,
    )
    if amount is None and quantity is None and asked.amount == 0:
        raise orders.NothingLeftToRefund
    if asked.amount <= 0 or (quantity is not None and quantity <= 0):
        raise NotPositive
    key = f"desk:{bought.pk}:{secrets.token_hex(8)}"
    orders.take(key=key, line_id=bought.pk, amount=asked.amount, quantity=asked.quantity, at=at)
    try:
        refund = refunds.refund(
            key=key,
            line=bought,
            amount=asked.amount,
            quantity=asked.quantity,
            payee=bought.order.consumer,
            payer=Payer.MERCHANT,
            gateway=bought.order.paid_through,
            at=at,
            made_by=by,
        )
    except Overdrawn:
        raise SettlementExhausted from None
    crash_point("disputes.refund_is_given_unasked")
    _tell(bought, refund, at)
    return refund


def _own_line(line: int, by: User) -> Line:
    if by.role != Role.MERCHANT:
        raise NotYourLine
    lines = Line.objects.select_related("order__consumer", "order__merchant")
    found = lines.filter(pk=line, order__merchant=by.membership.merchant_id).first()
    if found is None:
        raise NotYourLine
    return found


def _tell(line: Line, refund: Refund, at: datetime) -> None:
    order = line.order
    values = {
        "order": order.number,
        "item": line.title,
        "item_zh": line.title_zh,
        "merchant": order.merchant.name,
        "merchant_zh": order.merchant.name_zh,
        "amount": refund.amount,
        "currency": refund.currency,
    }
    tell(
        key=f"refund:{refund.key}",
        recipient=order.consumer,
        kind="refunded_unasked",
        values=values,
        link=reverse("order", args=[order.number]),
        at=at,
    )
