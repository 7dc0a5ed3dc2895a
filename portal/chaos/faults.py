"""Provider faults by chance at every step of a payout, on a clock of its own: whatever goes wrong, and however often,
each payout reaches its payee exactly once, or waits for a person with its money set aside and certainly not paid twice.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from random import Random
from time import monotonic

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.crash_points import unwatch, watch
from payouts.actions import ask_again, call_off, handle_events, receive_webhook, send_next, unpark
from payouts.models import Attention, Payout
from portal.chaos import checks
from portal.chaos.harness import Harness
from portal.chaos.report import Result
from portal.chaos.scenes.sweeps import paying, payout_of
from portal.chaos.setup import ready_to_break

NAME = "faults"
# What may go wrong at which call. Those that keep us waiting are longer than our patience.
OF_A_PAYMENT = (
    *("fail", "refuse", "pending", "timeout_before", "timeout_after", "error_before", "error_after"),
    *("rate_limited", "reset_before", "reset_after", "garbled", "other_sum", "late", "confirm", "busy", "error_kept"),
)
OF_OTHERS = ("timeout_before", "timeout_after", "error_before", "error_after", "rate_limited", "reset_after", "garbled")
PATIENCE_SECONDS, TOO_LONG_SECONDS = 0.05, 0.08
MOST_FAULTS = 5
GATEWAYS = ("sandbox", "stripe") if find_spec("stripe") else ("sandbox",)
MOST_STEPS = 80
RUNS_PER_PROOF = 25
SHORT_RUNS = 30


class StillOnItsWay(Exception):
    """A payout did not come to an end, however long it was given."""


def run(*, seed: int, deadline: float, once: bool = False) -> Result:
    """One payout after the other until the deadline; each seed by itself says what goes wrong with its payout."""
    result = Result(NAME, 0)
    ended: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    with ready_to_break() as harness:
        settings.SANDBOX_TIMEOUT_SECONDS = settings.STRIPE_TIMEOUT_SECONDS = PATIENCE_SECONDS
        while result.runs < (1 if once else SHORT_RUNS) or (monotonic() < deadline and not once):
            if result.runs and result.runs % 200 == 0:
                harness.renew_database()
            walk = Walk(harness, seed + result.runs)
            breaks = list(walk.breaks(prove=once or result.runs % RUNS_PER_PROOF == RUNS_PER_PROOF - 1))
            result.runs += 1
            result.failures += [f"{broken} | make chaos SEED={walk.seed} ONLY={NAME}" for broken in breaks]
            ended[f"{walk.ended} over {walk.gateway}"] += 1
            faults.update(walk.planned)
    result.details = {"ended": dict(ended), "faults": dict(faults)}
    return result


class Walk:
    """One payout with its faults, from its start to its end, from one due moment to the next."""

    def __init__(self, harness: Harness, seed: int) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.harness = harness
        self.provider = harness.servers.provider
        self.planned: list[str] = []
        self.ended = self.gateway = ""
        self.now = timezone.now()

    def breaks(self, *, prove: bool) -> Iterator[str]:
        try:
            self.provider.go_ahead(0)
            self.gateway = self.rng.choice(GATEWAYS)
            case = paying(self.harness.world, amount=self.rng.randint(1, 40_00), through=self.gateway)
            self._plan(payout_of(case))
            watch(self._perhaps_an_event)
            try:
                self._go(payout_of(case))
            finally:
                unwatch(self._perhaps_an_event)
            yield from checks.money(case, self.provider)
            if prove:
                yield from checks.books()
        except Exception as error:
            yield f"{type(error).__name__}: {error} after {', '.join(self.planned)}".replace("\n", " ")
            connection.close()

    def _plan(self, payout: Payout) -> None:
        for operation, names in (("payment", OF_A_PAYMENT), ("query", OF_OTHERS), ("cancellation", OF_OTHERS)):
            chosen = [self.rng.choice(names) for _ in range(self.rng.randint(0, MOST_FAULTS))]
            # Stripe is asked for the refunds of a payment, everybody else for our key.
            key = payout.payment_reference if operation == "query" else ""
            if chosen:
                self.provider.plan(
                    key or str(payout.provider_key), *chosen, operation=operation, seconds=TOO_LONG_SECONDS
                )
            self.planned += [f"{name} of the {operation}" for name in chosen]

    def _go(self, payout: Payout) -> None:
        for _ in range(MOST_STEPS):
            payout.refresh_from_db()
            if payout.ended_at is not None:
                self.ended = payout.status
                return
            if payout.next_at is None:
                self._a_person_looks(payout)
            else:
                self._go_ahead(payout.next_at)
                send_next(now=self.now)
                self._perhaps_it_is_paid_late(payout)
        raise StillOnItsWay(f"payout {payout.pk} is {payout.status} after {MOST_STEPS} steps")

    def _go_ahead(self, moment: datetime) -> None:
        """The provider's clock goes as ours does."""
        self.now = max(self.now, moment)
        self.provider.go_ahead((self.now - timezone.now()).total_seconds())

    def _a_person_looks(self, payout: Payout) -> None:
        by = self.harness.world.people["finance"]
        self._go_ahead(self.now + timedelta(hours=1))
        if payout.attention == Attention.PARKED:
            unpark(payout=payout.pk, by=by, at=self.now)
        elif self.rng.random() < 0.5:  # noqa: PLR2004 one or the other
            ask_again(payout=payout.pk, by=by, at=self.now)
        else:
            call_off(payout=payout.pk, by=by, at=self.now)

    def _perhaps_it_is_paid_late(self, payout: Payout) -> None:
        """What was left pending is paid some day."""
        if self.rng.random() < 0.3:  # noqa: PLR2004 about every third time
            self.provider.settle_if_pending(str(payout.provider_key))

    def _perhaps_an_event(self, point: str) -> None:
        """The provider's events arrive before its answer, too: after the call and before anything is recorded."""
        if point == "payouts.after_call" and self.rng.random() < 0.3:  # noqa: PLR2004 likewise
            deliver(self.harness, self.rng, now=self.now)


def deliver(harness: Harness, rng: Random, *, now: datetime) -> None:
    """Every event there is of the payouts on their way, one to five times, in any order, and have them looked at."""
    keys = Payout.objects.filter(ended_at__isnull=True).exclude(gateway="wallet").values_list("provider_key", flat=True)
    events = [event for key in keys for event in harness.servers.provider.events(str(key))]
    copies = [event for event in events for _ in range(rng.randint(1, 5))]
    rng.shuffle(copies)
    for event in copies:
        gateway = "stripe" if "Stripe-Signature" in event["headers"] else "sandbox"
        receive_webhook(gateway=gateway, headers=event["headers"], body=event["body"].encode(), now=now)
    handle_events(now=now)
