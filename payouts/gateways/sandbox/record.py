"""What the sandbox keeps, in a file of its own: rows of SQLite that one caller at a time changes."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any


class Record:
    """The file `data` with its `tables`, made where they are missing."""

    def __init__(self, data: str, tables: str) -> None:
        self._lock = RLock()
        self._rows = sqlite3.connect(data, check_same_thread=False, isolation_level=None)
        self._rows.row_factory = sqlite3.Row
        self._rows.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + tables)

    def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        return self._rows.execute(statement, values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        return self._rows.executemany(statement, values)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One caller at a time, all or nothing."""
        with self._lock:
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._rows.execute("ROLLBACK")
                raise
            self._rows.execute("COMMIT")
