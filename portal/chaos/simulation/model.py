"""What must hold of cases and money, in plain Python: dictionaries and sums, written from the terms and the design.

The model knows no table and calls no code of the portal. A verb that the portal carried out is told to it, and it says
what each case must look like then, what every consumer is owed, what every merchant bears, and what a line has left.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = 24 * HOUR

# How long everybody has (see world.CLOCKS, which are made from this), by status and level.
PATIENCE = {
    ("awaiting_merchant", 0): 2 * DAY,
    ("offer_pending", 0): 36 * HOUR,
    ("awaiting_return", 0): 2 * DAY,
    ("return_shipped", 0): 30 * HOUR,
    ("rejected", 0): 36 * HOUR,
    ("awaiting_evidence", 0): 30 * HOUR,
    ("under_review", 0): 2 * DAY,
    ("under_review", 1): 36 * HOUR,
    ("decided", 0): 36 * HOUR,
    ("appeal_review", 0): 2 * DAY,
}
REMINDED_BEFORE = (4 * HOUR, 24 * HOUR)
REMINDED_OF = {
    "awaiting_merchant", "return_shipped", "offer_pending", "awaiting_return", "rejected", "awaiting_evidence",
}  # fmt: skip

FINAL = {"settled", "closed"}
UNDECIDED = {
    "awaiting_merchant", "offer_pending", "awaiting_return", "return_shipped", "rejected", "awaiting_evidence",
    "under_review",
}  # fmt: skip
ACCEPTABLE = {"awaiting_merchant", "offer_pending", "rejected", "awaiting_evidence", "under_review"}
MERCHANT_BEARS = {"consumer", "split"}

# Lightning refunds of a consumer with the ordinary standing, in CNY minor units (policies/terms).
LIGHTNING_EACH, LIGHTNING_A_DAY, LIGHTNING_DAYS = 200_00, 600_00, 15
LIGHTNING_REASONS = {"damaged", "wrong_item", "not_as_described"}
FREIGHT = 12_00
OFFERS_EACH = 3


@dataclass
class Piece:
    """A line of an order: what was paid for it, and how much of that is held by claims or given back."""

    order: str
    line: int
    kind: str
    consumer: int
    merchant: int
    gateway: str
    paid: int
    quantity: int
    delivered_at: datetime
    given: int = 0
    cases: "list[Case]" = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.given + sum(case.held for case in self.cases)


@dataclass
class Case:
    """A claim. `awarded` is what the consumer gets for it in the end; amounts are minor units."""

    number: str
    piece: Piece
    reason: str
    remedy: str
    amount: int
    compensation: int
    status: str
    turned_at: datetime
    level: int = 0
    offer: tuple[str, int] | None = None
    offers: "Counter[str]" = field(default_factory=Counter)
    shipped: bool = False
    awarded: int = 0
    verdict: str = ""
    decided_by: int | None = None
    reminded: timedelta | None = None

    @property
    def due_at(self) -> datetime | None:
        if self.status in FINAL:
            return None
        return self.turned_at + (PATIENCE.get((self.status, self.level)) or PATIENCE[self.status, 0])

    @property
    def held(self) -> int:
        """What it holds of the line's price: all it asks for while it is open, then what was awarded of it."""
        refund = self.amount - self.compensation
        return min(refund, self.awarded) if self.status in FINAL else refund

    @property
    def borne_by_merchant(self) -> int:
        return self.awarded_by_word if self.verdict in MERCHANT_BEARS else 0 if self.verdict else self.awarded

    @property
    def awarded_by_word(self) -> int:
        """What the last word awards; the consumer may keep more from the word before."""
        return self.last_word

    last_word: int = 0

    def becomes(self, status: str, at: datetime, *, level: int | None = None) -> None:
        self.status, self.turned_at, self.reminded = status, at, None
        if level is not None:
            self.level = level

    # --- the verbs ------------------------------------------------------------------------------------

    def settles(self, amount: int, at: datetime) -> None:
        self.awarded = self.last_word = amount
        self.offer = None
        self.becomes("settled", at)

    def closes(self, at: datetime) -> None:
        self.offer = None
        self.becomes("closed", at)

    def is_accepted(self, at: datetime) -> None:
        if self.remedy == "return" and not self.shipped:
            self.offer = None
            self.becomes("awaiting_return", at)
        else:
            self.settles(self.amount, at)

    def is_offered(self, by: str, amount: int, at: datetime) -> None:
        self.offer = (by, amount)
        self.offers[by] += 1
        self.becomes("offer_pending" if by == "merchant" else "awaiting_merchant", at)

    def is_rejected(self, at: datetime) -> None:
        self.offer = None
        self.becomes("awaiting_evidence" if self.status == "return_shipped" else "rejected", at)

    def is_shipped(self, at: datetime) -> None:
        self.shipped = True
        self.becomes("return_shipped", at)

    def escalates(self, at: datetime) -> None:
        self.offer = None
        self.becomes("awaiting_evidence", at)

    def is_decided(self, outcome: str, amount: int, by: int | None, at: datetime) -> None:
        self.verdict, self.decided_by = outcome, by
        self.awarded = self.last_word = amount
        self.becomes("decided", at)

    def is_decided_on_appeal(self, outcome: str, amount: int, at: datetime) -> None:
        """The consumer keeps what the first decision gave; the merchant bears what the last one says."""
        self.verdict, self.last_word = outcome, amount
        self.awarded = max(self.awarded, amount)
        self._concludes(at)

    def _concludes(self, at: datetime) -> None:
        self.becomes("settled" if self.verdict != "merchant" or self.awarded else "closed", at)

    def time_passes(self, at: datetime) -> None:
        """The deadline is over and nobody acted."""
        match self.status:
            case "awaiting_merchant" if self.offer:
                self.settles(self.offer[1], at)
            case "awaiting_merchant":
                self.is_accepted(at)
            case "offer_pending":
                assert self.offer is not None  # noqa: S101 an offer is pending
                self.settles(self.offer[1], at)
            case "awaiting_return" | "rejected":
                self.closes(at)
            case "return_shipped":
                self.settles(self.amount, at)
            case "awaiting_evidence":
                self.becomes("under_review", at)
            case "under_review" if self.level == 0:
                self.becomes("under_review", at, level=1)
            case "under_review":
                self.is_decided("no_fault", self.amount, None, at)
            case "decided" | "appeal_review":
                self._concludes(at)


