"""The API's root: every address under /api/v1/.

No address ends in a slash. docs/api.md shows the way through it, /api/schema/ describes every operation.
"""

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import Tokens
from ledger.api import Accounts, Transfers
from orders.api import OrderByNumber, Orders
from payouts.api import PayoutById


@extend_schema(exclude=True)
class Nowhere(APIView):
    """Any address nothing stands at: strangers are asked who they are first, as everywhere."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


urlpatterns = [
    path("auth/tokens", Tokens.as_view(), name="api-tokens"),
    path("orders", Orders.as_view(), name="api-orders"),
    path("orders/<str:number>", OrderByNumber.as_view(), name="api-order"),
    path("payouts/<int:pk>", PayoutById.as_view(), name="api-payout"),
    path("ledger/accounts", Accounts.as_view(), name="api-accounts"),
    path("ledger/transfers", Transfers.as_view(), name="api-transfers"),
    re_path(r"", Nowhere.as_view(), name="api-nowhere"),
]
