"""Money that finance puts into the fund, sets aside, or takes in as a deposit."""

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
from common.strict_input import Amount, Currency, Flag, Input, Text
from compensation.actions.filling import answer_filling, propose_filling
from compensation.api.shapes import REFUSALS, Because
from compensation.models import Filling


class FillingInput(Input):
    """`merchant` (its code) belongs to a deposit, `budget` to what is set aside; `because` says where the money is."""

    kind = serializers.ChoiceField(Filling.Kind.choices)
    amount = Amount(help_text="minor units")
    currency = Currency(help_text="ISO 4217")
    merchant = Text(max_length=50, allow_blank=True, default="")
    budget = Text(max_length=60, allow_blank=True, default="")
    because = Because()


class FillingAnswerInput(Input):
    agreed = Flag()


class FillingOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Filling.Kind.choices)
    merchant = serializers.CharField(help_text="the code; empty where it is no deposit")
    budget = serializers.CharField(help_text="empty where nothing is set aside")
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    because = serializers.CharField()
    agreed = serializers.BooleanField(allow_null=True, help_text="null: waits for a second person")
    proposed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="until when a second person may answer; then it lapses, and nothing moves"
    )
    answered_at = serializers.DateTimeField(allow_null=True)


GIVES = {HTTPStatus.CREATED: FillingOutput}


class MoneyIn(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing("List money that came in", FillingOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """What was put into the fund, set aside or left as a deposit, the newest first."""
        rows = Filling.objects.visible_to(request.user).select_related("merchant")
        return one_page(request, rows, by=("-id",), shown=lambda found: [_filling(one) for one in found])

    @operation(
        "Propose to book money",
        takes=FillingInput,
        gives=GIVES,
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """Write down what came in or shall be set aside; another person of finance answers, and then it is booked."""
        given = FillingInput.read(request)
        proposed = propose_filling(by=request.user, at=timezone.now(), **given)
        return Response(_filling(proposed), status=HTTPStatus.CREATED)


class MoneyInAnswer(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation("Answer what was proposed", takes=FillingAnswerInput, gives=GIVES, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """A second person agrees, and the money is booked; or nothing moves."""
        found = get_object_or_404(Filling.objects.visible_to(request.user), pk=pk)
        given = FillingAnswerInput.read(request)
        answered = answer_filling(filling=found, by=request.user, at=timezone.now(), **given)
        return Response(_filling(answered), status=HTTPStatus.CREATED)


def _filling(filling: Filling) -> dict[str, object]:
    names = ("kind", "budget", "amount", "currency", "because", "agreed", "proposed_at", "due_at", "answered_at")
    return {
        "id": filling.pk,
        "merchant": filling.merchant.code if filling.merchant else "",
        **{name: getattr(filling, name) for name in names},
    }
