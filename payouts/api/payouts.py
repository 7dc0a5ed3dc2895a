"""Payouts, as those they concern see them."""

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from common.api_schema import operation
from payouts.models import Payout, Status


class PayoutInBrief(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(Status.choices)
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")


class PayoutOutput(PayoutInBrief):
    gateway = serializers.CharField(help_text="how the money travels")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="when it was settled or called off")
    confirm_by = serializers.DateTimeField(
        allow_null=True, help_text="until when the payee has to confirm it with the payment service"
    )
    replaced_by = serializers.IntegerField(allow_null=True, help_text="the payout that carries the sum instead")


class PayoutById(APIView):
    @operation("Show a payout", gives={HTTPStatus.OK: PayoutOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, pk: int) -> Response:
        """How far one sum is on its way. `settled` means that it arrived."""
        visible = Payout.objects.visible_to(request.user).select_related("replaced_by")
        return Response(shown(get_object_or_404(visible, pk=pk)))


def in_brief(payout: Payout) -> dict[str, Any]:
    """What a claim tells of its payouts."""
    return {"id": payout.pk, "status": payout.status, "amount": payout.amount, "currency": payout.currency}


def shown(payout: Payout) -> dict[str, Any]:
    replacement = getattr(payout, "replaced_by", None)
    return {
        **in_brief(payout),
        "gateway": payout.gateway,
        "created_at": payout.created_at,
        "ended_at": payout.ended_at,
        "confirm_by": None if payout.ended_at else payout.confirm_by,
        "replaced_by": replacement.pk if replacement else None,
    }
