"""The fund's line, as finance sees it."""

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import one_page
from common.api_schema import listing
from payouts.line import Place, WaitsFor, explained
from payouts.models import Draw


class PlaceOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField(help_text="the key of the payout that begins when the fund pays it")
    payee = serializers.IntegerField(help_text="whose money it is")
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    budget = serializers.CharField(help_text="which budget of the fund is to pay it")
    accepted_at = serializers.DateTimeField(help_text="in line since")
    waits_for = serializers.ChoiceField(WaitsFor.choices)
    is_behind = serializers.BooleanField(help_text="older ones of its budget are paid before it")
    is_large = serializers.BooleanField(help_text="once it is drawn, a second person has to approve it")


class FundLine(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing("List what waits for the fund", PlaceOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """What the fund is to pay and has not paid yet, the oldest first, and what each waits for."""
        rows = Draw.objects.visible_to(request.user)
        now = timezone.now()
        return one_page(request, rows, by=("id",), shown=lambda draws: [_place(it) for it in explained(draws, now=now)])


def _place(place: Place) -> dict[str, Any]:
    draw = place.draw
    names = ("key", "amount", "currency", "budget", "accepted_at")
    return {
        "id": draw.pk,
        "payee": draw.payee_id,
        **{name: getattr(draw, name) for name in names},
        "waits_for": place.waits_for,
        "is_behind": place.is_behind,
        "is_large": place.is_large,
    }
