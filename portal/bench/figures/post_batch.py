"""A thousand transfers out of the hot fund account in one call of `ledger.actions.book`; the rate is in transfers."""

from collections.abc import Callable
from itertools import count

from ledger.actions import book
from portal.bench.clients import timed, together
from portal.bench.figures.post_transfer import draw
from portal.bench.frame import Bench, InRounds, Sample
from portal.bench.fund import fill_fund, settlements

BATCH = 1_000
BATCHES = 16


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    fill_fund()
    settlements()
    run = count()

    def take(clients: int) -> Sample:
        name = f"bench:batch:{next(run)}"

        def work(number: int, start: Callable[[], object]) -> list[float]:
            batches = [
                [draw(f"{name}:{number}:{batch}:{step}") for step in range(BATCH)] for batch in range(BATCHES + 1)
            ]
            book(*batches.pop())
            start()
            return timed([lambda batch=batch: book(*batch) for batch in batches])  # type: ignore[misc]  # bound now

        return together(bench, clients, work).sample(units_each=BATCH, sql=3)

    return take


FIGURE = InRounds(name="post_batch", clients=(1, 4), prepare=_prepare)
