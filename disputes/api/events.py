"""What events brought a consumer's order, and contesting it; and chargebacks as the card network tells them."""

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import idempotent, one_page
from common.api_schema import listing, operation
from common.strict_input import Amount, Input, Text, WholeNumber
from compensation.models import Affected
from disputes.actions.contest import contest, contestable_until
from disputes.actions.supersede import receive_chargeback
from disputes.api.case import shown_filed
from disputes.api.shapes import ClaimOutput
from disputes.api.trace import shown_trace
from orders.actions import reverse_chargeback
from orders.models import Chargeback, Line, Order
from policies.traces import read
from policies.wording import because_sentence

KEY_LENGTH = 80


class ByEventOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    line = serializers.IntegerField()
    kind = serializers.CharField(help_text="what happened")
    status = serializers.ChoiceField(Affected.Status.choices)
    amount = serializers.IntegerField(help_text="minor units")
    compensation = serializers.IntegerField(help_text="the part of it beyond the price")
    currency = serializers.CharField()
    because = serializers.CharField(help_text="a sentence")
    trace = serializers.JSONField(allow_null=True)
    contestable_until = serializers.DateTimeField(allow_null=True)


class ByEventList(serializers.Serializer[Any]):
    events = ByEventOutput(many=True)


class ContestInput(Input):
    amount = Amount(help_text="minor units beyond what the event paid")
    statement = Text()


class OrderEvents(APIView):
    @operation("List what events paid", gives={HTTPStatus.OK: ByEventList}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, number: str) -> Response:
        """What happened to an order's lines, and what was paid for it without a claim."""
        order = get_object_or_404(Order.objects.visible_to(request.user), number=number)
        rows = Affected.objects.filter(line__order=order).select_related("happening", "verdict", "line__order")
        return Response({"events": [_shown(row, request) for row in rows.order_by("id")]})


def _shown(row: Affected, request: CallerRequest) -> dict[str, Any]:
    verdict = read(row.verdict.body) if row.verdict else None
    return {
        "id": row.pk,
        "line": row.line_id,
        "kind": row.happening.kind,
        "status": row.status,
        "amount": row.amount,
        "compensation": row.compensation,
        "currency": row.currency,
        "because": because_sentence(verdict) if verdict else "",
        "trace": shown_trace(verdict, request.user) if verdict else None,
        "contestable_until": contestable_until(row) if row.ended_at else None,
    }


class EventContest(APIView):
    permission_classes = (for_roles(Role.CONSUMER),)

    @operation(
        "Contest what an event paid",
        takes=ContestInput,
        gives={HTTPStatus.CREATED: ClaimOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, number: str, affected: int) -> Response:
        """Ask a person for more than an event paid. You keep what you got."""
        order = get_object_or_404(Order.objects.visible_to(request.user), number=number)
        row = get_object_or_404(Affected, pk=affected, line__order=order)
        given, now = ContestInput.read(request), timezone.now()
        claim = contest(affected=row.pk, consumer=request.user, at=now, **given)
        return Response(shown_filed(claim, request.user, now=now), status=HTTPStatus.CREATED)


class ChargebackInput(Input):
    """A chargeback names its line and sum; a reversal the chargeback that it `reverses`."""

    key = Text(max_length=KEY_LENGTH, help_text="the network's own name of it, used once")
    line = WholeNumber(min_value=1, required=False)
    amount = Amount(required=False, help_text="minor units of the order's currency")
    reverses = Text(max_length=KEY_LENGTH, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in ("line", "amount") if name in attrs]
        if ("reverses" in attrs) == bool(named) or len(named) == 1:
            raise serializers.ValidationError({"line": ["Name a line with an amount, or what it reverses."]})
        return attrs


class ChargebackOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    line = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="minor units")
    counted = serializers.IntegerField(help_text="what of it was left of the line's price, and is held against it")
    twice = serializers.IntegerField(help_text="what the consumer got twice")
    reversed_at = serializers.DateTimeField(allow_null=True)


class Chargebacks(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing("List chargebacks", ChargebackOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """What the card network took back, the newest first, each with what the consumer got twice."""
        rows = Chargeback.objects.visible_to(request.user)
        return one_page(request, rows, by=("-id",), shown=lambda found: [_chargeback(one) for one in found])

    @operation(
        "Tell of a chargeback",
        takes=ChargebackInput,
        gives={HTTPStatus.CREATED: ChargebackOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """The card network took money back for a line, or gave it back to the merchant. Open claims on it end."""
        given, now = ChargebackInput.read(request), timezone.now()
        if "reverses" in given:
            found = reverse_chargeback(at=now, **given)
        else:
            line = get_object_or_404(Line.objects.select_related("order"), pk=given["line"])
            found = receive_chargeback(key=given["key"], line=line, amount=given["amount"], at=now)
        return Response(_chargeback(found), status=HTTPStatus.CREATED)


def _chargeback(found: Chargeback) -> dict[str, Any]:
    return {
        "key": found.key,
        "line": found.line_id,
        "amount": found.amount,
        "counted": found.counted,
        "twice": found.twice,
        "reversed_at": found.reversed_at,
    }
