"""What a provider's report says, in our words: the period it covers, movements, lines that cannot be read, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Period:
    """Movements from `start` on, up to but not including `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """`amount` minor units taken to pay what we call `reference`; `provider_id` is the provider's name for it."""

    number: int
    provider_id: str
    reference: str
    amount: int
    currency: str
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Flaw:
    """A line that cannot be used: its number in the file, a word of payouts.models.Wrong, and what it says."""

    number: int
    because: str
    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The provider's own word that this was all: `lines` movements."""

    number: int
    lines: int


Item = Movement | Flaw | End


class NotAReport(Exception):
    """The file does not begin as a report of this provider does; the message says what is missing."""


class ReportFormat(Protocol):
    """One provider's way to write reports, in rows of cells.

    `grace` is how much later than we the provider may report what we know to be paid. The first `heading_rows` are no
    movements and say which period the report covers.
    """

    grace: timedelta
    heading_rows: int

    def read_heading(self, rows: Sequence[list[str]]) -> Period:
        """Raises NotAReport."""
        ...

    def read_row(self, number: int, cells: list[str]) -> Item:
        """What row `number` of the file says; one that cannot be used is a Flaw."""
        ...
