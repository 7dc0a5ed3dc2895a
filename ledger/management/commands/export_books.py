"""manage.py export_books: the books as a file that proves itself, or as accountants' programs read it."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Refusal
from ledger.exports import FORMATS, export
from ledger.periods import FIRST_DAY, LAST_DAY, Period


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day: write it like 2026-03-31") from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ArgumentTypeError(f"{text} is not between {FIRST_DAY} and {LAST_DAY}")
    return found


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Write the books, as of one moment. Check a jsonl file with `python verify_export.py FILE`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="jsonl")
        parser.add_argument("--from", dest="first", type=day, help="The first day (UTC); else from the beginning.")
        parser.add_argument("--to", dest="last", type=day, help="The last day (UTC); else everything.")
        parser.add_argument("--output", type=Path, help="The file to write; else standard output.")

    def handle(
        self,
        *args: Any,
        format: str,  # noqa: A002 as the option is called
        first: date | None,
        last: date | None,
        output: Path | None,
        **options: Any,
    ) -> None:
        if first and last and first > last:
            raise CommandError("The first day is after the last one.")
        try:
            self._write(export(format, Period(first, last)), output)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{output or 'Standard output'} cannot be written: {error.strerror}.") from error

    def _write(self, pieces: Iterator[bytes], output: Path | None) -> None:
        with ExitStack() as leaving:
            file = leaving.enter_context(output.open("wb")) if output else sys.stdout.buffer
            for piece in pieces:
                file.write(piece)
            file.flush()
