"""The PostgreSQL backend on the embedded server: the first connection of a process starts the server or joins it.

So every command, worker and test finds its database, and what needs no database starts none.
"""

from typing import Any

from django.conf import settings
from psycopg import OperationalError

from common.embedded.postgres import embedded_postgres
from common.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        server = embedded_postgres(settings.VAR_DIR)
        server.hold()
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            if not server.revive():
                raise
            return super().get_new_connection(conn_params)
