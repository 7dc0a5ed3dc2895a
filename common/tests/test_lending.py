"""A session of the database goes from one request to the next, whichever thread serves it, and never to two at once."""

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from common.postgresql import lending
from common.statements import rows_of


@pytest.fixture
def lent(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process lends as a web server does, until the test ends."""
    free: list[BaseDatabaseWrapper] = []
    monkeypatch.setattr(lending, "_free", free)
    lending.lend_sessions()
    yield
    request_started.disconnect(dispatch_uid="common.postgresql.lending")
    request_finished.disconnect(dispatch_uid="common.postgresql.lending")
    for session in free:
        session.close()


def on_threads_of_their_own(*requests: Callable[[], int]) -> list[int]:
    """What the requests answer when each has a thread that never served one, all at the same time."""
    answers: dict[int, int] = {}

    def serve(place: int) -> None:
        request_started.send(sender=None)
        answers[place] = requests[place]()
        request_finished.send(sender=None)
        assert not connections.all(initialized_only=True)

    threads = [Thread(target=serve, args=(place,)) for place in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(requests))]


def session_in_use() -> int:
    pid: int = rows_of("SELECT pg_backend_pid()", [])[0][0]
    return pid


def test_the_next_request_goes_on_with_the_session_of_the_last_whatever_its_thread(lent):
    first = on_threads_of_their_own(session_in_use)
    assert on_threads_of_their_own(session_in_use) == first


def test_requests_at_the_same_time_have_a_session_each(lent):
    on_threads_of_their_own(session_in_use)  # one is free, and two want it
    both_began = Barrier(2)

    def at_once() -> int:
        pid = session_in_use()
        both_began.wait(timeout=20)
        return pid

    assert len(set(on_threads_of_their_own(at_once, at_once))) == 2


def test_a_session_that_was_cut_is_replaced(lent, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    (first,) = on_threads_of_their_own(session_in_use)
    rows_of("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert on_threads_of_their_own(session_in_use) != [first]


def test_a_session_that_was_left_in_a_transaction_is_not_lent_on(lent):
    def left_in_a_transaction() -> int:
        connection.set_autocommit(False)
        return session_in_use()

    first = on_threads_of_their_own(left_in_a_transaction)
    assert on_threads_of_their_own(session_in_use) != first


def test_a_thread_that_has_a_session_by_itself_keeps_it(lent):
    ours = session_in_use()
    on_threads_of_their_own(session_in_use)
    request_started.send(sender=None)
    assert session_in_use() == ours
    request_finished.send(sender=None)
    assert session_in_use() == ours
