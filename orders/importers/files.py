"""Text files as they come: plain or compressed, with or without a byte order mark, whole or damaged.

Whatever is wrong with a file as a whole is one UnreadableFile with one sentence; what is wrong with a row is a
Rejected row, and reading goes on.
"""

import csv
import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

GZIP_MAGIC = b"\x1f\x8b"
WATCH_EVERY_ROWS = 1000

Rows = Any  # csv names the type of its readers only for type checkers, and not in every version
Watch = Callable[[int, int], None]
"""Called now and then while reading: bytes of the file read so far, and its size."""


class UnreadableFile(Exception):
    """The file cannot be read at all; the message is one sentence for whoever named it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used: the line of the file it begins on, why, and what it held."""

    line_number: int
    reason: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a CSV file, by the names of its columns."""

    line_number: int
    columns: dict[str, int]
    fields: tuple[str, ...]

    def __getitem__(self, column: str) -> str:
        return self.fields[self.columns[column]]


def is_utf8(text: str) -> bool:
    """Whether every byte it was read from was UTF-8."""
    return text.isascii() or not any("\udc80" <= character <= "\udcff" for character in text)


def as_latin(text: str) -> str:
    """The same bytes as Latin-1, in which older shops write: a pound sign in a title makes no line unusable."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def watch_nothing(done: int, total: int) -> None:
    """The watch of somebody who does not look."""


def read_records(path: Path, columns: Sequence[str], watch: Watch = watch_nothing) -> Iterator[Record | Rejected]:
    """The rows of a CSV file whose first line names at least `columns`. Blank lines are no rows.

    Raises UnreadableFile.
    """
    with _open_text(path) as (text, raw):
        reader = csv.reader(text)
        header = _read_header(path, reader, columns)
        size = os.fstat(raw.fileno()).st_size
        for count, row in enumerate(_rows(reader, header)):
            if count % WATCH_EVERY_ROWS == 0:
                watch(raw.tell(), size)
            yield row
        watch(size, size)


def read_lines(path: Path, watch: Watch = watch_nothing) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not blank, with their numbers from 1. Raises UnreadableFile."""
    with _open_text(path) as (text, raw):
        size = os.fstat(raw.fileno()).st_size
        empty = True
        for number, line in enumerate(text, start=1):
            if number % WATCH_EVERY_ROWS == 0:
                watch(raw.tell(), size)
            if line.strip():
                empty = False
                yield number, line
        if empty:
            raise UnreadableFile(f"{path} is empty.")
        watch(size, size)


@contextmanager
def _open_text(path: Path) -> Iterator[tuple[TextIO, BinaryIO]]:
    """The file as UTF-8 text (see is_utf8), and the bytes below it. Every way to fail is UnreadableFile."""
    try:
        if not path.exists():
            raise UnreadableFile(f"There is no file {path}.")
        if not path.is_file():
            raise UnreadableFile(f"{path} is not a file.")
        with path.open("rb") as raw:
            packed = raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
            with TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
                yield text, raw
    except EOFError as error:
        raise UnreadableFile(f"{path} is cut off: the compressed file ends before its end.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(f"{path} is damaged and cannot be uncompressed.") from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.") from error


def _read_header(path: Path, reader: Rows, columns: Sequence[str]) -> tuple[str, ...]:
    try:
        header = next((tuple(fields) for fields in reader if fields), ())
    except csv.Error as error:
        raise UnreadableFile(f"{path} is not a CSV file.") from error
    if not header:
        raise UnreadableFile(f"{path} is empty.")
    missing = [column for column in columns if column not in header]
    if missing:
        raise UnreadableFile(f"{path} has no column {', '.join(missing)}: is it a file of this format?")
    twice = [column for column in columns if header.count(column) > 1]
    if twice:
        raise UnreadableFile(f"{path} names the column {', '.join(twice)} more than once: which one is meant?")
    return header


def _rows(reader: Rows, header: tuple[str, ...]) -> Iterator[Record | Rejected]:
    columns = {column: index for index, column in reversed(list(enumerate(header)))}
    while True:
        line_number = reader.line_num + 1
        try:
            fields = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejected(line_number, f"not a row of a CSV file ({error})")
            continue
        if not fields:
            continue
        if len(fields) != len(header):
            yield Rejected(line_number, f"{len(fields)} fields where {len(header)} are named", fields)
        elif any("\0" in field for field in fields):
            yield Rejected(line_number, "a zero byte in the text", fields)
        else:
            yield Record(line_number, columns, tuple(field if is_utf8(field) else as_latin(field) for field in fields))
