"""The sandbox provider, run for the tests as the separate process that it is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from payouts.models import Payout

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

# Faults that let the caller wait do so longer than the tests' patience of half a second.
PATIENCE_SECONDS = 0.5
TOO_LONG_SECONDS = 0.8


class Provider:
    """What a test asks of the provider beside paying: to go wrong, and to show its record."""

    def __init__(self, url: str) -> None:
        self.url = url

    def plan(self, payout: Payout, *faults: str, operation: str = "payment") -> None:
        planned = [{"name": fault, "seconds": 0.05 if fault == "slow" else TOO_LONG_SECONDS} for fault in faults]
        order = {"reference": str(payout.provider_key), "operation": operation, "faults": planned}
        assert httpx.post(f"{self.url}/faults", json=order).status_code == 201

    def settle(self, payout: Payout) -> None:
        assert httpx.post(f"{self.url}/payments/{payout.provider_key}/settlement", json={}).status_code == 200

    def paid(self, payout: Payout) -> list[int]:
        """The amounts that left the provider for this payout."""
        return [movement["amount"] for movement in self._listed("movements", payout)]

    def events(self, payout: Payout) -> list[dict[str, Any]]:
        """The webhooks for this payout, signed, as they would be sent now."""
        return self._listed("events", payout)

    def _listed(self, what: str, payout: Payout) -> list[dict[str, Any]]:
        found = httpx.get(f"{self.url}/{what}", params={"reference": str(payout.provider_key)})
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
