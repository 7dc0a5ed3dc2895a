"""A lasting connection that was cut is replaced before a request notices; a busy one is not asked every time."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from common.postgresql import base


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
        (pid,) = cursor.fetchone()
    return pid


def test_a_connection_that_was_cut_is_replaced(lasting):
    first = a_request()
    cut(first)
    assert a_request() != first


def test_a_busy_connection_is_not_asked(lasting, monkeypatch):
    first = a_request()
    asked: list[int] = []
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: not asked.append(1))
    assert a_request() == first
    assert not asked


def test_an_idle_connection_is_asked(lasting, monkeypatch):
    first = a_request()
    asked: list[int] = []
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: not asked.append(1))
    monkeypatch.setattr(base, "TRUSTED_FOR_SECONDS", 0.0)
    assert a_request() == first
    assert asked


def cut(pid: int) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
