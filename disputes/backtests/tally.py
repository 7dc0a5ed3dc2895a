"""The sums of a back-test, as data that parts can be added up from in any order. Pure.

A row is ten figures under a key of what it is about: "total|CNY", "rule|CNY|lightning_refund", "merchant|CNY|7",
"month|CNY|2026-03". Sums are minor units.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SEPARATOR = "|"
MOST_BROKEN_NAMED = 10
EFFECTS = ("more", "less", "sooner", "later", "other")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One claim as it is and as it would be. `effect` is "" where nothing changes.

    `sure` is what is paid without anybody's word, `open` what somebody may still refuse.
    """

    currency: str
    merchant: int
    month: str
    payer: str
    rule_was: str
    rule_becomes: str
    sure_was: int
    open_was: int
    sure_becomes: int
    open_becomes: int
    effect: str


@dataclass(slots=True)
class Row:
    """What stands in one line of a table."""

    claims_was: int = 0
    claims_becomes: int = 0
    sure_was: int = 0
    sure_becomes: int = 0
    open_was: int = 0
    open_becomes: int = 0
    fund_was: int = 0
    fund_becomes: int = 0
    effects: dict[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int:
        """How much more is surely paid, in minor units."""
        return self.sure_becomes - self.sure_was

    @property
    def fund_difference(self) -> int:
        return self.fund_becomes - self.fund_was

    @property
    def merchant_difference(self) -> int:
        return self.difference - self.fund_difference

    @property
    def changed(self) -> int:
        return sum(self.effects.values())

    def was(self, outcome: Outcome) -> None:
        self.claims_was += 1
        self.sure_was += outcome.sure_was
        self.open_was += outcome.open_was
        if outcome.payer == "fund":
            self.fund_was += outcome.sure_was

    def becomes(self, outcome: Outcome) -> None:
        self.claims_becomes += 1
        self.sure_becomes += outcome.sure_becomes
        self.open_becomes += outcome.open_becomes
        if outcome.payer == "fund":
            self.fund_becomes += outcome.sure_becomes
        if outcome.effect:
            self.effects[outcome.effect] = self.effects.get(outcome.effect, 0) + 1

    def add(self, other: "Row") -> None:
        for name in FIGURES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for effect, number in other.effects.items():
            self.effects[effect] = self.effects.get(effect, 0) + number


FIGURES = (
    "claims_was",
    "claims_becomes",
    "sure_was",
    "sure_becomes",
    "open_was",
    "open_becomes",
    "fund_was",
    "fund_becomes",
)


@dataclass
class Tally:
    """What came of some claims.

    `elsewhere` counts those whose facts say nothing about the rule, and `broken` those whose facts cannot be read (the
    first few by their numbers).
    """

    claims: int = 0
    elsewhere: int = 0
    broken: int = 0
    broken_numbers: list[str] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> None:
        self.claims += 1
        currency = outcome.currency
        for key in (
            f"total|{currency}",
            f"merchant|{currency}|{outcome.merchant}",
            f"month|{currency}|{outcome.month}",
        ):
            row = self.rows.get(key) or self.rows.setdefault(key, Row())
            row.was(outcome)
            row.becomes(outcome)
        self._row(f"rule|{currency}|{outcome.rule_was}").was(outcome)
        self._row(f"rule|{currency}|{outcome.rule_becomes}").becomes(outcome)

    def _row(self, key: str) -> Row:
        return self.rows.get(key) or self.rows.setdefault(key, Row())

    def count_broken(self, number: str) -> None:
        self.claims += 1
        self.broken += 1
        if len(self.broken_numbers) < MOST_BROKEN_NAMED:
            self.broken_numbers.append(number)

    def add(self, other: "Tally") -> None:
        self.claims += other.claims
        self.elsewhere += other.elsewhere
        self.broken += other.broken
        self.broken_numbers = sorted([*self.broken_numbers, *other.broken_numbers])[:MOST_BROKEN_NAMED]
        for key, row in other.rows.items():
            self._row(key).add(row)

    def as_dict(self) -> dict[str, Any]:
        rows = {key: [[getattr(row, name) for name in FIGURES], row.effects] for key, row in sorted(self.rows.items())}
        return {
            "claims": self.claims,
            "elsewhere": self.elsewhere,
            "broken": self.broken,
            "broken_numbers": self.broken_numbers,
            "rows": rows,
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Tally":
        rows = {
            key: Row(**dict(zip(FIGURES, figures, strict=True)), effects=dict(effects))
            for key, (figures, effects) in written["rows"].items()
        }
        return cls(written["claims"], written["elsewhere"], written["broken"], list(written["broken_numbers"]), rows)

    def currencies(self) -> list[str]:
        return sorted(key.split(SEPARATOR)[1] for key in self.rows if key.startswith("total|"))

    def total(self, currency: str) -> Row:
        return self.rows[f"total|{currency}"]

    def by(self, kind: str, currency: str) -> Iterator[tuple[str, Row]]:
        """The rows of one kind ("rule", "merchant", "month") in one currency, by what they are about."""
        start = f"{kind}|{currency}|"
        return ((key.removeprefix(start), row) for key, row in sorted(self.rows.items()) if key.startswith(start))


def added_up(parts: Iterable[Mapping[str, Any]]) -> Tally:
    """All parts together."""
    whole = Tally()
    for part in parts:
        whole.add(Tally.read(part))
    return whole
