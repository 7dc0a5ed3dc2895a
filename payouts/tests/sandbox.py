"""The sandbox provider, run for the tests as the separate process that it is."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pytest_django import Settings

from payouts.models import Payout

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

# Where the provider is told to keep its caller waiting, the caller's patience is cut, so that the tests' is not.
PATIENCE_SECONDS = 0.4
TOO_LONG_SECONDS = 0.6
PAYEES_TIME = timedelta(days=1)
SECONDS = {"slow": 0.05, "confirm": PAYEES_TIME.total_seconds()}
KEEPS_WAITING = frozenset({"timeout_before", "timeout_after", "late"})

CLIENT = httpx.Client(trust_env=False)


class Provider:
    """What a test asks of the provider beside paying: to go wrong, and to show its record."""

    def __init__(self, url: str, settings: Settings | None = None) -> None:
        self.url = url
        self.settings = settings

    def plan(self, payout: Payout, *faults: str, operation: str = "payment") -> None:
        if KEEPS_WAITING.intersection(faults):
            self._wait_for(PATIENCE_SECONDS)
        planned = [{"name": fault, "seconds": SECONDS.get(fault, TOO_LONG_SECONDS)} for fault in faults]
        order = {"reference": str(payout.provider_key), "operation": operation, "faults": planned}

        if operation == "query" and payout.payment_reference:
            # Stripe is asked for the refunds of a payment.
            order["reference"] = payout.payment_reference
        self._post("/faults", order)

    def has_time(self) -> None:
        """From here on its answers are waited for, also on a busy machine."""
        self._wait_for(30)

    def pay_in(self, amount: int, currency: str) -> str:
        """A payment through Stripe that can be given back; its name there."""
        form = {"amount": str(amount), "currency": currency.lower()}
        headers = {"Authorization": "Bearer sk_test", "Idempotency-Key": str(uuid.uuid4())}
        return str(CLIENT.post(f"{self.url}/v1/payment_intents", data=form, headers=headers).json()["id"])

    def confirm(self, payout: Payout) -> None:
        """The payee takes the money that waits for them."""
        self._post(f"/payments/{payout.provider_key}/confirmation", {})

    def go_ahead(self, **time: float) -> None:
        """Move the provider's clock so far ahead of ours."""
        self._post("/clock", {"ahead_seconds": timedelta(**time).total_seconds()})

    def settle(self, payout: Payout) -> None:
        self._post(f"/payments/{payout.provider_key}/settlement", {})

    def paid(self, payout: Payout) -> list[int]:
        """The amounts that left the provider for this payout."""
        return [movement["amount"] for movement in self._listed("movements", payout)]

    def events(self, payout: Payout) -> list[dict[str, Any]]:
        """The webhooks for this payout, signed, as they would be sent now."""
        return self._listed("events", payout)

    def _wait_for(self, seconds: float) -> None:
        if self.settings:
            self.settings.SANDBOX_TIMEOUT_SECONDS = self.settings.STRIPE_TIMEOUT_SECONDS = seconds

    def _post(self, path: str, body: dict[str, Any]) -> None:
        assert CLIENT.post(f"{self.url}{path}", json=body).is_success

    def _listed(self, what: str, payout: Payout) -> list[dict[str, Any]]:
        found = CLIENT.get(f"{self.url}/{what}", params={"reference": str(payout.provider_key)})
        return list(found.json()[what])


@contextmanager
def running_provider(folder: Path, *, webhook_url: str = "") -> Iterator[Provider]:
    command = [
        *(sys.executable, "-m", "payouts.gateways.sandbox.server", "--port", "0", "--settle-after", "0"),
        *("--data", str(folder / "sandbox.sqlite3"), "--webhook-url", webhook_url),
    ]
    environment = {**os.environ, "SANDBOX_SECRET": SECRET}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Provider(process.stdout.readline().split()[-1])
        finally:
            process.kill()
