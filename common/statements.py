"""Our own SQL that comes with every request, over a cursor that a connection keeps for each statement.

Opening a cursor and finding out how to write the values costs half of what the driver does for a statement. Nobody
else can be reading from one that is kept: all rows are read before the statement can be sent again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections

from common.postgresql.base import DatabaseWrapper

Parameters = Sequence[Any] | Mapping[str, Any]


def rows_of(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Send a statement that gives rows, and read them all."""
    cursor = _kept_cursor(statement)
    cursor.execute(statement, parameters)
    # The driver has them all by now: nothing is left to go wrong that Django would have to put into its own words.
    rows: list[tuple[Any, ...]] = cursor.cursor.fetchall()
    return rows


def send(statement: str, parameters: Parameters) -> None:
    """Send a statement that gives none."""
    _kept_cursor(statement).execute(statement, parameters)


def plan_for_any_number() -> None:
    """Have each statement planned once for all, until the transaction ends.

    For batches: each has another size, a plan of its own costs more than its work, and one for very many rows reads
    whole tables.
    """
    send("SET LOCAL plan_cache_mode = force_generic_plan", [])


def _kept_cursor(statement: str) -> Any:
    return cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS]).kept_cursor(statement)
