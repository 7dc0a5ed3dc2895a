"""Run calls at the same moment, each on a connection of its own: how tests and chaos try what concurrency must keep."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
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
