"""Which gateways this installation is connected to, by the code that orders and payouts name them by.

`settings.PAYOUT_GATEWAYS` says for each code which function connects to it: the gateway, or None where the settings it
needs are not given.
"""

from collections.abc import Callable
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from payouts.gateways.interface import Gateway, RemoteGateway

WALLET = "wallet"
SANDBOX = "sandbox"


class UnknownGateway(Refusal):
    """There is no connection to a gateway of that name."""

    code = "unknown_gateway"
    message = _("There is no way to pay out through %(gateway)s.")


def connected_gateways() -> list[str]:
    """The codes of those that can be used here, in the order of the settings."""
    return [code for code, connect in settings.PAYOUT_GATEWAYS.items() if _named(connect)() is not None]


def find_gateway(code: str) -> Gateway:
    """Raises UnknownGateway."""
    connect = settings.PAYOUT_GATEWAYS.get(code)
    gateway = _named(connect)() if connect else None
    if gateway is None:
        raise UnknownGateway(gateway=code)
    return gateway


def find_remote_gateway(code: str) -> RemoteGateway:
    """Raises UnknownGateway, also for one that is not remote."""
    gateway = find_gateway(code)
    if gateway.settles_at_once:
        raise UnknownGateway(gateway=code)
    return cast(RemoteGateway, gateway)


def only_gives_back(code: str) -> bool:
    """Whether nothing but a refund of its own payment can go over that gateway. Raises UnknownGateway."""
    return find_gateway(code).only_gives_back


@cache
def _named(path: str) -> Callable[[], Gateway | None]:
    found: Callable[[], Gateway | None] = import_string(path)
    return found
