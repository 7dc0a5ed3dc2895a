"""A missing room in the API: the hotel reports it, the guest answers what is offered instead."""

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
from common.api_schema import listing, operation
from common.strict_input import Amount, Input, NothingInput, Text, WholeNumber
from compensation.actions import Offered, accept_other_hotel, decline_other_hotels, report_no_room
from compensation.models import Rehousing

REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]


class OtherHotelInput(Input):
    """Another hotel of the same class or better. You pay the difference there, and the guest's way."""

    name = Text(max_length=160)
    address = Text(max_length=300)
    room = Text(max_length=120)
    difference = Amount(min_value=0, help_text="minor units that it costs more")
    transport = Amount(min_value=0, help_text="minor units that the guest is paid for the way there")


class ReportInput(Input):
    """`room`: a free type of the same class or better. `hotels`: up to two others. Neither: the guest is paid."""

    room = Text(max_length=40, required=False, default="", allow_blank=True)
    hotels = OtherHotelInput(many=True, required=False, default=list)


class RehousingAnswerInput(Input):
    """Which of the hotels you take."""

    hotel = WholeNumber(min_value=1, max_value=2**63 - 1)


class OtherHotelOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField()
    room = serializers.CharField()
    difference = serializers.IntegerField(help_text="minor units that it costs more, paid by the first hotel")
    transport = serializers.IntegerField(help_text="minor units paid to the guest for the way there")


class RehousingOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    order = serializers.CharField()
    line = serializers.IntegerField()
    status = serializers.ChoiceField(Rehousing.Status.choices)
    answer_by = serializers.DateTimeField(help_text="without an answer before this moment the guest is paid instead")
    currency = serializers.CharField(help_text="ISO 4217")
    hotels = OtherHotelOutput(many=True)
    chosen = serializers.IntegerField(allow_null=True, help_text="the id of the hotel that was taken")
    offered_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ReportOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    rehousing = RehousingOutput(allow_null=True, help_text="what the guest has to answer; null where nothing is asked")


class StayReports(APIView):
    permission_classes = (for_roles(Role.MERCHANT),)

    @operation(
        "Report a missing room",
        takes=ReportInput,
        gives={HTTPStatus.CREATED: ReportOutput},
        errors=REFUSALS,
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, line: int) -> Response:
        """Say, at the desk or before arrival, that you cannot give the room as booked, and what you give instead."""
        given = ReportInput.read(request)
        hotels = [Offered(**hotel) for hotel in given["hotels"]]
        offered = report_no_room(line=line, room=given["room"], hotels=hotels, by=request.user, at=timezone.now())
        asked = shown([_visible(request, offered.pk)])[0] if offered else None
        return Response({"line": line, "rehousing": asked}, status=HTTPStatus.CREATED)


class Rehousings(APIView):
    permission_classes = (for_roles(Role.CONSUMER, Role.MERCHANT, Role.AGENT),)

    @listing("List offers of other hotels", RehousingOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """Other hotels that guests without a room were offered, the newest first."""
        return one_page(request, _around(request), by=("-id",), shown=shown)


class RehousingById(APIView):
    @operation("Show an offer of other hotels", gives={HTTPStatus.OK: RehousingOutput}, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, pk: int) -> Response:
        """What was offered, until when it may be answered, and what became of it."""
        return Response(shown([_visible(request, pk)])[0])


class RehousingAcceptance(APIView):
    permission_classes = (for_roles(Role.CONSUMER),)

    @operation(
        "Take another hotel",
        takes=RehousingAnswerInput,
        gives={HTTPStatus.CREATED: RehousingOutput},
        errors=REFUSALS,
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """The guest takes one of the hotels, and is paid the way there."""
        offered, given = _visible(request, pk), RehousingAnswerInput.read(request)
        accept_other_hotel(rehousing=offered.pk, hotel=given["hotel"], by=request.user, at=timezone.now())
        return Response(shown([_visible(request, pk)])[0], status=HTTPStatus.CREATED)


class RehousingRefusal(APIView):
    permission_classes = (for_roles(Role.CONSUMER),)

    @operation(
        "Decline other hotels",
        takes=NothingInput,
        gives={HTTPStatus.CREATED: RehousingOutput},
        errors=REFUSALS,
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest, pk: int) -> Response:
        """The guest takes none of them, and is paid instead."""
        offered = _visible(request, pk)
        NothingInput.read(request)
        decline_other_hotels(rehousing=offered.pk, by=request.user, at=timezone.now())
        return Response(shown([_visible(request, pk)])[0], status=HTTPStatus.CREATED)


def _around(request: CallerRequest) -> Any:
    return Rehousing.objects.visible_to(request.user).select_related("line__order").prefetch_related("hotels")


def _visible(request: CallerRequest, pk: int) -> Rehousing:
    found: Rehousing = get_object_or_404(_around(request), pk=pk)
    return found


def shown(rows: Iterable[Rehousing]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "order": row.line.order.number,
            "line": row.line_id,
            "status": row.status,
            "answer_by": row.answer_by,
            "currency": row.line.order.currency,
            "hotels": [
                {name: getattr(hotel, name) for name in ("id", "name", "address", "room", "difference", "transport")}
                for hotel in sorted(row.hotels.all(), key=lambda hotel: hotel.pk)
            ],
            "chosen": row.chosen_id,
            "offered_at": row.offered_at,
            "answered_at": row.answered_at,
        }
        for row in rows
    ]
