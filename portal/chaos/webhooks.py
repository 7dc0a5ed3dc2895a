"""Webhooks one to five times each, in any order, also before the answer to the call: one effect each. What is not
genuine, or was signed too long ago, is refused, and not a byte of any table changes.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from time import monotonic
from typing import Any

from django.db import connection
from django.utils import timezone

from common.crash_points import unwatch, watch
from common.webhook_signatures import sign
from payouts.actions import handle_events, send_next
from payouts.models import WebhookEvent
from portal.chaos import checks
from portal.chaos.harness import Harness, send
from portal.chaos.report import Result
from portal.chaos.scenes import Request
from portal.chaos.scenes.sweeps import paying, payout_of
from portal.chaos.servers import SECRET
from portal.chaos.setup import ready_to_break
from portal.chaos.world import Case

NAME = "webhooks"
SHORT_RUNS = 12
MOST_TIMES = 5
KEPT, UNAUTHORIZED = 204, 401
SOMEBODY_ELSES = "whsec_c29tZWJvZHkgZWxzZQ=="


def run(*, seed: int, deadline: float, once: bool = False) -> Result:
    """One payout and its events after the other until the deadline."""
    result = Result(NAME, 0)
    counted: Counter[str] = Counter()
    with ready_to_break() as harness:
        while result.runs < (1 if once else SHORT_RUNS) or (monotonic() < deadline and not once):
            if result.runs and result.runs % 200 == 0:
                harness.renew_database()
            delivery = Delivery(harness, seed + result.runs, counted)
            result.failures += [f"{it} | make chaos SEED={seed + result.runs} ONLY={NAME}" for it in delivery.breaks()]
            result.runs += 1
    result.details = dict(counted)
    return result


class Delivery:
    """One payout that its provider leaves pending, and everything that is then sent about it."""

    def __init__(self, harness: Harness, seed: int, counted: Counter[str]) -> None:
        self.harness = harness
        self.rng = Random(seed)
        self.counted = counted
        self.port = harness.survivors_port()

    def breaks(self) -> Iterator[str]:
        provider = self.harness.servers.provider
        case = paying(self.harness.world, amount=self.rng.randint(1, 40_00))
        key = str(payout_of(case).provider_key)
        before_the_answer = self.rng.random() < 0.3  # noqa: PLR2004 about every third time
        if not before_the_answer:
            provider.plan(key, "pending")
        watcher = self._sender_at_the_call(case)
        if before_the_answer:
            watch(watcher)
        try:
            send_next(now=timezone.now())
        finally:
            if before_the_answer:
                unwatch(watcher)
        if not before_the_answer:
            provider.settle(key)
        yield from self._send_all(case)
        yield from self._send_forged(case)
        yield from self._effect(case)

    def _sender_at_the_call(self, case: Case) -> Any:
        def watcher(point: str) -> None:
            if point == "payouts.after_call":
                self.counted["before the answer"] += 1
                for _ in self._send_all(case):
                    pass

        return watcher

    def _send_all(self, case: Case) -> Iterator[str]:
        events = self.harness.servers.provider.events(str(payout_of(case).provider_key))
        copies = [event for event in events for _ in range(self.rng.randint(1, MOST_TIMES))]
        self.rng.shuffle(copies)
        for event in copies:
            answer = self._post(event["body"].encode(), event["headers"])
            self.counted["deliveries"] += 1
            if answer != KEPT:
                yield f"a genuine event was answered {answer}"

    def _send_forged(self, case: Case) -> Iterator[str]:
        """With another secret, from another time, or changed on its way."""
        body = self.harness.servers.provider.events(str(payout_of(case).provider_key))[-1]["body"].encode()
        now = timezone.now()
        forged = {
            "signed by somebody else": (body, sign(SOMEBODY_ELSES, event_id="evt_x", at=now, body=body)),
            "an hour old": (body, sign(SECRET, event_id="evt_x", at=now - timedelta(hours=1), body=body)),
            "an hour ahead": (body, sign(SECRET, event_id="evt_x", at=now + timedelta(hours=1), body=body)),
            "changed": (body + b" ", sign(SECRET, event_id="evt_x", at=now, body=body)),
            "unsigned": (body, {}),
        }
        before = fingerprint()
        for what, (sent, headers) in forged.items():
            self.counted["refused"] += 1
            if (answer := self._post(sent, headers)) != UNAUTHORIZED:
                yield f"an event that is {what} was answered {answer}"
        if fingerprint() != before:
            yield "an event that was refused left something behind"

    def _effect(self, case: Case) -> Iterator[str]:
        payout, events = payout_of(case), self.harness.servers.provider.events(str(payout_of(case).provider_key))
        kept = WebhookEvent.objects.filter(provider_key=payout.provider_key).count()
        if kept != len(events):
            yield f"{len(events)} events were kept as {kept}"
        now = _go_on(datetime.now(timezone.get_current_timezone()))
        payout.refresh_from_db()
        if payout.ended_at is None:
            yield f"the payout is {payout.status} at {now}, though its provider said that it is paid"
        yield from checks.breaks(case, self.harness.servers.provider)

    def _post(self, body: bytes, headers: dict[str, str]) -> int | None:
        answer = send(self.port, Request(path="/webhooks/sandbox", body=body, headers=headers))
        return answer.status if answer else None


def _go_on(now: datetime) -> datetime:
    """What the events ask for, and no more: no other due moment is waited for."""
    handle_events(now=now)
    while send_next(now=now):
        now += timedelta(seconds=1)
    return now


def fingerprint() -> str:
    """Of every row of every table."""
    known = sha256()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" AS t')  # noqa: S608 our own names
            known.update(repr((table, cursor.fetchone())).encode())
    return known.hexdigest()
