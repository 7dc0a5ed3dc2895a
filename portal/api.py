"""The API's root: every address under /api/v1/.

No address ends in a slash. docs/api.md shows the way through it, /api/schema/ describes every operation.
"""

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import Tokens


@extend_schema(exclude=True)
class Nowhere(APIView):
    """Any address nothing stands at: strangers are asked who they are first, as everywhere."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


urlpatterns = [
    path("auth/tokens", Tokens.as_view(), name="api-tokens"),
    re_path(r"", Nowhere.as_view(), name="api-nowhere"),
]
