"""Force majeure: what senior agents declared, and until when."""

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
from common.api_schema import listing, operation
from common.strict_input import Input, Moment, NothingInput, Text
from compensation import actions
from compensation.actions.declaring import refuse_all_but_seniors
from compensation.api.shapes import REFUSALS, Because
from compensation.models import ForceMajeure


class DeclarationInput(Input):
    """`where` is the city’s name, the store’s code or the market’s name ("" is this marketplace)."""

    kind = serializers.ChoiceField(ForceMajeure.Kind.choices)
    place = serializers.ChoiceField(ForceMajeure.Place.choices)
    where = Text(max_length=80, allow_blank=True, default="")
    starts_at = Moment()
    ends_at = Moment(required=False, allow_null=True, default=None)
    because = Because()


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


class ForceMajeures(APIView):
    def get_permissions(self) -> Sequence[Any]:
        roles = (Role.AGENT,) if self.request.method == "POST" else (Role.AGENT, Role.FINANCE)
        return [for_roles(*roles)()]

    @listing("List force majeure", ForceMajeureOutput, errors=[HTTPStatus.FORBIDDEN])
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
        takes=NothingInput,
        gives={HTTPStatus.CREATED: ForceMajeureOutput},
        errors=REFUSALS,
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """It is over from now on; claims that were filed before are still paid first. Before it begins: called off."""
        refuse_all_but_seniors(request.user)
        NothingInput.read(request)
        found = get_object_or_404(ForceMajeure.objects.visible_to(request.user), pk=pk)
        ended = actions.end_force_majeure(force_majeure=found, by=request.user, at=timezone.now())
        return Response(_declared(ended), status=HTTPStatus.CREATED)


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
