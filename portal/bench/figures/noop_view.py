"""The least a request can cost: GET /healthz, through server and middleware, without the database."""

from collections.abc import Callable

from portal.bench import load
from portal.bench.frame import Bench, InRounds, Sample

REQUESTS = 2_000


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    def take(clients: int) -> Sample:
        return load.sample(bench, [[load.request("GET", "/healthz", {})] * (REQUESTS // clients)] * clients, sql=0)

    return take


FIGURE = InRounds(name="noop_view", clients=(1, 4), prepare=_prepare)
