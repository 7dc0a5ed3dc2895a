"""The event feed over the API: the marketplace tells what happened, and reads what became of it."""

from http import HTTPStatus
from typing import Any

from django.db.models import Count, Sum
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
from common.strict_input import Flag, Input, Moment, Text
from compensation.actions import happenings
from compensation.models import Affected, Happening
from compensation.nobody_affected import nobody_because

KEY_LENGTH, ORDERS_NAMED = 100, 1000


class EventInput(Input):
    """The first message about an event names what happened, where and since when; later ones say `about` which."""

    key = Text(max_length=KEY_LENGTH, help_text="the source's own name of this message, used once")
    about = Text(
        max_length=KEY_LENGTH, required=False, help_text="the key of the first message, to change or cancel it"
    )
    kind = serializers.ChoiceField(Happening.Kind.choices, required=False)
    store = Text(max_length=60, required=False, help_text="code of the store or hotel")
    item = Text(max_length=60, required=False, help_text="code of what was sold; everything there when left out")
    orders = serializers.ListField(
        child=Text(max_length=40), max_length=ORDERS_NAMED, required=False, help_text="numbers; all when left out"
    )
    reason = serializers.ChoiceField(Happening.Reason.choices, required=False)
    starts_at = Moment(
        required=False,
        help_text="since when; of a hotel walk the day (in UTC) of the arrivals, of a performance its beginning",
    )
    ends_at = Moment(required=False)
    cancelled = Flag(required=False)

    FIRST = ("kind", "store", "starts_at")
    FIRST_ONLY = ("kind", "store", "item", "orders", "reason")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "about" in attrs:
            wrong = {name: ["This is said in the first message only."] for name in self.FIRST_ONLY if name in attrs}
        else:
            wrong = {name: ["This is missing."] for name in self.FIRST if name not in attrs}
            if "cancelled" in attrs:
                wrong["cancelled"] = ["Say which event it is about."]
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class CountOutput(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Affected.Status.choices)
    because = serializers.CharField(help_text="a code; empty where the status says it all")
    lines = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField()


class EventOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    key = serializers.CharField()
    kind = serializers.ChoiceField(Happening.Kind.choices)
    store = serializers.CharField()
    item = serializers.CharField()
    orders = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    affected = CountOutput(many=True, help_text="how many lines are where, and why")
    nobody_because = serializers.CharField(help_text="where nobody is affected, what was looked for; otherwise empty")


class Events(APIView):
    permission_classes = (for_roles(Role.AGENT),)

    @listing("List events", EventOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """The events of the marketplace, the newest first, each with what became of the lines it affects."""
        rows = Happening.objects.visible_to(request.user).select_related("store")
        return one_page(request, rows, by=("-id",), shown=_shown)

    @operation(
        "Tell of an event",
        takes=EventInput,
        gives={HTTPStatus.CREATED: EventOutput},
        errors=[HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT],
        repeatable=True,
    )
    @idempotent
    def post(self, request: CallerRequest) -> Response:
        """A store is closed, a hotel turns guests away, a performance is cancelled: everybody affected is paid without
        a claim. The same `key` with the same content changes nothing; with other content it is refused (422)."""
        given, now = EventInput.read(request), timezone.now()
        if "about" in given:
            found = happenings.change(by=request.user, at=now, **given)
        else:
            orders_named = given.pop("orders", [])
            found = happenings.announce(by=request.user, at=now, orders_named=orders_named, **given)
        return Response(_shown([found])[0], status=HTTPStatus.CREATED)


class EventById(APIView):
    permission_classes = (for_roles(Role.AGENT),)

    @operation("Show an event", gives={HTTPStatus.OK: EventOutput}, errors=[HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, pk: int) -> Response:
        """One event, and what became of the lines it affects."""
        found = get_object_or_404(Happening.objects.visible_to(request.user).select_related("store"), pk=pk)
        return Response(_shown([found])[0])


def _shown(found: list[Happening]) -> list[dict[str, Any]]:
    """One query for what became of the lines of all of them."""
    counted = Affected.objects.filter(happening__in=found).order_by("status", "because", "currency")
    rows = counted.values("happening", "status", "because", "currency").annotate(
        lines=Count("pk"), amount=Sum("amount")
    )
    now = timezone.now()
    by_event: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_event.setdefault(row.pop("happening"), []).append(row)
    return [
        {
            "id": one.pk,
            "key": one.key,
            "kind": one.kind,
            "store": one.store.code,
            "item": one.item,
            "orders": one.orders,
            "reason": one.reason,
            "starts_at": one.starts_at,
            "ends_at": one.ends_at,
            "cancelled_at": one.cancelled_at,
            "affected": by_event.get(one.pk, []),
            "nobody_because": "" if one.pk in by_event else nobody_because(one, now=now),
        }
        for one in found
    ]
