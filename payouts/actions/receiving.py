"""Receive a provider's report: keep the file once, whole, so that reading it survives whatever dies meanwhile."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import IO, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.sessions import this_session
from common.texts import storable
from common.transactions import atomic
from common.wakeups import wake
from payouts.gateways.report_items import Flaw, Item, Movement, NotAReport, Period
from payouts.gateways.reports import find_report_format
from payouts.models import Report, ReportPart, Wrong

# How long a report is left to its reader, unless that one is known to have died.
LEASE = timedelta(minutes=10)

PART_BYTES = 1 << 20
LONGEST_LINE_BYTES = 4096
LONGEST_TEXT, LONGEST_NAME = 300, 200

# What a provider can speak of: moments since computers count them, up to now by a clock that may go ahead of ours or in
# another zone, and sums (minor units) of which the books can hold hundreds of thousands.
EARLIEST, CLOCKS_DIFFER = datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=1)
LARGEST = 10**13


class UnreadableReport(Refusal):
    """The file is no report of this gateway."""

    code = "unreadable_report"
    message = _("This is not a report of %(gateway)s: %(because)s.")
    field = "file"


class NotText(UnreadableReport):
    """What spreadsheets save unless they are told otherwise, and text of two bytes to a character."""

    code = "report_is_not_text"
    message = _("This is a spreadsheet, or not text in UTF-8. Save it as CSV in UTF-8, and choose that file.")


class ImpossiblePeriod(UnreadableReport):
    """Nobody reports what is yet to come."""

    code = "impossible_period"
    message = _("The period that the report covers has not begun yet, or begins before 1970.")


class Received(NamedTuple):
    """The report, and whether this very file had not been received before."""

    report: Report
    is_new: bool


@atomic
def receive_report(
    *, gateway: str, name: str, file: IO[bytes], by: User | None, at: datetime, in_hand: bool = False
) -> Received:
    """Keep the file, of any size, for `import_report`; the same bytes again are the report that is there already.

    A sweep reads it, or whoever has it `in_hand` already. `file` is read from its beginning, twice.
    Raises NoReports for a gateway whose reports we cannot read, and UnreadableReport for a file that does not begin as
    they do; NotText and ImpossiblePeriod are of those. What ends later than now covers the time up to now.
    """
    period = _up_to(at, _period(gateway, file))
    report, is_new = Report.objects.get_or_create(
        gateway=gateway,
        digest=_digest(file),
        defaults={
            "name": storable(name)[:LONGEST_NAME],
            "received_at": at,
            "received_by": by,
            "covers_from": period.start,
            "covers_until": period.end,
            "next_at": at + LEASE if in_hand else at,
            "in_hand_of": this_session() if in_hand else None,
        },
    )
    if is_new:
        for number, content in enumerate(_pieces(file)):
            ReportPart.objects.create(report=report, number=number, content=content)
        wake("payouts.tasks.import_due_reports")
    return Received(report, is_new)


def _period(gateway: str, file: IO[bytes]) -> Period:
    report_format = find_report_format(gateway)
    head = list(islice(_lines(_pieces(file)), report_format.heading_rows))
    if any(b"\0" in line for line in head):
        raise NotText
    try:
        return report_format.read_heading([_cells(line) for line in head])
    except NotAReport as error:
        raise UnreadableReport(gateway=gateway, because=str(error)) from error


def _up_to(at: datetime, period: Period) -> Period:
    if not EARLIEST <= period.start <= at:
        raise ImpossiblePeriod
    return Period(period.start, min(period.end, at))


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    for piece in _pieces(file):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(PART_BYTES), b"")


def items_after(report: Report, number: int) -> Iterator[Item]:
    """What the lines after line `number` of the file say, in their order."""
    report_format = find_report_format(report.gateway)
    skipped = max(number, report_format.heading_rows)
    for at, line in enumerate(_lines(_parts(report)), 1):
        if at <= skipped or not line.strip():
            continue
        if len(line) > LONGEST_LINE_BYTES:
            yield Flaw(at, Wrong.TOO_LONG, _text(line)[:LONGEST_TEXT])
        else:
            yield _possible(report_format.read_row(at, _cells(line)), _text(line), report.received_at)


def _possible(item: Item, text: str, received_at: datetime) -> Item:
    """The item, or a flaw where it is a movement that cannot have been."""
    if not isinstance(item, Movement):
        return item
    if item.amount > LARGEST:
        return Flaw(item.number, Wrong.TOO_LARGE, text[:LONGEST_TEXT])
    if not EARLIEST <= item.paid_at <= received_at + CLOCKS_DIFFER:
        return Flaw(item.number, Wrong.UNTIMELY, text[:LONGEST_TEXT])
    return item


def _parts(report: Report) -> Iterator[bytes]:
    """One by one, as a file may be larger than memory."""
    parts = ReportPart.objects.filter(report=report).order_by("number").values_list("number", flat=True)
    for number in list(parts):
        yield bytes(ReportPart.objects.get(report=report, number=number).content)


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of the file. Of one that is too long, only the beginning, and that too long as well."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        rest = rest[: LONGEST_LINE_BYTES + 1]
        yield from lines
    if rest:
        yield rest


def _cells(line: bytes) -> list[str]:
    """What is no CSV is one cell, as nothing says where others begin."""
    text = _text(line)
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return [text]


def _text(line: bytes) -> str:
    return storable(line.decode("utf-8-sig", errors="replace").rstrip("\r"))
