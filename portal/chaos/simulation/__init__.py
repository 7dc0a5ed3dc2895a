"""A seeded simulation: the portal's own verbs, its own clock, a provider with faults, and a plain model beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from unittest.mock import patch

from django.test import override_settings

from portal.chaos.report import Result
from portal.chaos.simulation.course import begin, go
from portal.chaos.simulation.sweeps import SECRET
from portal.chaos.simulation.walk import Walk
from portal.chaos.simulation.world import cast, empty

OPERATIONS = 200


def run(*, seed: int, deadline: float) -> Result:
    """Walk one seed after the other until the deadline (of time.monotonic), at least one."""
    result = Result("simulation", runs=0)
    while not result.runs or monotonic() < deadline:
        failure = simulate(seed + result.runs, operations=OPERATIONS)
        if failure:
            result.failures.append(failure)
        result.runs += 1
    result.details = {"operations": result.runs * OPERATIONS}
    return result


def simulate(seed: int, *, operations: int) -> str:
    """Walk the seed; "" when all held, else one line that replays it and says what did not."""
    with _surroundings():
        cast()
        empty()
        walk: Walk | None = None
        try:
            walk = Walk(seed)
            begin(walk)
            with patch("payouts.gateways.sandbox.gateway._client", walk.provider.client):
                go(walk, operations)
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            last = walk.trail[-1].strip() if walk and walk.trail else "at the start"
            return f"make chaos SEED={seed} ONLY=simulation  # {last}: {what}"
    return ""


@contextmanager
def _surroundings() -> Iterator[None]:
    """The provider in memory in place of the one over the network; files and wake-ups go nowhere."""
    settings = override_settings(
        SANDBOX_SECRET=SECRET,
        SANDBOX_URL="http://provider.invalid",
        STORAGES={"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
                  "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    )  # fmt: skip
    with settings, patch("common.wakeups._send"):
        yield
