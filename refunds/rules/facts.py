"""What the rules of refunds may look at, and how much of a line is asked for. Pure."""

from dataclasses import dataclass
from datetime import datetime

from common.money import share
from policies.words import Reason


@dataclass(frozen=True, kw_only=True)
class OwnRule:
    """A merchant's own rule: refund without return when the price of one piece, the category and the reason all fit.

    The price range is half-open, in minor units; no category means every category.
    """

    name: str
    price_from: int
    price_until: int
    categories: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """All that the rules may look at when a consumer wants money back for one line.

    `asked` and `asked_quantity` are what the consumer wants back; 0 pieces means a sum of money only.
    `fulfilled_at` is when the goods were delivered, the stay or what was booked ended, or the voucher or card expires
    (None: no delivery is on record, or the card has no end).
    `paid_by_lightning` is what lightning refunds brought this consumer in the 24 hours before, and
    `settlement_covers` whether the merchant's settlement can give what is asked.
    `own_limit` is the merchant's limit for one lightning refund (None: takes part without one, or takes no part).
    """

    order_kind: str
    reason: str
    category: str
    currency: str
    paid: int
    refundable: int
    quantity: int
    refundable_quantity: int
    asked: int
    asked_quantity: int
    bought_at: datetime
    fulfilled_at: datetime | None
    redeemed: bool
    standing: int
    paid_by_lightning: int
    settlement_covers: bool
    claims_filed: int
    in_lightning: bool
    own_limit: int | None
    own_rules: tuple[OwnRule, ...]
    pays_freight_always: bool


@dataclass(frozen=True)
class Asked:
    """A part of a line: minor units, and how many pieces they stand for (0: a sum of money only)."""

    amount: int
    quantity: int


def asked_of(
    *, paid: int, quantity: int, refundable: int, refundable_quantity: int, pieces: int | None, amount: int | None
) -> Asked:
    """What a consumer who names pieces, an amount, both or neither asks for.

    Neither: all that is left. Pieces only: their share of what was paid, rounded half up, never more than is left, and
    all that is left with the last of them, so that claims piece by piece add up to the whole.
    """
    if pieces is None and amount is None:
        return Asked(refundable, refundable_quantity)
    if amount is not None:
        return Asked(amount, pieces or 0)
    if pieces == refundable_quantity:
        return Asked(refundable, refundable_quantity)
    pieces = pieces or 0
    return Asked(min(share(paid, pieces, quantity), refundable), pieces)
