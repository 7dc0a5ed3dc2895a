"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def sender_address(request: HttpRequest) -> str | None:
    """The network address of the sender, or None when it is not known.

    Behind a proxy it is the last entry of X-Forwarded-For, the only one the proxy wrote itself.
    """
    if settings.BEHIND_PROXY:
        written = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    else:
        written = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(written))
    except ValueError:
        return None
