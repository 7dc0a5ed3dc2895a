"""Which gateways this installation is connected to, by the code that orders and payouts name them by."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from payouts.gateways.interface import Gateway, RemoteGateway
from payouts.gateways.sandbox.gateway import Sandbox
from payouts.gateways.wallet.gateway import Wallet

WALLET = "wallet"
SANDBOX = "sandbox"


class UnknownGateway(Refusal):
    """There is no connection to a gateway of that name."""

    code = "unknown_gateway"
    message = _("There is no way to pay out through %(gateway)s.")


def find_gateway(code: str) -> Gateway:
    """Raises UnknownGateway."""
    return Wallet() if code == WALLET else find_remote_gateway(code)


def find_remote_gateway(code: str) -> RemoteGateway:
    """Raises UnknownGateway, also for the wallet: it is not remote."""
    if code == SANDBOX and settings.SANDBOX_SECRET:
        return Sandbox(settings.SANDBOX_URL, settings.SANDBOX_SECRET, timeout_seconds=settings.SANDBOX_TIMEOUT_SECONDS)
    raise UnknownGateway(gateway=code)
