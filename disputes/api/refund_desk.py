"""The merchant's refund desk: what was given back on its sales, and giving back before anybody asks."""

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import idempotent, one_page
from common.api_schema import listing, operation
from disputes.actions import refund_unasked
from disputes.api.case import refuse_other_currency
from disputes.api.shapes import RefundInput, RefundOutput
from orders.models import Line, Order
from payouts.api import in_brief
from refunds.models import Refund


class MerchantRefunds(APIView):
    permission_classes = (for_roles(Role.MERCHANT),)

    @listing("List refunds", RefundOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """Every refund on your sales, whoever asked for it, the newest first."""
        own = Order.objects.visible_to(request.user)
        rows = Refund.objects.filter(line__order__in=own).select_related("line__order", "payout")
        return one_page(request, rows, by=("-id",), shown=lambda refunds: [_refund(refund) for refund in refunds])

    @operation(
        "Refund a line",
        takes=RefundInput,
        gives={HTTPStatus.CREATED: RefundOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """Give money back from your settlement before anybody asks for it."""
        given, now = RefundInput.read(request), timezone.now()
        line = _own_line(request, given)
        refuse_other_currency(given, line.order.currency)
        refund = refund_unasked(
            line=line.pk, by=request.user, amount=given.get("amount"), quantity=given.get("quantity"), at=now
        )
        return Response(_refund(refund), status=HTTPStatus.CREATED)


def _own_line(request: CallerRequest, given: dict[str, Any]) -> Line:
    lines = Line.objects.filter(order__in=Order.objects.visible_to(request.user)).select_related("order")
    wanted = {"pk": given["line"]} | ({"order__number": given["order"]} if "order" in given else {})
    return get_object_or_404(lines, **wanted)


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.pk,
        "order": refund.line.order.number,
        "line": refund.line_id,
        "quantity": refund.quantity,
        "amount": refund.amount,
        "currency": refund.currency,
        "claim": _claim_of(refund.key),
        "refunded_at": refund.refunded_at,
        "payout": in_brief(refund.payout) if refund.payout else None,
    }


def _claim_of(key: str) -> str | None:
    """The number of the claim that a refund's key names as its cause."""
    match key.split(":"):
        case ["claim", number, *_]:
            return number
        case _:
            return None
