"""Claims: filing one, and reading them."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import idempotent, one_page
from common.api_schema import listing, operation
from disputes.actions import file_claim
from disputes.actions.file_claim import UnknownOrder
from disputes.api.case import refuse_other_currency, shown, shown_filed, visible_claim, visible_claims
from disputes.api.examples import LIGHTNING_REFUND, NOT_A_WHOLE_NUMBER, NOTHING_LEFT, PAID_AT_ONCE
from disputes.api.shapes import ClaimInput, ClaimOutput, Entitlements
from disputes.api.trace import shown_trace
from disputes.entitlements import entitlements
from orders.models import Order
from policies.wording import because_sentence

CLAIMS_A_PAGE = 20


class OrderEntitlements(APIView):
    @operation(
        "List entitlements", gives={HTTPStatus.OK: Entitlements}, errors=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]
    )
    def get(self, request: CallerRequest, number: str) -> Response:
        """What the rules say is owed for an order before anything is claimed: by line and reason, the best first."""
        order = get_object_or_404(Order.objects.visible_to(request.user).select_related("consumer"), number=number)
        owed = [
            {
                "line": entitlement.line.pk,
                "reason": entitlement.reason,
                "remedy": entitlement.remedy,
                "amount": entitlement.amount,
                "cash_amount": entitlement.cash_amount,
                "currency": entitlement.currency,
                "settles": entitlement.settles,
                "because": because_sentence(entitlement.verdict),
                "trace": shown_trace(entitlement.verdict, request.user),
            }
            for entitlement in entitlements(order, now=timezone.now())
        ]
        return Response({"entitlements": owed})


class Claims(APIView):
    def get_permissions(self) -> Sequence[Any]:
        return [for_roles(Role.CONSUMER)()] if self.request.method == "POST" else super().get_permissions()

    @listing("List claims", ClaimOutput)
    def get(self, request: CallerRequest) -> Response:
        """The claims you have a part in, newest first."""
        now = timezone.now()
        return one_page(
            request,
            visible_claims(request.user),
            by=("-id",),
            size=CLAIMS_A_PAGE,
            shown=lambda claims: shown(claims, request.user, now=now),
        )

    @operation(
        "File a claim",
        takes=ClaimInput,
        gives={HTTPStatus.CREATED: ClaimOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
        examples=[LIGHTNING_REFUND, PAID_AT_ONCE, NOT_A_WHOLE_NUMBER, NOTHING_LEFT],
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """Say what went wrong with a line. What the rules settle at once is paid in the same moment."""
        given = ClaimInput.read(request)
        now = timezone.now()
        if "currency" in given:
            refuse_other_currency(given, _currency_of(given["order"], Order.objects.visible_to(request.user)))
        claim = file_claim(consumer=request.user, at=now, **given)
        return Response(shown_filed(claim, request.user, now=now), status=HTTPStatus.CREATED)


def _currency_of(number: str, orders: QuerySet[Order]) -> str:
    currency = orders.filter(number=number).values_list("currency", flat=True).first()
    if currency is None:
        raise UnknownOrder
    return currency


class ClaimByNumber(APIView):
    @operation("Show a claim", gives={HTTPStatus.OK: ClaimOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, number: str) -> Response:
        """One claim: whose turn it is, until when, what you can do, and how far the money is."""
        claim = visible_claim(request.user, number)
        return Response(shown([claim], request.user, now=timezone.now())[0])
