"""What the special fund paid before it was decided who is liable."""

from http import HTTPStatus
from typing import Any

from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from accounts.models import Role
from accounts.permissions import for_roles
from common.api import one_page
from common.api_schema import listing
from compensation.models import Advance


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


class Advances(APIView):
    permission_classes = (for_roles(Role.FINANCE),)

    @listing("List advances", AdvanceOutput, errors=[HTTPStatus.FORBIDDEN])
    def get(self, request: CallerRequest) -> Response:
        """What the fund paid before it was decided who is liable, the newest first."""
        rows = Advance.objects.visible_to(request.user)
        return one_page(request, rows, by=("-id",), shown=lambda found: [_advance(one) for one in found])


def _advance(advance: Advance) -> dict[str, object]:
    names = ("claim", "cause", "status", "amount", "charged", "borne", "currency", "advanced_at")
    return {"id": advance.pk, **{name: getattr(advance, name) for name in names}}
