"""The sandbox as a gateway: plain HTTP to another process, read with suspicion.

A call whose answer does not say what became of the money is UNKNOWN: no answer in time, a broken connection, a server
error, a body that cannot be read or speaks of another sum.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
from django.conf import settings

from common.transactions import refuse_inside_transaction
from common.webhook_signatures import verify
from ledger.chart import AccountName, clearing_at
from payouts.gateways.interface import Answer, Event, Outcome

if TYPE_CHECKING:
    from payouts.models import Payout

CONNECT_SECONDS = 2.0

OUTCOMES = {
    "paid": Outcome.SETTLED,
    "pending": Outcome.SENT,
    "awaiting": Outcome.SENT,
    "expired": Outcome.REFUSED,
    "failed": Outcome.FAILED,
    "refused": Outcome.REFUSED,
    "cancelled": Outcome.REFUSED,
}

# Answers by which the provider says that it did not even look.
UNTOUCHED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_REQUEST)

DECLINED = (HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.UNPROCESSABLE_ENTITY)


class Sandbox:
    settles_at_once = False
    only_gives_back = False
    key_window = timedelta(hours=24)
    query_window = timedelta(days=30)

    def __init__(self, url: str, secret: str, *, timeout_seconds: float) -> None:
        self.url = url
        self.secret = secret
        self.timeout = httpx.Timeout(timeout_seconds, connect=CONNECT_SECONDS)

    def check(self, payout: "Payout") -> None:
        """The sandbox pays everybody."""

    def destination(self, payout: "Payout") -> AccountName:
        return clearing_at(payout.gateway, payout.currency)

    def send(self, payout: "Payout") -> Answer:
        headers = {"Idempotency-Key": str(payout.provider_key)}
        return self._call(payout, "POST", "/payments", headers=headers, untouched=Outcome.FAILED)

    def query(self, payout: "Payout") -> Answer:
        return self._call(payout, "GET", f"/payments/{payout.provider_key}")

    def call_off(self, payout: "Payout") -> Answer:
        return self._call(payout, "POST", f"/payments/{payout.provider_key}/cancellation")

    def read_event(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Event:
        event_id = verify([self.secret], headers, body, now=now)
        return Event(event_id=event_id, provider_key=_key_in(body))

    def _call(
        self,
        payout: "Payout",
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        untouched: Outcome = Outcome.UNKNOWN,
    ) -> Answer:
        """`untouched` is what it means that this call, and nothing but this call, never got to the provider."""
        refuse_inside_transaction()
        order = None if method == "GET" else _order(payout)
        try:
            response = _client().request(method, self.url + path, json=order, headers=headers, timeout=self.timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Answer(outcome=untouched, because=f"no connection: {error}")
        except httpx.HTTPError as error:
            return Answer(outcome=Outcome.UNKNOWN, because=f"no answer: {type(error).__name__}")
        if response.status_code in UNTOUCHED:
            return Answer(outcome=untouched, because=_words(response, _json(response)))
        return _read(response, payout)


def connect() -> Sandbox | None:
    if not settings.SANDBOX_SECRET:
        return None
    return Sandbox(settings.SANDBOX_URL, settings.SANDBOX_SECRET, timeout_seconds=settings.SANDBOX_TIMEOUT_SECONDS)


def _order(payout: "Payout") -> dict[str, Any]:
    return {
        "reference": str(payout.provider_key),
        "payee": f"user:{payout.payee_id}",
        "amount": payout.amount,
        "currency": payout.currency,
    }


@cache
def _client() -> httpx.Client:
    """No connection is used twice: one that the provider has closed meanwhile would look like a lost answer."""
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), follow_redirects=False, trust_env=False)


def _read(response: httpx.Response, payout: "Payout") -> Answer:
    body = _json(response)
    if response.status_code == HTTPStatus.NOT_FOUND and body.get("unknown") == str(payout.provider_key):
        return Answer(outcome=Outcome.FAILED, because="the provider has never heard of it")
    if not (response.is_success or response.status_code in DECLINED) or not _is_about(payout, body):
        return Answer(outcome=Outcome.UNKNOWN, because=_words(response, body))
    return Answer(
        outcome=OUTCOMES.get(str(body.get("status")), Outcome.UNKNOWN),
        reference=str(body.get("id", "")),
        because=str(body.get("reason") or ""),
        confirm_by=_confirm_by(body),
    )


def _confirm_by(body: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(body["confirm_by"], UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _words(response: httpx.Response, body: dict[str, Any]) -> str:
    return str(body.get("reason") or body.get("error") or f"HTTP {response.status_code}")


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _is_about(payout: "Payout", body: dict[str, Any]) -> bool:
    """Whether the provider speaks of our payment, and of the sum we asked for."""
    return all(body.get(name) == value for name, value in _order(payout).items())


def _key_in(body: bytes) -> UUID | None:
    try:
        return UUID(json.loads(body)["data"]["reference"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
