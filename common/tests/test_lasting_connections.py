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


def test_a_busy_connection_is_not_asked(lasting, asked):
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


def cut(pid: int) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    finally:
        other.close()
