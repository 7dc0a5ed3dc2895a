"""Django's PostgreSQL backend, which does not ask a busy connection at every request whether it is still there.

A server that stopped or was restarted has closed its end of the socket, which shows without asking. Only a connection
that was idle, or has something to read, is asked; a question costs a round trip.

Such a connection also keeps a cursor for statements whose rows are read at once (`common.statements`).
"""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

TRUSTED_FOR_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    health_check_done: bool
    _looked_at = 0.0
    _kept_cursor: Any = None

    def kept_cursor(self) -> Any:
        """A cursor that is not closed after use, for whoever reads all rows before anything else is asked."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self._kept_cursor is None or self._kept_cursor.connection is not self.connection:
            self._kept_cursor = self.create_cursor()
        return self._prepare_cursor(self._kept_cursor)  # type: ignore[attr-defined] # missing in the stubs

    def close_if_health_check_failed(self) -> None:
        if not self.health_check_done and self.connection is not None:
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
