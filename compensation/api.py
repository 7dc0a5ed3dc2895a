"""Coupons in the API: the holder's, and their redemption for an order."""

from collections.abc import Iterable
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
from common.api_schema import operation
from common.strict_input import Input
from compensation.actions import redeem_coupon
from compensation.models import Coupon

REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]


class RedemptionInput(Input):
    """The order that the coupon pays for."""

    order = serializers.CharField(max_length=40, help_text="its number; placed after the coupon was issued")


class CouponOutput(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="whoever holds the order and knows it can redeem it")
    status = serializers.ChoiceField(Coupon.Status.choices)
    amount = serializers.IntegerField(help_text="minor units; spent whole and once")
    cash_amount = serializers.IntegerField(help_text="minor units in money that it was chosen over; 0 for goodwill")
    currency = serializers.CharField(help_text="ISO 4217")
    scheme = serializers.CharField(help_text="the code of the policy that granted it")
    line = serializers.IntegerField(help_text="the line it makes good")
    consented_at = serializers.DateTimeField(allow_null=True, help_text="when it was chosen over the money")
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="it can be redeemed before this moment")
    ended_at = serializers.DateTimeField(allow_null=True)
    redeemed_for = serializers.CharField(allow_null=True, help_text="the number of the order it was spent on")


class CouponPage(serializers.Serializer[Any]):
    results = CouponOutput(many=True)
    next = serializers.URLField(allow_null=True)


class Coupons(APIView):
    @operation("List coupons", gives={HTTPStatus.OK: CouponPage}, errors=[HTTPStatus.BAD_REQUEST], listed=True)
    def get(self, request: CallerRequest) -> Response:
        """Your coupons, newest first; a merchant sees those that were redeemed with it."""
        rows = Coupon.objects.visible_to(request.user).select_related("redeemed_for")
        return one_page(request, rows, by=("-id",), shown=shown)


class CouponByCode(APIView):
    @operation("Show a coupon", gives={HTTPStatus.OK: CouponOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, code: str) -> Response:
        """One coupon as it stands now."""
        rows = Coupon.objects.visible_to(request.user).select_related("redeemed_for")
        (found,) = shown([get_object_or_404(rows, code=code)])
        return Response(found)


class CouponRedemption(APIView):
    permission_classes = (for_roles(Role.CONSUMER, Role.MERCHANT),)

    @operation(
        "Redeem a coupon",
        takes=RedemptionInput,
        gives={HTTPStatus.CREATED: CouponOutput},
        errors=REFUSALS,
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, code: str) -> Response:
        """Spend it on an order of its holder's: the holder at the checkout, or the merchant who was shown the code."""
        given = RedemptionInput.read(request)
        spent = redeem_coupon(code=code, order=given["order"], by=request.user, at=timezone.now())
        (found,) = shown([spent])
        return Response(found, status=HTTPStatus.CREATED)


def shown(coupons: Iterable[Coupon]) -> list[dict[str, Any]]:
    """One whose time is over has expired, whether a sweep has seen it or not."""
    now = timezone.now()
    return [
        {
            "code": coupon.code,
            "status": Coupon.Status.EXPIRED if coupon.is_over(now) else coupon.status,
            "amount": coupon.amount,
            "cash_amount": coupon.cash_amount,
            "currency": coupon.currency,
            "scheme": coupon.scheme,
            "line": coupon.line_id,
            "consented_at": coupon.consented_at,
            "issued_at": coupon.issued_at,
            "expires_at": coupon.expires_at,
            "ended_at": coupon.ended_at,
            "redeemed_for": coupon.redeemed_for.number if coupon.redeemed_for else None,
        }
        for coupon in coupons
    ]
