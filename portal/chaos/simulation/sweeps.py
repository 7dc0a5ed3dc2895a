"""The sweeps, and the provider’s events: left out, run twice at once, or dying on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection

from common import crash_points
from common.at_once import at_once
from common.webhook_signatures import BadSignature, sign
from disputes.debts import pay_debts
from disputes.models import Claim
from disputes.overdue import time_out_due
from disputes.reminders import remind_of_deadlines
from payouts.actions import handle_events, post_draws, receive_webhook, send_next, take_over_from_the_dead
from portal.chaos.simulation import checks
from portal.chaos.simulation.walk import Unexpected, Walk

SECRET = "the simulation's own"  # noqa: S105 nobody else has it
MOST_SENDS = 25


class Died(BaseException):
    """Stands for kill -9: nothing may catch it."""


def deadlines_pass(walk: Walk) -> None:
    late = list(walk.model.due(walk.now))
    died = _swept(walk, partial(time_out_due, now=walk.now, limit=500))
    statuses = dict(Claim.objects.filter(number__in=[case.number for case in late]).values_list("number", "status"))
    levels = dict(Claim.objects.filter(number__in=[case.number for case in late]).values_list("number", "level"))
    for case in late:
        unmoved = statuses[case.number] == case.status and levels[case.number] == case.level
        if not (died and unmoved):
            case.time_passes(walk.now)


def reminders_go_out(walk: Walk) -> None:
    remind_of_deadlines(now=walk.now)
    walk.model.remind(walk.now)


def debts_are_paid(walk: Walk) -> None:
    if not _swept(walk, partial(pay_debts, now=walk.now)):
        checks.no_debt_the_fund_could_pay()


def the_fund_pays(walk: Walk) -> None:
    _swept(walk, partial(post_draws, now=walk.now))


def payouts_are_sent(walk: Walk) -> None:
    """Unless the senders are down: now and then for longer than the provider remembers a key."""
    if walk.now < walk.senders_back_at and not walk.provider.well:
        return
    if walk.chance.random() < 1 / 30:
        walk.senders_back_at = walk.now + timedelta(hours=walk.chance.choice([1, 25, 30]))
    take_over_from_the_dead(now=walk.now)
    known = len(walk.provider.payments)
    for _ in range(walk.chance.choice([1, 3, MOST_SENDS])):
        sender = partial(send_next, now=walk.now)
        if walk.chance.random() < 1 / 12:
            _raise_all(at_once(sender, sender, sender))
        elif not _may_die(walk, sender):
            break
    if walk.model.stopped and len(walk.provider.payments) > known:
        raise Unexpected("a new payout was sent although all are stopped")


def provider_tells(walk: Walk) -> None:
    for event_id, body in _some_of(walk, walk.provider.events):
        headers = sign(SECRET, event_id=event_id, at=walk.now, body=body)
        hear = partial(receive_webhook, gateway="sandbox", headers=headers, now=walk.now)
        if walk.chance.random() < 1 / 10:
            checks.refused_without_a_trace(partial(hear, body=body + b" "), BadSignature)
            late = walk.now + timedelta(minutes=6)
            checks.refused_without_a_trace(partial(hear, body=body, now=late), BadSignature)
        hear(body=body)
    _swept(walk, partial(handle_events, now=walk.now))


def _some_of(walk: Walk, events: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """In any order and any number of times: providers promise no better."""
    return walk.chance.choices(events[-12:], k=walk.chance.randrange(6)) if events else []


def _swept(walk: Walk, sweep: Callable[[], Any]) -> bool:
    """Whether the sweep died on the way; now and then two run at the same time."""
    if walk.chance.random() < 1 / 12:
        _raise_all(at_once(sweep, sweep))
        return False
    return _may_die(walk, sweep) is Died


def _may_die(walk: Walk, call: Callable[[], Any]) -> Any:
    """What the call gave, or Died when this process was killed in it."""
    if walk.chance.random() >= 1 / 10:
        return call()
    with _death_after(walk.chance.randrange(1, 7)):
        try:
            return call()
        except Died:
            walk.trail.append("   died")
            connection.close()
            return Died


@contextmanager
def _death_after(points: int) -> Iterator[None]:
    left = points

    def die_at_last(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Died(name)

    crash_points.watch(die_at_last)
    try:
        yield
    finally:
        crash_points.unwatch(die_at_last)


def _raise_all(outcomes: list[Any]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
