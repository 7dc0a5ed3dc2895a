"""Where Stripe is asked for: its package is an optional part of the installation, loaded when it is needed only."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from payouts.gateways.interface import RemoteGateway


class StripeIsNotInstalled(Exception):
    """STRIPE_API_KEY is set, but Stripe's package is missing."""

    def __init__(self) -> None:
        super().__init__(
            "STRIPE_API_KEY is set, but Stripe's package is not installed: pip install -r requirements-stripe.txt"
        )


def connect() -> RemoteGateway | None:
    """Raises StripeIsNotInstalled."""
    if not settings.STRIPE_API_KEY:
        return None
    if find_spec("stripe") is None:
        raise StripeIsNotInstalled
    gateway: RemoteGateway = import_module("payouts.gateways.stripe.gateway").Stripe(
        settings.STRIPE_API_KEY,
        api_base=settings.STRIPE_API_BASE,
        webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS,
        timeout_seconds=settings.STRIPE_TIMEOUT_SECONDS,
    )
    return gateway
