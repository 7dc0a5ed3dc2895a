"""Coupons in the API: the holder's, and their redemption for an order."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role, User
from accounts.permissions import for_roles
from common.api import idempotent, one_page
from common.api_schema import listing, operation
from common.strict_input import Input
from compensation.actions import redeem_coupon
from compensation.models import Coupon

REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]


class RedemptionInput(Input):
    """The order that the coupon pays for."""

    order = serializers.CharField(max_length=40, help_text="its number; placed after the coupon was issued")


class CouponInBrief(serializers.Serializer[Any]):
    """What a claim tells of its coupons."""

    code = serializers.CharField(allow_null=True, help_text="for its holder alone")
    status = serializers.ChoiceField(Coupon.Status.choices)
    amount = serializers.IntegerField(help_text="minor units; spent whole and once")
    currency = serializers.CharField(help_text="ISO 4217")
    expires_at = serializers.DateTimeField(help_text="it can be redeemed before this moment")


class CouponOutput(CouponInBrief):
    code = serializers.CharField(help_text="whoever has the order and knows the code can redeem it")
    cash_amount = serializers.IntegerField(help_text="minor units in money that it was chosen over; 0 for goodwill")
    scheme = serializers.CharField(help_text="the code of the policy that granted it")
    line = serializers.IntegerField(help_text="the line it makes good")
    consented_at = serializers.DateTimeField(allow_null=True, help_text="when it was chosen over the money")
    issued_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    redeemed_for = serializers.CharField(allow_null=True, help_text="the number of the order it was spent on")


class Coupons(APIView):
    @listing("List coupons", CouponOutput)
    def get(self, request: CallerRequest) -> Response:
        """Your coupons, newest first; a merchant sees those that were redeemed with it."""
        rows = Coupon.objects.visible_to(request.user).select_related("redeemed_for")
        now = timezone.now()
        return one_page(
            request, rows, by=("-id",), shown=lambda coupons: [shown(it, request.user, now=now) for it in coupons]
        )


class CouponByCode(APIView):
    @operation("Show a coupon", gives={HTTPStatus.OK: CouponOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, code: str) -> Response:
        """One coupon as it stands now."""
        rows = Coupon.objects.visible_to(request.user).select_related("redeemed_for")
        return Response(shown(get_object_or_404(rows, code=code), request.user, now=timezone.now()))


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
        given, now = RedemptionInput.read(request), timezone.now()
        spent = redeem_coupon(code=code, order=given["order"], by=request.user, at=now)
        return Response(shown(spent, request.user, now=now), status=HTTPStatus.CREATED)


def in_brief(coupon: Coupon, reader: User, *, now: datetime) -> dict[str, Any]:
    """One whose time is over has expired, whether a sweep has seen it or not."""
    return {
        "code": coupon.code if reader.pk == coupon.holder_id else None,
        "status": Coupon.Status.EXPIRED if coupon.is_over(now) else coupon.status,
        "amount": coupon.amount,
        "currency": coupon.currency,
        "expires_at": coupon.expires_at,
    }


def shown(coupon: Coupon, reader: User, *, now: datetime) -> dict[str, Any]:
    return {
        **in_brief(coupon, reader, now=now),
        "code": coupon.code,
        "cash_amount": coupon.cash_amount,
        "scheme": coupon.scheme,
        "line": coupon.line_id,
        "consented_at": coupon.consented_at,
        "issued_at": coupon.issued_at,
        "ended_at": coupon.ended_at,
        "redeemed_for": coupon.redeemed_for.number if coupon.redeemed_for else None,
    }
