"""Signed webhooks after Standard Webhooks 1.0.0 (standardwebhooks.com): who sent it, when, and that nobody changed it.

What is signed is "<id>.<seconds>.<body>", with HMAC-SHA256. A message may carry several signatures, and a receiver may
know several secrets, so that either side can change a secret while messages are on their way.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
SECRET_PREFIX = "whsec_"  # noqa: S105 it is the prefix of one
VERSION = "v1"
ID_LIMIT = 120


class BadSignature(Exception):
    """The message is not from whom it says, was changed on its way, or is too old or too new."""


def sign(secret: str, *, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers that go with the body."""
    seconds = str(int(at.timestamp()))
    signature = f"{VERSION},{_signature(secret, event_id, seconds, body)}"
    return {"webhook-id": event_id, "webhook-timestamp": seconds, "webhook-signature": signature}


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """The id of the event, the same for each time it is sent. `headers` by lower-case name. Raises BadSignature."""
    event_id, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not 0 < len(event_id) <= ID_LIMIT or not seconds.isascii() or not seconds.isdigit():
        raise BadSignature("The headers webhook-id and webhook-timestamp are missing or malformed.")
    _refuse_other_time(int(seconds), now)
    given = [value for _, _, value in (part.partition(f"{VERSION},") for part in _parts(headers)) if value]
    expected = [_signature(secret, event_id, seconds, body) for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in expected):
        raise BadSignature("No signature fits.")
    return event_id


def _refuse_other_time(seconds: int, now: datetime) -> None:
    try:
        sent_at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise BadSignature("The header webhook-timestamp is no moment.") from None
    if abs(now - sent_at) > TOLERANCE:
        raise BadSignature("The message was sent too long ago, or in the future.")


def _parts(headers: Mapping[str, str]) -> list[str]:
    return headers.get("webhook-signature", "").split()


def _signature(secret: str, event_id: str, seconds: str, body: bytes) -> str:
    signed = f"{event_id}.{seconds}.".encode() + body
    return base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    """Secrets of the standard are base64 behind a prefix; any other text is taken as it is."""
    if secret.startswith(SECRET_PREFIX):
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return secret.encode()
