"""What a bench found: one figure a row, as a table for people and as a list of objects for programs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured name at one number of clients and one size; what does not apply is None.

    `ratio` is per_second beside the yardstick's in the same round, the middle of all rounds; for `page_` and `scan_`
    names it is the cost beside that of the smallest size.
    """

    name: str
    clients: int | None = None
    size: int | None = None
    per_second: float | None = None
    yardstick_per_second: float | None = None
    ratio: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    sql: int | None = None
    cpu_us: float | None = None


COLUMNS = tuple(column.name for column in fields(Figure))
WHOLE_FROM = 100


def middle(values: Iterable[float]) -> float:
    return float(median(values))


def as_table(figures: Sequence[Figure]) -> str:
    rows = [COLUMNS, *(tuple(_text(getattr(figure, column)) for column in COLUMNS) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)


def write(figures: Sequence[Figure], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1) + "\n")


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= WHOLE_FROM else f"{value:.3g}"
    return "-" if value is None else str(value)
