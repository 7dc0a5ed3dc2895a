"""The special fund: advances, what merchants owe and what becomes of it, and force majeure."""

from collections.abc import Sequence
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
from common.strict_input import Amount, Flag, Input, Moment, Text
from compensation import actions
from compensation.actions.declaring import refuse_all_but_seniors
from compensation.models import Advance, ForceMajeure, Recovery, RecoveryEntry, Relief
from payouts.statements import REASON_LIMIT


class Because(Text):
    """Why, in your own words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": REASON_LIMIT, "allow_blank": True, "default": "", **kwargs})


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


class DeclarationInput(Input):
    """`where` is the city’s name, the store’s code or the market’s name ("" is this marketplace)."""

    kind = serializers.ChoiceField(ForceMajeure.Kind.choices)
    place = serializers.ChoiceField(ForceMajeure.Place.choices)
    where = Text(max_length=80, allow_blank=True, default="")
    starts_at = Moment()
    ends_at = Moment(required=False, allow_null=True, default=None)
    because = Because()


class NothingMore(Input):
    """Nothing: the address says it all."""


class AdvanceOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    claim = serializers.CharField(help_text="empty where finance paid by hand")
    cause = serializers.ChoiceField(Advance.Cause.choices)
    status = serializers.ChoiceField(Advance.Status.choices)
    amount = serializers.IntegerField(help_text="minor units")
    charged = serializers.IntegerField(help_text="what the merchant was found to owe for it")
    borne = serializers.IntegerField(help_text="what the platform bears")
    currency = serializers.CharField(help_text="ISO 4217")
    advanced_at = serializers.DateTimeField()


class AdvancePage(serializers.Serializer[Any]):
    results = AdvanceOutput(many=True)
    next = serializers.URLField(allow_null=True)


class InvoiceOutput(serializers.Serializer[Any]):
    number = serializers.CharField()
    amount = serializers.IntegerField(help_text="minor units")
    due_on = serializers.DateField()


class EntryOutput(serializers.Serializer[Any]):
    deed = serializers.ChoiceField(RecoveryEntry.Deed.choices)
    amount = serializers.IntegerField(help_text="minor units")
    at = serializers.DateTimeField()


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
    entries = EntryOutput(many=True, help_text="the oldest first")


class RecoveryPage(serializers.Serializer[Any]):
    results = RecoveryOutput(many=True)
    next = serializers.URLField(allow_null=True)


class ForceMajeureOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ForceMajeure.Kind.choices)
    place = serializers.ChoiceField(ForceMajeure.Place.choices)
    where = serializers.CharField(help_text="the city, the store’s code, or the market")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(
        allow_null=True, help_text="null: until further notice; when it starts: called off"
    )
    because = serializers.CharField()


class ForceMajeurePage(serializers.Serializer[Any]):
    results = ForceMajeureOutput(many=True)
    next = serializers.URLField(allow_null=True)


REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]
GIVES_THE_RECOVERY = {HTTPStatus.CREATED: RecoveryOutput}


class Advances(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @operation(
        "List advances",
        gives={HTTPStatus.OK: AdvancePage},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN],
        listed=True,
    )
    def get(self, request: CallerRequest) -> Response:
        """What the fund paid before it was decided who is liable, the newest first."""
        rows = Advance.objects.visible_to(request.user)
        return one_page(request, rows, by=("-id",), shown=lambda found: [_advance(one) for one in found])


class Recoveries(APIView):
    permission_classes = (for_roles(Role.FINANCE, Role.MERCHANT),)

    @operation(
        "List recoveries",
        gives={HTTPStatus.OK: RecoveryPage},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN],
        listed=True,
    )
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


class ForceMajeures(APIView):
    def get_permissions(self) -> Sequence[Any]:
        roles = (Role.AGENT,) if self.request.method == "POST" else (Role.AGENT, Role.FINANCE)
        return [for_roles(*roles)()]

    @operation(
        "List force majeure",
        gives={HTTPStatus.OK: ForceMajeurePage},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN],
        listed=True,
    )
    def get(self, request: CallerRequest) -> Response:
        """All that was declared, the latest first."""
        rows = ForceMajeure.objects.visible_to(request.user).select_related("store")
        return one_page(request, rows, by=("-id",), shown=lambda found: [_declared(one) for one in found])

    @operation(
        "Declare force majeure",
        takes=DeclarationInput,
        gives={HTTPStatus.CREATED: ForceMajeureOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """Senior agents only. Open claims that it covers are paid first by the special fund."""
        refuse_all_but_seniors(request.user)
        given = DeclarationInput.read(request)
        declared = actions.declare_force_majeure(by=request.user, at=timezone.now(), **given)
        return Response(_declared(declared), status=HTTPStatus.CREATED)


class ForceMajeureEnd(APIView):
    permission_classes = (for_roles(Role.AGENT),)

    @operation(
        "End force majeure",
        takes=NothingMore,
        gives={HTTPStatus.CREATED: ForceMajeureOutput},
        errors=REFUSALS,
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """It is over from now on; claims that were filed before are still paid first. Before it begins: called off."""
        refuse_all_but_seniors(request.user)
        NothingMore.read(request)
        found = get_object_or_404(ForceMajeure.objects.visible_to(request.user), pk=pk)
        ended = actions.end_force_majeure(force_majeure=found, by=request.user, at=timezone.now())
        return Response(_declared(ended), status=HTTPStatus.CREATED)


def _rows(request: CallerRequest) -> Any:
    rows = Recovery.objects.visible_to(request.user).select_related("merchant", "invoice")
    return rows.prefetch_related("entries")


def _found(request: CallerRequest, pk: int) -> Recovery:
    found: Recovery = get_object_or_404(_rows(request), pk=pk)
    return found


def _answer(request: CallerRequest, pk: int) -> Response:
    return Response(_recovery(_found(request, pk)), status=HTTPStatus.CREATED)


def _advance(advance: Advance) -> dict[str, object]:
    names = ("claim", "cause", "status", "amount", "charged", "borne", "currency", "advanced_at")
    return {"id": advance.pk, **{name: getattr(advance, name) for name in names}}


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
        "entries": [{"deed": entry.deed, "amount": entry.amount, "at": entry.at} for entry in entries],
    }


def _declared(declared: ForceMajeure) -> dict[str, object]:
    return {
        "id": declared.pk,
        "kind": declared.kind,
        "place": declared.place,
        "where": declared.store.code if declared.store else declared.city or declared.market,
        "starts_at": declared.starts_at,
        "ends_at": declared.ends_at,
        "because": declared.because,
    }
