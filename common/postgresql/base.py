"""Django's PostgreSQL backend, which does not ask a busy connection at every request whether it is still there.

A server that stopped or was restarted has closed its end of the socket, which shows without asking. Only a connection
that was idle, or has something to read, is asked; a question costs a round trip.

Such a connection also keeps a cursor for each statement whose rows are read at once (`common.statements`).
"""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

TRUSTED_FOR_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    health_check_done: bool
    _looked_at = 0.0
    _kept_cursors: dict[str, Any]

    def kept_cursor(self, statement: str) -> Any:
        """The statement's own cursor, which is not closed after use: it knows already how its values are written.

        For whoever reads all rows before the statement is sent again. Statements that are few and always the same.
        """
        self.close_if_health_check_failed()
        if self.connection is None:
            self.ensure_connection()
        if (cursor := self._kept_cursors.get(statement)) is None:
            cursor = self._kept_cursors[statement] = self.make_cursor(self.create_cursor())
        return self.make_debug_cursor(cursor.cursor) if self.queries_logged else cursor

    def connect(self) -> None:
        """Cursors belong to the connection they were opened on."""
        self._kept_cursors = {}
        super().connect()

    def close_if_health_check_failed(self) -> None:
        if self.health_check_done or self.connection is None:
            return
        now = time.monotonic()
        trusted = now - self._looked_at < TRUSTED_FOR_SECONDS
        self._looked_at = now
        self.health_check_done = trusted and not _has_something_to_say(self.connection)
        super().close_if_health_check_failed()


def _has_something_to_say(connection: Any) -> bool:
    """Between two requests a server says nothing, unless it is about to go or gone."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
