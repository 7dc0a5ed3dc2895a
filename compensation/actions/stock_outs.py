"""The merchant says that it cannot deliver what was bought: on record at once, so that its guarantee can be claimed.

What the merchant itself has put on record settles without asking it again; the consumer is told and chooses.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from notices.actions import tell
from orders import actions as orders
from orders.models import Line, Order, OrderKind, StockOut


class UnknownLine(Refusal):
    """No such line among the business's own sales of goods."""

    code = "unknown_line"
    message = _("There is no such line among the goods you sold.")
    field = "line"
    http_status = HTTPStatus.NOT_FOUND


class WasDelivered(Refusal):
    """What was delivered has not run out."""

    code = "was_delivered"
    message = _("This order was delivered, so nothing of it can be out of stock.")


class NotThatManyPieces(Refusal):
    code = "not_that_many_pieces"
    message = _("Enter a whole number from 1 to %(most)s.")
    field = "pieces"
    http_status = HTTPStatus.BAD_REQUEST


class StockOutReported(Refusal):
    """Once for a line: the consumer was told, and may have chosen already."""

    code = "stock_out_reported"
    message = _("It is on record already how many of these are out of stock: %(pieces)s.")


@atomic
def report_stock_out(*, line: int, pieces: int, by: User, at: datetime) -> StockOut:
    """So many `pieces` of the line cannot be delivered, by the merchant's own word; the consumer is told.

    Raises UnknownLine, WasDelivered, NotThatManyPieces and StockOutReported.
    """
    sold = _own_goods(line, by)
    order = sold.order
    if order.delivered_at is not None:
        raise WasDelivered
    if not 0 < pieces <= sold.quantity:
        raise NotThatManyPieces(most=sold.quantity)
    known = StockOut.objects.filter(line=sold).first()
    if known:
        raise StockOutReported(pieces=known.pieces)
    reported = orders.record_stock_out(line=sold, pieces=pieces, at=at)
    tell(
        key=f"stock_out:{sold.pk}",
        recipient=order.consumer,
        kind="stock_out_reported",
        values=_about(sold),
        link=order.get_absolute_url(),
        at=at,
    )
    return reported


def _own_goods(line: int, by: User) -> Line:
    """The line with all that is needed of it; its row stays locked, so that nobody reports twice at once."""
    own = Line.objects.filter(order__in=Order.objects.visible_to(by), order__kind=OrderKind.GOODS)
    rows = own.select_related("order__consumer", "order__merchant").select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=line).first()
    if found is None:
        raise UnknownLine
    return found


def _about(line: Line) -> dict[str, Any]:
    merchant = line.order.merchant
    return {
        "order": line.order.number,
        "item": line.title,
        "item_zh": line.title_zh,
        "merchant": merchant.name,
        "merchant_zh": merchant.name_zh,
    }
