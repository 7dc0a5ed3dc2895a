"""The export that proves itself: the lines that the seals cover, and the seals (read by verify_export.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from ledger.canonical import Span, closing_lines, line, standing_line, transfer_lines
from ledger.models import NOTHING_BEFORE, Seal, Transfer
from ledger.periods import ONE_DAY, Period
from ledger.sealing import seal_fields

FORMAT = "redress-books-1"


class NotSealedYet(Refusal):
    """An export that begins later than the books begins behind a seal."""

    code = "not_sealed_yet"
    message = _("The day before has no seal yet. Begin with an earlier day.")
    field = "from"


@dataclass
class Counts:
    """What the last line tells."""

    lines: int = 0
    transfers: int = 0
    seals: int = 0


def jsonl(period: Period) -> Iterator[bytes]:
    """Day by day: transfers, closing balances, seal; then what has no seal yet, every balance, and the last line.

    Raises NotSealedYet when the day before the first one has no seal.
    """
    digest, counts = sha256(), Counts()
    for lines in _lines(period, counts):
        digest.update(lines)
        yield lines
    end: dict[str, object] = {"end": counts.lines, "transfers": counts.transfers, "seals": counts.seals}
    digest.update(line(end))
    yield line({**end, "hash": digest.hexdigest()})


def _lines(period: Period, counts: Counts) -> Iterator[bytes]:
    span, before = period.span(), _seal_before(period)
    begin: dict[str, object] = {
        "books": FORMAT,
        "from": period.first.isoformat() if period.first and before else None,
        "to": period.last.isoformat() if period.last else None,
        "previous": before.hash if before else NOTHING_BEFORE,
    }
    yield _counted(counts, line(begin))
    for opening in period.opening():
        yield _counted(counts, standing_line("opening", opening))
    after = span.after
    for seal in period.seals():
        yield from _transfers(counts, Span(after, seal.through))
        closed, count = closing_lines(seal.day)
        counts.lines += count
        yield closed
        yield _counted(counts, line({**seal_fields(seal), "hash": seal.hash}))
        counts.seals += 1
        after = seal.through
    yield from _transfers(counts, Span(after, span.through))
    for balance in period.closing():
        yield _counted(counts, standing_line("account", balance))


def _seal_before(period: Period) -> Seal | None:
    """The seal of the day before the first one; None when the books begin later than that."""
    if period.first is None:
        return None
    before = Seal.objects.filter(day=period.first - ONE_DAY).first()
    if before is None and Transfer.objects.filter(pk__lte=period.span().after).exists():
        raise NotSealedYet
    return before


def _transfers(counts: Counts, span: Span) -> Iterator[bytes]:
    for lines, count in transfer_lines(span):
        counts.lines += count
        counts.transfers += count
        yield lines


def _counted(counts: Counts, written: bytes) -> bytes:
    counts.lines += 1
    return written
