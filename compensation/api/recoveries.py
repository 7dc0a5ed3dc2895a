"""What merchants owe the special fund, and what becomes of it."""

from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
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
from compensation.api.shapes import REFUSALS, Because
from compensation.models import Recovery, RecoveryEntry, Relief


class BecauseInput(Input):
    because = Because()


class PaymentInput(Input):
    """Money that came from the merchant by itself; `because` says where it is found."""

    amount = Amount(help_text="minor units")
    because = Because()


class ReliefInput(Input):
    """To give up what is open; a second person of finance has to agree."""

    kind = serializers.ChoiceField(Relief.Kind.choices)
    because = Because()


class RelievedInput(Input):
    agreed = Flag()


class InvoiceOutput(serializers.Serializer[Any]):
    number = serializers.CharField()
    amount = serializers.IntegerField(help_text="minor units")
    due_on = serializers.DateField()


class EntryOutput(serializers.Serializer[Any]):
    deed = serializers.ChoiceField(RecoveryEntry.Deed.choices)
    amount = serializers.IntegerField(help_text="minor units")
    at = serializers.DateTimeField()


class ReliefOutput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Relief.Kind.choices)
    because = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="until when to answer; where it is late, when it lapses")
    is_late = serializers.BooleanField()


class RecoveryOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    merchant = serializers.CharField()
    claim = serializers.CharField()
    cause = serializers.ChoiceField(Recovery.Cause.choices)
    status = serializers.ChoiceField(Recovery.Status.choices)
    amount = serializers.IntegerField(help_text="minor units that came to be owed")
    open = serializers.IntegerField(help_text="what is still owed of it")
    set_off = serializers.IntegerField()
    from_deposit = serializers.IntegerField()
    paid = serializers.IntegerField()
    waived = serializers.IntegerField()
    written_off = serializers.IntegerField()
    undone = serializers.IntegerField()
    currency = serializers.CharField(help_text="ISO 4217")
    charged_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(
        allow_null=True,
        help_text="when the next step is taken, or finance is reminded of what is disputed; null: ended",
    )
    invoice = InvoiceOutput(allow_null=True)
    proposed = ReliefOutput(allow_null=True, help_text="what waits for a second person of finance, for finance alone")
    entries = EntryOutput(many=True, help_text="the oldest first")


GIVES_THE_RECOVERY = {HTTPStatus.CREATED: RecoveryOutput}


class Recoveries(APIView):
    permission_classes = (for_roles(Role.FINANCE, Role.MERCHANT),)

    @listing("List recoveries", RecoveryOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """What merchants owe the fund, for a merchant what it owes itself, the newest first."""
        return one_page(request, _rows(request), by=("-id",), shown=lambda found: [_recovery(one) for one in found])


class RecoveryById(APIView):
    @operation("Read a recovery", gives={HTTPStatus.OK: RecoveryOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, pk: int) -> Response:
        """One sum that a merchant owes or owed, and what became of it."""
        return Response(_recovery(_found(request, pk)))


class RecoveryPayment(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation("Book a payment", takes=PaymentInput, gives=GIVES_THE_RECOVERY, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """The merchant paid by itself; what comes after the write-off is taken in as well."""
        found, given = _found(request, pk), PaymentInput.read(request)
        actions.receive_payment(recovery=found, by=request.user, at=timezone.now(), **given)
        return _answer(request, pk)


class RecoveryRelief(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation("Propose a relief", takes=ReliefInput, gives=GIVES_THE_RECOVERY, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """Propose to waive or to write off what is open; another person of finance answers."""
        found, given = _found(request, pk), ReliefInput.read(request)
        actions.propose_relief(recovery=found, by=request.user, at=timezone.now(), **given)
        return _answer(request, pk)


class RecoveryReliefAnswer(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation("Answer a relief", takes=RelievedInput, gives=GIVES_THE_RECOVERY, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """A second person agrees, and it is given up; or it is owed as before."""
        found, given = _found(request, pk), RelievedInput.read(request)
        actions.answer_relief(recovery=found, by=request.user, at=timezone.now(), **given)
        return _answer(request, pk)


class RecoveryVerdict(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation("Uphold a recovery", takes=BecauseInput, gives=GIVES_THE_RECOVERY, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """What the merchant disputes is owed: it goes on where it was."""
        found, given = _found(request, pk), BecauseInput.read(request)
        actions.uphold_recovery(recovery=found, by=request.user, at=timezone.now(), **given)
        return _answer(request, pk)


class RecoveryDispute(APIView):
    permission_classes = (for_roles(Role.MERCHANT),)

    @operation("Dispute a recovery", takes=BecauseInput, gives=GIVES_THE_RECOVERY, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """You do not owe this: until finance has looked at it nothing more is taken."""
        found, given = _found(request, pk), BecauseInput.read(request)
        actions.dispute_recovery(recovery=found, statement=given["because"], by=request.user, at=timezone.now())
        return _answer(request, pk)


def _rows(request: CallerRequest) -> Any:
    rows = Recovery.objects.visible_to(request.user).select_related("merchant", "invoice")
    waiting = Relief.objects.waiting() if request.user.role == Role.FINANCE else Relief.objects.none()
    return rows.prefetch_related("entries", Prefetch("reliefs", waiting, to_attr="waiting"))


def _found(request: CallerRequest, pk: int) -> Recovery:
    found: Recovery = get_object_or_404(_rows(request), pk=pk)
    return found


def _answer(request: CallerRequest, pk: int) -> Response:
    return Response(_recovery(_found(request, pk)), status=HTTPStatus.CREATED)


PARTS = ("amount", "open", "set_off", "from_deposit", "paid", "waived", "written_off", "undone")


def _recovery(recovery: Recovery) -> dict[str, object]:
    invoice = getattr(recovery, "invoice", None)
    entries = sorted(recovery.entries.all(), key=lambda entry: entry.pk)
    return {
        "id": recovery.pk,
        "merchant": recovery.merchant.code,
        "claim": recovery.claim,
        "cause": recovery.cause,
        "status": recovery.status,
        **{name: getattr(recovery, name) for name in PARTS},
        "currency": recovery.currency,
        "charged_at": recovery.charged_at,
        "due_at": recovery.due_at,
        "invoice": invoice and {"number": invoice.number, "amount": invoice.amount, "due_on": invoice.due_on},
        "proposed": next((_relief(relief) for relief in recovery.waiting), None),  # type: ignore[attr-defined]  # fetched
        "entries": [{"deed": entry.deed, "amount": entry.amount, "at": entry.at} for entry in entries],
    }


def _relief(relief: Relief) -> dict[str, object]:
    names = ("kind", "because", "proposed_at", "due_at")
    return {**{name: getattr(relief, name) for name in names}, "is_late": relief.is_late(timezone.now())}
