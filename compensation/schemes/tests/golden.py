"""The golden tables: what the terms of each scheme say, case by case, as written down by hand from them."""

import csv
from decimal import Decimal
from pathlib import Path

from common.money import minor_units

SCHEMES = Path(__file__).parents[1]


def rows_of(scheme: str) -> list[dict[str, str]]:
    """The rows of a scheme's golden.csv."""
    with (SCHEMES / scheme / "golden.csv").open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def cents(written: str) -> int:
    """A sum of a table that stands there in yuan."""
    return minor_units(Decimal(written), "CNY")
