"""The threads of a web server lend each other their sessions of the database: the one given back last goes out first.

Requests go round the threads. Where each thread keeps a session for good, all of them are used in turn, each with a
copy of the catalogues and plans of its own, gone cold by the time it is used again. Lent, there are as many in use as
there are requests at once, and never more than threads.
"""

import threading
from contextlib import suppress

from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_free: list[BaseDatabaseWrapper] = []
_thread = threading.local()


def lend_sessions() -> None:
    """From now on, for every request of this process. A thread that has a session by itself goes on with it."""
    request_started.connect(_lend, dispatch_uid="common.postgresql.lending")
    request_finished.connect(_take_back, dispatch_uid="common.postgresql.lending")


def _lend(**_: object) -> None:
    _thread.borrows = not connections.all(initialized_only=True)
    if _thread.borrows:
        with suppress(IndexError):  # none is free: Django opens one when the first statement comes
            connections[DEFAULT_DB_ALIAS] = _free.pop()


def _take_back(**_: object) -> None:
    """Django looks at it first: a session that is broken, too old or in a transaction still is closed by now."""
    if getattr(_thread, "borrows", False) and connections.all(initialized_only=True):
        session = connections[DEFAULT_DB_ALIAS]
        if not session.allow_thread_sharing:
            session.inc_thread_sharing()
        del connections[DEFAULT_DB_ALIAS]
        _free.append(session)
