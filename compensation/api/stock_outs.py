"""Goods that ran out, in the API: the merchant says how many pieces it cannot deliver."""

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import idempotent
from common.api_schema import operation
from common.strict_input import Input, WholeNumber
from compensation.actions import report_stock_out


class MissingPiecesInput(Input):
    """How many pieces of a line of one of your orders you cannot deliver."""

    line = WholeNumber(min_value=1, max_value=2**63 - 1)
    pieces = WholeNumber(min_value=1, max_value=2**31 - 1)


class MissingPiecesOutput(serializers.Serializer[Any]):
    order = serializers.CharField()
    line = serializers.IntegerField()
    pieces = serializers.IntegerField()
    reported_at = serializers.DateTimeField()


class MerchantStockOuts(APIView):
    permission_classes = (for_roles(Role.MERCHANT),)

    @operation(
        "Report missing pieces",
        takes=MissingPiecesInput,
        gives={HTTPStatus.CREATED: MissingPiecesOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """Say, once for a line, that you cannot deliver so many pieces of it. The consumer is told at once."""
        reported = report_stock_out(**MissingPiecesInput.read(request), by=request.user, at=timezone.now())
        shown = {
            "order": reported.line.order.number,
            "line": reported.line_id,
            "pieces": reported.pieces,
            "reported_at": reported.reported_at,
        }
        return Response(shown, status=HTTPStatus.CREATED)
