"""What waits for a second person of finance, and their word."""

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
from common.strict_input import Input, Text
from payouts import actions
from payouts.api.payouts import PayoutInBrief, in_brief
from payouts.models import Approval, Payout
from payouts.statements import REASON_LIMIT


class ApprovalInput(Input):
    because = Text(max_length=REASON_LIMIT, allow_blank=True, default="", help_text="why, in your own words")


class ApprovalOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    about = serializers.ChoiceField(Approval.About.choices, help_text="what happens once it is approved")
    payout = PayoutInBrief()
    made_by_you = serializers.BooleanField(help_text="you awarded it or asked for it, so somebody else has to approve")
    conspicuous = serializers.ListField(child=serializers.CharField(), help_text="the tests that asked for a person")
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="when finance is reminded next; null: approved")
    approved_at = serializers.DateTimeField(allow_null=True)
    because = serializers.CharField(help_text="empty until it is approved")


class Approvals(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing("List what waits for approval", ApprovalOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """Payouts that are held back, and large ones that are to be called off: whoever has waited longest first."""
        rows = Approval.objects.visible_to(request.user).waiting().select_related("payout")
        return one_page(request, rows, by=("id",), shown=lambda found: [_shown(it, request) for it in found])


class PayoutApproval(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation(
        "Approve a payout",
        takes=ApprovalInput,
        gives={HTTPStatus.CREATED: ApprovalOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """A second person looked at it: it leaves or, where that was asked for, is called off. 403 for its maker."""
        payout = get_object_or_404(Payout.objects.visible_to(request.user), pk=pk)
        given = ApprovalInput.read(request)
        approval = actions.approve(payout=payout, by=request.user, at=timezone.now(), **given)
        return Response(_shown(approval, request), status=HTTPStatus.CREATED)


def _shown(approval: Approval, request: CallerRequest) -> dict[str, Any]:
    names = ("about", "asked_at", "due_at", "approved_at", "because")
    return {
        "id": approval.pk,
        "payout": in_brief(approval.payout),
        "made_by_you": approval.made_by_id == request.user.pk,
        "conspicuous": [test["code"] for test in approval.trace["tests"] if not test["passed"]],
        **{name: getattr(approval, name) for name in names},
    }
