"""The guarantees a merchant takes part in: what it promised and since when, joining with other terms, and leaving."""

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Merchant, Role
from accounts.permissions import for_roles
from common.api import idempotent, one_page
from common.api_schema import listing, operation, page_of
from common.strict_input import Input, Moment, Text
from policies import actions
from policies.models import Enrolment, Policy


class EnrolmentInput(Input):
    """Take part in a guarantee with own terms (absent: the platform's). Without `starts_at`: at once."""

    policy = Text(max_length=60)
    terms = serializers.DictField(
        required=False,
        help_text="by the names of the guarantee’s own terms for merchants; sums in major units by currency, as terms"
        ' are written: {"CNY": "20.00"}',
    )
    starts_at = Moment(required=False)


class EndInput(Input):
    """Without `ends_at`: at once."""

    ends_at = Moment(required=False)


class EnrolmentOutput(serializers.Serializer[Any]):
    policy = serializers.CharField()
    terms = serializers.DictField(help_text="sums in major units by currency, as they were given")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(
        allow_null=True, help_text="null: until further notice; when it starts: called off"
    )


class MerchantEnrolments(APIView):
    permission_classes = (for_roles(Role.MERCHANT),)

    @listing("List enrolments", EnrolmentOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """Every promise of your business, also those that ended, the newest first."""
        rows = Enrolment.objects.filter(merchant=_merchant(request)).select_related("policy")
        return one_page(request, rows, by=("-id",), shown=lambda found: [_shown(one) for one in found])

    @operation(
        "Enrol",
        takes=EnrolmentInput,
        gives={HTTPStatus.CREATED: EnrolmentOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """Take part in a guarantee, or take part with other terms; orders placed before keep what was promised."""
        given, now = EnrolmentInput.read(request), timezone.now()
        enrolment = actions.join(
            merchant=_merchant(request),
            policy=given["policy"],
            terms=given.get("terms", {}),
            starts_at=given.get("starts_at", now),
            by=request.user,
            at=now,
        )
        return Response(_shown(enrolment), status=HTTPStatus.CREATED)


class EnrolmentEnd(APIView):
    permission_classes = (for_roles(Role.MERCHANT),)

    @operation(
        "Leave a guarantee",
        takes=EndInput,
        gives={HTTPStatus.OK: page_of(EnrolmentOutput)},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, policy: str) -> Response:
        """Give the guarantee no more; orders placed before keep it. What would have begun later is called off."""
        given, now = EndInput.read(request), timezone.now()
        merchant = _merchant(request)
        get_object_or_404(Policy, code=policy)
        actions.resign(merchant=merchant, policy=policy, ends_at=given.get("ends_at", now), by=request.user, at=now)
        rows = Enrolment.objects.filter(merchant=merchant, policy__code=policy).select_related("policy")
        return Response({"results": [_shown(one) for one in rows.order_by("-pk")], "next": None})


def _merchant(request: CallerRequest) -> Merchant:
    membership = getattr(request.user, "membership", None)
    if membership is None:
        raise PermissionDenied
    merchant: Merchant = membership.merchant
    return merchant


def _shown(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "policy": enrolment.policy.code,
        "terms": enrolment.terms,
        "starts_at": enrolment.starts_at,
        "ends_at": enrolment.ends_at,
    }
