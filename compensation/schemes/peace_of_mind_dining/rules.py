"""Peace of Mind for meals: safe food, whole portions, and the set as it was sold. Pure.

None of it stands in the merchant's records, so the merchant answers first, and its silence decides for the consumer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from common.money import share
from compensation.schemes.arithmetic import WHOLE_PERCENT, price_back, refuse_above_all_of_it
from compensation.schemes.pledges import (
    NOTHING,
    PeaceOfMindEnrolment,
    Pledge,
    Proofs,
    kept,
    raise_to,
    refuse_other_rights,
    told_in_time,
)
from policies.shapes import Amounts, MinorUnits, Misshapen
from policies.traces import Step, Test, Verdict, money


class Right(StrEnum):
    """What a guest can count on; the word says how it was broken."""

    FOOD_UNSAFE = "food_unsafe"
    PORTION_SHORT = "portion_short"
    SET_NOT_AS_SOLD = "set_not_as_sold"


# --- what the guest tells ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FoodUnsafe:
    """`loss` is what it cost the guest, such as a doctor's bill; 0 where nothing more came of it."""

    loss: MinorUnits = NOTHING


@dataclass(frozen=True, kw_only=True)
class PortionShort:
    """What the menu promised and what was on the scales, in grams. Raises Misshapen when nothing is missing."""

    promised_grams: int
    served_grams: int

    def __post_init__(self) -> None:
        if self.served_grams >= self.promised_grams:
            raise Misshapen("served_grams", "nothing_is_missing")


@dataclass(frozen=True, kw_only=True)
class SetNotAsSold:
    """Of how many dishes of the set how many were missing or replaced. Raises Misshapen when none or too many were."""

    dishes: int
    dishes_missing: int

    def __post_init__(self) -> None:
        if not self.dishes_missing:
            raise Misshapen("dishes_missing", "nothing_is_missing")
        if self.dishes_missing > self.dishes:
            raise Misshapen("dishes_missing", "more_than_the_whole", value=self.dishes_missing, whole=self.dishes)


Told = FoodUnsafe | PortionShort | SetNotAsSold


# --- facts and terms -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DiningFacts:
    """A meal that was sold. Sums are minor units.

    It can have been served between `from_at` and `until_at`; `served` is False where the record says that it was not.
    `loss` is what unsafe food cost the guest, `missing` of `whole` what was not on the table (grams or dishes; 0 of 0
    where nothing is told). `label_held`: the merchant carried the label when the meal was bought.
    """

    right: Right
    currency: str
    paid: int
    refundable: int
    from_at: datetime
    until_at: datetime
    served: bool
    label_held: bool
    loss: int = 0
    missing: int = 0
    whole: int = 0


@dataclass(frozen=True, kw_only=True)
class UnsafeFood:
    """On top of the price and the loss: `times_price` the price or `times_loss` the loss, whichever is more.

    At least `at_least`.
    """

    times_price: int
    times_loss: int
    at_least: Amounts


@dataclass(frozen=True, kw_only=True)
class MissingPart:
    """`times` the price of the missing part, where more than `tolerance_percent` is missing."""

    times: int
    tolerance_percent: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.tolerance_percent, "tolerance_percent")


@dataclass(frozen=True, kw_only=True)
class PeaceOfMindDiningTerms:
    """Terms of `peace_of_mind_dining`.

    Broken rights are told within `report_within_days` after the meal; `cap` limits all compensation.
    """

    enrolment: ClassVar = PeaceOfMindEnrolment
    by_admission: ClassVar = True

    version: int
    report_within_days: int
    evidence: Mapping[str, Proofs]
    food_unsafe: UnsafeFood
    portion_short: MissingPart
    set_not_as_sold: MissingPart
    cap: Amounts

    def __post_init__(self) -> None:
        refuse_other_rights(self.evidence, Right)


# --- the rule ------------------------------------------------------------------------------------------


def peace_of_mind_dining(facts: DiningFacts, terms: PeaceOfMindDiningTerms, now: datetime) -> Verdict:
    """The right that was broken, judged by its own rule."""
    tests = (
        Test("label_was_held", facts.label_held, {}),
        Test("meal_was_served", facts.served, {}),
        *told_in_time(since=facts.from_at, until=facts.until_at, days=terms.report_within_days, now=now),
    )
    pledge = Pledge(
        rule="peace_of_mind_dining",
        version=terms.version,
        facts=facts,
        currency=facts.currency,
        cap=terms.cap,
        because=facts.right.value,
        proofs=terms.evidence[facts.right],
    )
    match facts.right:
        case Right.FOOD_UNSAFE:
            return kept(pledge, tests, _unsafe(facts, terms.food_unsafe))
        case Right.PORTION_SHORT:
            return _missing(facts, terms.portion_short, pledge, tests)
        case Right.SET_NOT_AS_SOLD:
            return _missing(facts, terms.set_not_as_sold, pledge, tests)


def _unsafe(facts: DiningFacts, terms: UnsafeFood) -> tuple[Step, ...]:
    """The price and the loss come back, and on top ten times the price or three times the loss, at least CNY 1,000.

    Food Safety Law of the PRC, art. 148; the consumer may choose, and the higher sum is chosen for them.
    """
    paid, loss = money(facts.paid, facts.currency), money(facts.loss, facts.currency)
    by_price = Step("times_the_price", facts.paid * terms.times_price, {"times": terms.times_price, "paid": paid})
    by_loss = Step("times_the_loss", facts.loss * terms.times_loss, {"times": terms.times_loss, "loss": loss})
    more = by_loss if by_loss.amount > by_price.amount else by_price
    return (
        *price_back(facts.refundable),
        *((Step("loss_made_good", facts.loss, {}),) if facts.loss else ()),
        more,
        *raise_to(more.amount, terms.at_least, facts.currency),
    )


def _missing(facts: DiningFacts, terms: MissingPart, pledge: Pledge, tests: tuple[Test, ...]) -> Verdict:
    """So many times the price of the part that was not on the table; a scale's tolerance is left to the kitchen.

    With nothing told yet, the least that can come of it: as much is missing as is tolerated, or one percent.
    """
    if facts.whole:
        missing, whole = facts.missing, facts.whole
        enough = missing * WHOLE_PERCENT > terms.tolerance_percent * whole
    else:
        missing, whole, enough = max(1, terms.tolerance_percent), WHOLE_PERCENT, True
    counts = {"missing": missing, "whole": whole}
    missed = Test("more_is_missing_than_tolerated", enough, {**counts, "percent": terms.tolerance_percent})
    owed = share(facts.paid, missing, whole) * terms.times
    values = {"times": terms.times, "paid": money(facts.paid, facts.currency), **counts}
    return kept(pledge, (*tests, missed), (Step("times_the_missing_part", owed, values),))
