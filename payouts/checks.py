"""What is missing for a gateway is said at the start, not when the first payout needs it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from payouts.gateways.registry import UnknownGateway, find_gateway


def check_gateways(**_: Any) -> list[CheckMessage]:
    """Connect to every gateway once; one whose settings are not given is no error."""
    found: list[CheckMessage] = []
    for code in settings.PAYOUT_GATEWAYS:
        try:
            find_gateway(code)
        except UnknownGateway:
            continue
        except Exception as error:
            found.append(Error(str(error), id="payouts.E001"))
    return found
