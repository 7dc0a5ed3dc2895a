"""Places where a process may be made to die, to show that nothing is lost or done twice whatever the moment.

REDRESS_CRASH_AT names the point to die at. Who wants more than that watches all of them (portal.chaos). Without
either, a point does nothing.
"""

import os
import signal
from collections.abc import Callable

_watchers: list[Callable[[str], None]] = []


def crash_point(name: str) -> None:
    """Tell those who watch that this process has come here."""
    for watcher in _watchers:
        watcher(name)


def watch(watcher: Callable[[str], None]) -> None:
    """Have `watcher` called with the name of every point that this process comes to."""
    _watchers.append(watcher)


def unwatch(watcher: Callable[[str], None]) -> None:
    _watchers.remove(watcher)


def die() -> None:
    """As by kill -9: without a farewell to the database or anybody else."""
    os.kill(os.getpid(), signal.SIGKILL)


if CRASH_AT := os.environ.get("REDRESS_CRASH_AT"):
    watch(lambda name: die() if name == CRASH_AT else None)
