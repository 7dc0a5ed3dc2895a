"""Help in hardship beside a claim: agents grant it, and above the limits a second one answers."""

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
from common.strict_input import Amount, Flag, Input
from compensation import actions
from compensation.models import Grant
from disputes.api.case import visible_claim
from disputes.api.shapes import Statement
from payouts.api import PayoutInBrief, in_brief


class GrantInput(Input):
    """A sum out of the empathy budget, the hardship, and why this person is helped."""

    amount = Amount(help_text="minor units")
    hardship = serializers.ChoiceField(Grant.Hardship.choices)
    because = Statement()


class GrantAnswerInput(Input):
    agreed = Flag()


class GrantOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    claim = serializers.CharField()
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    hardship = serializers.ChoiceField(Grant.Hardship.choices)
    status = serializers.ChoiceField(Grant.Status.choices)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="until when a second agent may answer; then it lapses"
    )
    payout = PayoutInBrief(allow_null=True)


REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]
GIVES = {HTTPStatus.CREATED: GrantOutput}


class WaitingGrants(APIView):
    permission_classes = (for_roles(Role.AGENT),)

    @listing("List grants that wait for a second agent", GrantOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """What another agent would grant and this one may answer, the first due first."""
        rows = Grant.objects.waiting_for(request.user).select_related("payout")
        return one_page(request, rows, by=("due_at", "id"), shown=lambda found: [_grant(one) for one in found])


class ClaimEmpathy(APIView):
    permission_classes = (for_roles(Role.AGENT),)

    @operation("Grant help", takes=GrantInput, gives=GIVES, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """Paid at once, or proposed where it is above what one person grants alone."""
        claim, given = visible_claim(request.user, number), GrantInput.read(request)
        made = actions.grant(
            claim=claim.number,
            line=claim.line,
            payee=claim.consumer,
            gateway=claim.order.paid_through,
            by=request.user,
            at=timezone.now(),
            **given,
        )
        return Response(_grant(made), status=HTTPStatus.CREATED)


class ClaimEmpathyAnswer(APIView):
    permission_classes = (for_roles(Role.AGENT),)

    @operation("Answer a grant", takes=GrantAnswerInput, gives=GIVES, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str, grant: int) -> Response:
        """A second agent agrees, and it is paid; or declines."""
        claim, given = visible_claim(request.user, number), GrantAnswerInput.read(request)
        found = get_object_or_404(Grant.objects.visible_to(request.user), pk=grant, claim=claim.number)
        gateway, now = claim.order.paid_through, timezone.now()
        answered = actions.answer_grant(grant=found, gateway=gateway, by=request.user, at=now, **given)
        return Response(_grant(answered), status=HTTPStatus.CREATED)


def _grant(made: Grant) -> dict[str, object]:
    return {
        "id": made.pk,
        "claim": made.claim,
        "amount": made.amount,
        "currency": made.currency,
        "hardship": made.hardship,
        "status": made.status,
        "due_at": made.due_at,
        "payout": in_brief(made.payout) if made.payout else None,
    }
