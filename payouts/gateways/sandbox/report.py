"""The sandbox's report of a period: a CSV file that says what it covers, lists each movement, and says that it is over.

report,2026-11-20T00:00:00+00:00,2026-11-21T00:00:00+00:00
id,reference,amount,currency,paid_at
mov_1,5a0e6b5e-…,1250,GBP,2026-11-20T09:15:02+00:00
end,1
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from payouts.gateways.report_items import End, Flaw, Item, Movement, NotAReport, Period

HEADING = ["id", "reference", "amount", "currency", "paid_at"]
LONGEST_NAME, MOST_DIGITS = 120, 15
CURRENCY = re.compile(r"[A-Z]{3}")


class SandboxReport:
    """Movements are dated by the sandbox's clock, and a day's report is there on the next day."""

    grace = timedelta(days=1)
    heading_rows = 2

    def read_heading(self, rows: Sequence[list[str]]) -> Period:
        period = rows[0] if rows else []
        start, end = (_moment(cell) for cell in period[1:]) if len(period) == 3 else (None, None)  # noqa: PLR2004 (see above)
        if not period or period[0] != "report" or start is None or end is None or end < start:
            raise NotAReport("its first line is not “report,<from>,<until>”")
        if rows[1:] != [HEADING]:
            raise NotAReport(f"its second line is not “{','.join(HEADING)}”")
        return Period(start, end)

    def read_row(self, number: int, cells: list[str]) -> Item:
        if cells[:1] == ["end"] and len(cells[1:]) == 1 and cells[1].isascii() and cells[1].isdecimal():
            return End(number, int(cells[1]))
        if len(cells) != len(HEADING):
            return _flaw(number, "columns", cells)
        provider_id, reference, amount, currency, paid_at = cells
        moment = _moment(paid_at)
        if because := _wrong_with(provider_id, reference, amount, currency):
            return _flaw(number, because, cells)
        if moment is None:
            return _flaw(number, "moment", cells)
        return Movement(number, provider_id, reference, int(amount), currency, moment)


def _wrong_with(provider_id: str, reference: str, amount: str, currency: str) -> str:
    """The first that is wrong, by its word in payouts.models.Wrong, or ""."""
    tests = (
        ("id", 0 < len(provider_id) <= LONGEST_NAME),
        ("reference", 0 < len(reference) <= LONGEST_NAME),
        ("amount", amount.isascii() and amount.isdecimal() and 0 < len(amount.lstrip("0")) <= MOST_DIGITS),
        ("currency", CURRENCY.fullmatch(currency)),
    )
    return next((because for because, holds in tests if not holds), "")


def _flaw(number: int, because: str, cells: list[str]) -> Flaw:
    return Flaw(number, because, ",".join(cells))


def _moment(text: str) -> datetime | None:
    """None for what is no moment, or names no zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def write_report(movements: Iterable[Mapping[str, Any]], *, start: datetime, end: datetime) -> str:
    """The report as the sandbox serves it. Movements are those of its record, paid from `start` on and before `end`."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["report", start.isoformat(), end.isoformat()])
    writer.writerow(HEADING)
    lines = 0
    for movement in movements:
        paid_at = datetime.fromtimestamp(movement["paid_at"], UTC)
        if start <= paid_at < end:
            name = f"mov_{movement['id']}"
            row = [name, movement["reference"], movement["amount"], movement["currency"], paid_at.isoformat()]
            writer.writerow(row)
            lines += 1
    writer.writerow(["end", lines])
    return text.getvalue()
