"""`manage.py import_report FILE --gateway …`: take in a provider's report; twice is the same as once."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, ProgrammingError
from django.utils import timezone
from tqdm import tqdm

from common.errors import Refusal
from payouts import actions
from payouts.models import Break, Report

SHOWN_REJECTED = 20


class Command(BaseCommand):
    help = "Import a provider's report and match its lines with our payouts. Importing it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--gateway", required=True, metavar="CODE", help="whose report it is, such as sandbox")
        parser.add_argument("--json", action="store_true", help="the result as one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            received = self._received(options["file"], options["gateway"])
            _import(received.report)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror or error}.") from error
        except Refusal as refusal:
            raise CommandError(refusal.sentence()) from refusal
        except ProgrammingError as error:
            raise CommandError("The database has no tables yet: run `manage.py migrate` first.") from error
        except DatabaseError as error:
            said = str(error).partition("\n")[0]
            raise CommandError(f"The database refused: {said}. The lines read so far stay.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The lines read so far stay; the same command goes on.") from None
        result = _result(received) | {"seconds": round(time.monotonic() - started, 3)}
        self.stdout.write(json.dumps(result) if options["json"] else _sentence(result))
        if not options["json"]:
            self._show_rejected(received.report)

    def _received(self, path: Path, gateway: str) -> actions.Received:
        with path.open("rb") as file:
            received = actions.receive_report(
                gateway=gateway, name=path.name, file=file, by=None, at=timezone.now(), in_hand=True
            )
        if not received.is_new:
            actions.take_in_hand(received.report, timezone.now())
        return received

    def _show_rejected(self, report: Report) -> None:
        for line in report.rejected.order_by("number")[:SHOWN_REJECTED]:
            self.stdout.write(f"  line {line.number}: {line.get_because_display()} {line.text}")


def _import(report: Report) -> None:
    with tqdm(desc="Reading", unit=" lines", disable=None) as bar:
        actions.import_report(
            report=report, at=timezone.now(), told=lambda report: bar.update(report.lines_read - bar.n)
        )


def _result(received: actions.Received) -> dict[str, Any]:
    """What the report holds, whether it was imported now or before."""
    report = received.report
    kinds = Counter(Break.objects.filter(line__report=report).values_list("kind", flat=True))
    return {
        "report": report.pk,
        "is_new": received.is_new,
        "lines": report.lines_kept,
        "repeated": report.lines_repeated,
        "rejected": report.lines_rejected,
        "complete": report.complete,
        "breaks": dict(sorted(kinds.items())),
        "missing_there": Break.objects.unsettled().filter(gateway=report.gateway, kind="missing_there").count(),
    }


def _sentence(result: dict[str, Any]) -> str:
    breaks = ", ".join(f"{number:,} {kind}" for kind, number in result["breaks"].items()) or "no breaks"
    known = "" if result["is_new"] else " (received before)"
    whole = "" if result["complete"] else " It does not end as a whole report does."
    return (
        f"Report {result['report']}{known}: {result['lines']:,} lines, {breaks}; {result['repeated']:,} repeated, "
        f"{result['rejected']:,} rejected; {result['missing_there']:,} payouts are missing there.{whole}"
    )
