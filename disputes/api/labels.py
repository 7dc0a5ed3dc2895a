"""Which Peace of Mind labels a merchant carries now: what any program may show beside the merchant's name."""

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Merchant
from common.api_schema import operation
from compensation.models import LABELS, Admission
from policies.wording import label_of_rule


class LabelOutput(serializers.Serializer[Any]):
    code = serializers.ChoiceField([(code, code.upper()) for code in LABELS])
    name = serializers.CharField(help_text="in the language that is asked for")
    since = serializers.DateTimeField(help_text="orders placed from then on are covered")


class MerchantLabelsOutput(serializers.Serializer[Any]):
    merchant = serializers.CharField(help_text="the merchant's code")
    labels = LabelOutput(many=True)


class MerchantLabels(APIView):
    @operation("List a merchant's labels", gives={HTTPStatus.OK: MerchantLabelsOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, code: str) -> Response:
        """The labels that a merchant carries now, by the merchant's code."""
        merchant = get_object_or_404(Merchant, code=code)
        held = Admission.objects.held().filter(merchant=merchant).order_by("label")
        labels = [{"code": one.label, "name": label_of_rule(one.label), "since": one.answered_at} for one in held]
        return Response({"merchant": merchant.code, "labels": labels})
