"""The sweeps of portal.celery without Celery: each in its own thread, so that a slow one keeps no other waiting."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from django.db import close_old_connections, connection
from django.utils.module_loading import import_string

from portal.celery import SWEEPS, Sweep

logger = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 60.0


def sweep_once() -> int:
    """Run every sweep until nothing is due any more; the number of sweeps that failed."""
    return sum(not _sweep(sweep, go_on=lambda: True) for sweep in SWEEPS)


def sweep_until(stop: Event) -> None:
    """Run every sweep at its own pace until `stop` is set, then wait for those at work."""
    threads = [Thread(target=_keep_sweeping, args=(sweep, stop), name=sweep.name) for sweep in SWEEPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _keep_sweeping(sweep: Sweep, stop: Event) -> None:
    pause = sweep.every_seconds
    while not stop.wait(pause):
        if _sweep(sweep, go_on=lambda: not stop.is_set()):
            pause = sweep.every_seconds
        else:
            pause = min(max(LONGEST_PAUSE_SECONDS, sweep.every_seconds), pause * 2)
    connection.close()


def _sweep(sweep: Sweep, *, go_on: Callable[[], bool]) -> bool:
    """Repeat while rows are due. A failure is logged and concerns this sweep only."""
    try:
        task: Callable[[], int | None] = import_string(sweep.task)
        while task() and go_on():
            close_old_connections()
    except Exception:
        logger.exception("The sweep %r failed.", sweep.name)
        return False
    finally:
        close_old_connections()
    return True
