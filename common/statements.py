"""Our own SQL that comes with every request, over the one cursor that a connection keeps.

Opening and closing a cursor costs a third of what the driver does for a statement. Nobody else can be reading from
the one that is kept: all rows of a statement are read before the next is sent.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections

from common.postgresql.base import DatabaseWrapper

Parameters = Sequence[Any] | Mapping[str, Any]


def rows_of(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Send a statement that gives rows, and read them all."""
    cursor = _kept_cursor()
    cursor.execute(statement, parameters)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def send(statement: str, parameters: Parameters) -> None:
    """Send a statement that gives none."""
    _kept_cursor().execute(statement, parameters)


def _kept_cursor() -> Any:
    return cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS]).kept_cursor()