@dataclass
class Model:
    """Everything that was done, as numbers."""

    pieces: dict[int, Piece] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    desk: "Counter[tuple[int, int]]" = field(default_factory=Counter)  # (consumer, merchant) -> refunded unasked
    advanced: "Counter[int]" = field(default_factory=Counter)  # consumer -> paid first, whoever bears it
    granted: "Counter[int]" = field(default_factory=Counter)  # consumer -> asked of the fund's own lane
    stopped: bool = False  # whether finance has stopped all payouts
    charged: "Counter[int]" = field(default_factory=Counter)  # merchant -> advances it was found liable for
    borne: int = 0  # advances that the platform bears
    funded: int = 0
    settled_in: "Counter[int]" = field(default_factory=Counter)  # merchant -> paid in for its sales
    made_good: int = 0  # what merchants got back into their settlement after an appeal
    lightning: "list[tuple[int, datetime, int]]" = field(default_factory=list)
    reminders: "Counter[str]" = field(default_factory=Counter)

    def owed_to(self, consumer: int) -> int:
        """All that this consumer must have received once everything is paid."""
        awards = sum(case.awarded for case in self.cases.values() if case.piece.consumer == consumer)
        desk = sum(sum_ for (who, _), sum_ in self.desk.items() if who == consumer)
        return awards + desk + self.advanced[consumer] + self.granted[consumer]

    def consumers(self) -> set[int]:
        return {piece.consumer for piece in self.pieces.values()} | set(self.advanced) | set(self.granted)

    def borne_by(self, merchant: int) -> int:
        """What this merchant has paid or owes the fund, once everything is paid."""
        cases = sum(case.borne_by_merchant for case in self.cases.values() if case.piece.merchant == merchant)
        desk = sum(sum_ for (_, whose), sum_ in self.desk.items() if whose == merchant)
        return cases + desk + self.charged[merchant]

    def advances_open(self) -> int:
        return self.advanced.total() - self.charged.total() - self.borne

    def lightning_left(self, consumer: int, at: datetime) -> int:
        paid = sum(sum_ for who, when, sum_ in self.lightning if who == consumer and when > at - DAY)
        return LIGHTNING_A_DAY - paid

    def due(self, at: datetime) -> "Iterator[Case]":
        """The cases whose time is over, the oldest first."""
        late = [case for case in self.cases.values() if case.due_at is not None and case.due_at <= at]
        yield from sorted(late, key=lambda case: case.due_at or at)

    def remind(self, at: datetime) -> None:
        """Somebody looked whom to remind: each step is told once in a turn, the nearest one of those that passed."""
        for case in self.cases.values():
            if case.due_at is None or case.due_at <= at or case.status not in REMINDED_OF:
                continue
            for step in REMINDED_BEFORE:
                fresh = case.reminded is None or case.reminded > step
                if fresh and at >= case.due_at - step and case.turned_at < case.due_at - step:
                    case.reminded = step
                    self.reminders[case.number] += 1
