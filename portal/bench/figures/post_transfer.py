"""One transfer out of the hot fund account, to one of ten thousand others, in a transaction of its own."""

import random
from collections.abc import Callable
from itertools import count

from django.utils import timezone

from ledger.actions import Posting, post
from ledger.models import TransferKind
from portal.bench.clients import timed, together
from portal.bench.frame import Bench, InRounds, Sample
from portal.bench.fund import FUND, fill_fund, settlements

TRANSFERS = 400


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    fill_fund()
    settlements()
    run = count()

    def take(clients: int) -> Sample:
        name = f"bench:transfer:{next(run)}"

        def work(number: int, start: Callable[[], object]) -> list[float]:
            calls = [_transfer(f"{name}:{number}:{step}") for step in range(-20, TRANSFERS)]
            timed(calls[:20])
            start()
            return timed(calls[20:])

        return together(bench, clients, work).sample(sql=3)

    return take


def _transfer(key: str) -> Callable[[], object]:
    return lambda: post(draw(key))


def draw(key: str) -> Posting:
    return Posting(
        key=key,
        debit=random.choice(settlements()),  # noqa: S311 which one does not matter
        credit=FUND,
        amount=1,
        kind=TransferKind.ADVANCE,
        happened_at=timezone.now(),
    )


FIGURE = InRounds(name="post_transfer", clients=(1, 4), prepare=_prepare)
