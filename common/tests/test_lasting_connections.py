"""A lasting connection that was cut is replaced before a request notices; a busy one is not asked every time.

The cursor it keeps ends with it.
"""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from common.postgresql import base
from common.statements import rows_of, send


@pytest.fixture
def lasting(transactional_db: None) -> Iterator[None]:
    """A connection as in production, where tests have one that is never checked."""
    was = connection.settings_dict["CONN_HEALTH_CHECKS"]
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    connection.close()
    yield
    connection.settings_dict["CONN_HEALTH_CHECKS"] = was
    connection.close()


def a_request() -> int:
    """Asks one question, and tells which backend answered."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid: int = cursor.fetchone()[0]
    return pid


def test_a_connection_that_was_cut_is_replaced(lasting):
    first = a_request()
    cut(first)
    assert a_request() != first


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every time a connection is asked, and found usable."""
    asked: list[object] = []

    def is_usable(wrapper: object) -> bool:
        asked.append(wrapper)
        return True

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", is_usable)
    return asked


def test_a_busy_connection_is_not_asked(lasting, asked, monkeypatch):
    monkeypatch.setattr(base, "TRUSTED_FOR_SECONDS", 3600.0)
    first = a_request()
    asked.clear()
    assert a_request() == first
    assert not asked


def test_an_idle_connection_is_asked(lasting, asked, monkeypatch):
    first = a_request()
    asked.clear()
    monkeypatch.setattr(base, "TRUSTED_FOR_SECONDS", 0.0)
    assert a_request() == first
    assert asked


def test_the_cursor_that_is_kept_serves_one_connection(lasting):
    first = rows_of("SELECT pg_backend_pid()", [])
    assert rows_of("SELECT pg_backend_pid()", []) == first
    cut(first[0][0])
    connection.close_if_unusable_or_obsolete()
    assert rows_of("SELECT pg_backend_pid()", []) != first


def test_a_statement_that_failed_leaves_the_cursor_to_the_next(lasting):
    with pytest.raises(ProgrammingError), transaction.atomic():
        send("SELECT nothing", [])
    assert rows_of("SELECT %s::int", [1]) == [(1,)]


def test_what_goes_over_the_cursor_that_is_kept_is_seen_where_statements_are_counted(lasting):
    send("SET application_name = 'before'", [])
    with CaptureQueriesContext(connection) as sent:
        send("SET application_name = 'while'", [])
    assert [statement["sql"] for statement in sent] == ["SET application_name = 'while'"]


def cut(pid: int) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
    finally:
        other.close()
