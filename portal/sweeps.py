"""The sweeps of portal.celery without Celery: each in its own thread, so that a slow one keeps no other waiting."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from portal.celery import SWEEPS, Sweep

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 60.0

# How much less often a sweep in a hurry looks when there is nothing to do.
IDLE_FACTOR = 20


def sweep_once() -> int:
    """Run every sweep until nothing is due any more; the number of sweeps that failed."""
    return sum(_sweep(sweep, go_on=lambda: True) is None for sweep in SWEEPS)


def sweep_until(stop: Event) -> None:
    """Run every sweep at its own pace until `stop` is set, then wait for those at work."""
    threads = [Thread(target=_keep_sweeping, args=(sweep, stop), name=sweep.name) for sweep in SWEEPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _keep_sweeping(sweep: Sweep, stop: Event) -> None:
    pause = sweep.soonest_seconds or sweep.every_seconds  # what a process left that died should not wait for its heir
    while not stop.wait(pause):
        pause = _pause_after(sweep, pause, moved_on=_sweep(sweep, go_on=lambda: not stop.is_set()))
    connection.close()


def _pause_after(sweep: Sweep, pause: float, *, moved_on: int | None) -> float:
    """Longer each time after a failure. A sweep that can be in a hurry looks again at once where it found something,
    and then ever less often."""
    if moved_on is None:
        return min(max(LONGEST_PAUSE_SECONDS, sweep.every_seconds), max(pause, sweep.every_seconds) * 2)
    if sweep.soonest_seconds is None:
        return sweep.every_seconds
    if moved_on:
        return sweep.soonest_seconds
    return min(sweep.every_seconds, sweep.soonest_seconds * IDLE_FACTOR, pause * 2)


def _sweep(sweep: Sweep, *, go_on: Callable[[], bool]) -> int | None:
    """Repeat while rows are due; how many were moved on. A failure is logged and concerns this sweep only: None."""
    moved_on = 0
    try:
        task: Callable[[], int | None] = import_string(sweep.task)
        while (rows := task()) and go_on():
            moved_on += rows
            close_old_connections()
    except Exception:
        logger.exception("The sweep %r failed.", sweep.name)
        return None
    finally:
        close_old_connections()
    return moved_on + (rows or 0)
