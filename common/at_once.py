"""Run calls at the same moment, each on a connection of its own: how tests and chaos try what concurrency must keep."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep
from typing import TypeVar

from django.db import connection

R = TypeVar("R")


def at_once(*calls: Callable[[], R]) -> list[R | Exception]:
    """What each call returned, or the exception it raised, in the order of the calls."""
    start = Barrier(len(calls))

    def run(call: Callable[[], R]) -> R | Exception:
        try:
            connection.ensure_connection()
            start.wait()
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def wait_until_blocked(callers: int) -> None:
    """Until exactly so many sessions of this database wait for a lock. Raises AssertionError after three minutes."""
    until = monotonic() + 180
    while blocked() != callers:
        if monotonic() > until:
            raise AssertionError("the callers do not wait")
        sleep(0.01)


def blocked() -> int:
    """How many sessions of this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (number,) = cursor.fetchone()
    return int(number)
