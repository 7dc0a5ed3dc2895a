"""Orders, as those who have a part in them see them."""

from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role, User
from common.api import one_page
from common.api_schema import listing, operation
from common.templatetags.bilingual import called
from orders.models import Booking, Line, Order, OrderKind, OrderQuerySet, SessionCard, StockOut

ORDERS_A_PAGE = 20


class BookingOutput(serializers.Serializer[Any]):
    """A time that was booked, and what the merchant recorded of it."""

    kind = serializers.ChoiceField(Booking.Kind.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    party = serializers.IntegerField(help_text="for how many people")
    promised_wait_minutes = serializers.IntegerField(
        allow_null=True, help_text="the longest wait that was promised; null: none was"
    )
    arrived_at = serializers.DateTimeField(allow_null=True)
    queue_joined_at = serializers.DateTimeField(allow_null=True)
    called_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(Booking.Outcome.choices)
    recorded_at = serializers.DateTimeField(allow_null=True, help_text="when the outcome was put on record")


class SessionCardOutput(serializers.Serializer[Any]):
    """A card for several sessions at one shop."""

    sessions = serializers.IntegerField(help_text="paid for")
    bonus_sessions = serializers.IntegerField(help_text="on top of those paid for")
    sessions_used = serializers.IntegerField()
    sessions_left = serializers.IntegerField()
    single_price = serializers.IntegerField(
        allow_null=True, help_text="minor units that a used session counts; null: its share of the price"
    )
    valid_until = serializers.DateTimeField(allow_null=True)


class StockOutOutput(serializers.Serializer[Any]):
    """What the merchant said after the purchase that it cannot deliver."""

    pieces = serializers.IntegerField()
    reported_at = serializers.DateTimeField()


class LineOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    title = serializers.CharField(help_text="in the reader's language where it is known")
    category = serializers.CharField()
    quantity = serializers.IntegerField()
    refundable_quantity = serializers.IntegerField(help_text="how many are not given back or promised yet")
    paid = serializers.IntegerField(help_text="minor units, for the whole line")
    refundable = serializers.IntegerField(help_text="minor units that are not given back or promised yet")
    booking = BookingOutput(allow_null=True)
    card = SessionCardOutput(allow_null=True)
    stock_out = StockOutOutput(allow_null=True)


class OrderOutput(serializers.Serializer[Any]):
    number = serializers.CharField()
    kind = serializers.ChoiceField(OrderKind.choices)
    merchant = serializers.CharField()
    currency = serializers.CharField(help_text="ISO 4217")
    placed_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    lines = LineOutput(many=True)


class Orders(APIView):
    @listing("List orders", OrderOutput)
    def get(self, request: CallerRequest) -> Response:
        """The orders you have a part in, newest first."""
        # Only the lists of one consumer or one merchant have an index by the time of purchase.
        by = ("-id",) if request.user.role == Role.AGENT else ("-placed_at", "-id")
        rows = with_lines(Order.objects.visible_to(request.user))
        return one_page(request, rows, by=by, size=ORDERS_A_PAGE, shown=lambda orders: [shown(row) for row in orders])


class OrderByNumber(APIView):
    @operation("Show an order", gives={HTTPStatus.OK: OrderOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, number: str) -> Response:
        """One order with its lines."""
        return Response(shown(visible_order(request.user, number)))


def visible_order(user: User, number: str) -> Order:
    """The order by its number, or 404 when it is not theirs to see."""
    return get_object_or_404(with_lines(Order.objects.visible_to(user)), number=number)


def with_lines(orders: OrderQuerySet) -> OrderQuerySet:
    lines = Line.objects.select_related("booking", "card", "stock_out").order_by("position")
    return orders.select_related("merchant").prefetch_related(Prefetch("lines", lines))


def shown(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "kind": order.kind,
        "merchant": called(order.merchant),
        "currency": order.currency,
        "placed_at": order.placed_at,
        "delivered_at": order.delivered_at,
        "lines": [_line(line) for line in order.lines.all()],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "id": line.pk,
        "position": line.position,
        "title": called(line),
        "category": line.category,
        "quantity": line.quantity,
        "refundable_quantity": line.refundable_quantity,
        "paid": line.paid,
        "refundable": line.refundable,
        "booking": _written(BookingOutput, getattr(line, "booking", None)),
        "card": _written(SessionCardOutput, getattr(line, "card", None)),
        "stock_out": _written(StockOutOutput, getattr(line, "stock_out", None)),
    }


def _written(
    shape: type[serializers.Serializer[Any]], fact: Booking | SessionCard | StockOut | None
) -> dict[str, Any] | None:
    """The fact as JSON; None where the line has none of the kind."""
    return dict(shape(fact).data) if fact else None
