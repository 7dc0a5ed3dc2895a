"""Peace of Mind for treatments: product and practitioner as promised, and no price that was not disclosed. Pure.

None of it stands in the merchant's records, so the merchant answers first, and its silence decides for the consumer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from compensation.schemes.arithmetic import price_back, refuse_above_all_of_it
from compensation.schemes.pledges import (
    PeaceOfMindEnrolment,
    Pledge,
    Proofs,
    TimesTheCharge,
    TimesThePrice,
    charge_and_more,
    kept,
    part_of_the_price,
    price_and_more,
    refuse_other_rights,
    told_in_time,
)
from policies.shapes import Amounts, MinorUnits
from policies.traces import Step, Test, Verdict


class Right(StrEnum):
    """What a guest can count on; the word says how it was broken."""

    PRODUCT_REPLACED = "product_replaced"
    PRACTITIONER_REPLACED = "practitioner_replaced"
    UNDISCLOSED_PRICE = "undisclosed_price"


# --- what the guest tells ------------------------------------------------------------------------------


class Treatment(StrEnum):
    """What the guest did when somebody else was there than booked."""

    TREATED = "treated"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class PractitionerReplaced:
    """Whether somebody else gave the treatment, or the guest declined it."""

    treatment: Treatment


@dataclass(frozen=True, kw_only=True)
class UndisclosedPrice:
    """`charged` is what had to be paid beyond the price that was shown."""

    charged: MinorUnits


Told = PractitionerReplaced | UndisclosedPrice


# --- facts and terms -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BeautyFacts:
    """A treatment that was sold. Sums are minor units.

    It can have been given between `from_at` and `until_at`: at one moment where its record says so. `cancelled`: it is
    on record as called off, or the guest as not come. `charged` (None: nothing yet) and `treated` are what the guest
    tells. `label_held`: the merchant carried the label when the treatment was bought.
    """

    right: Right
    currency: str
    paid: int
    refundable: int
    from_at: datetime
    until_at: datetime
    cancelled: bool
    label_held: bool
    charged: int | None = None
    treated: bool = True


@dataclass(frozen=True, kw_only=True)
class AnotherPractitioner:
    """Percentages of the price on top: of a treatment that somebody else gave, and of one that was declined."""

    percent_if_treated: int
    percent_if_declined: int

    def __post_init__(self) -> None:
        refuse_above_all_of_it(self.percent_if_treated, "percent_if_treated")
        refuse_above_all_of_it(self.percent_if_declined, "percent_if_declined")


@dataclass(frozen=True, kw_only=True)
class PeaceOfMindBeautyTerms:
    """Terms of `peace_of_mind_beauty`.

    Broken rights are told within `report_within_days` after the treatment; `cap` limits all compensation.
    """

    enrolment: ClassVar = PeaceOfMindEnrolment
    by_admission: ClassVar = True

    version: int
    report_within_days: int
    evidence: Mapping[str, Proofs]
    product_replaced: TimesThePrice
    practitioner_replaced: AnotherPractitioner
    undisclosed_price: TimesTheCharge
    cap: Amounts

    def __post_init__(self) -> None:
        refuse_other_rights(self.evidence, Right)


# --- the rule ------------------------------------------------------------------------------------------


def peace_of_mind_beauty(facts: BeautyFacts, terms: PeaceOfMindBeautyTerms, now: datetime) -> Verdict:
    """The right that was broken, judged by its own rule."""
    tests = (
        Test("label_was_held", facts.label_held, {}),
        Test("treatment_was_due", not facts.cancelled, {}),
        *told_in_time(since=facts.from_at, until=facts.until_at, days=terms.report_within_days, now=now),
    )
    pledge = Pledge(
        rule="peace_of_mind_beauty",
        version=terms.version,
        facts=facts,
        currency=facts.currency,
        cap=terms.cap,
        because=facts.right.value,
        proofs=terms.evidence[facts.right],
    )
    return kept(pledge, tests, _steps(facts, terms))


def _steps(facts: BeautyFacts, terms: PeaceOfMindBeautyTerms) -> tuple[Step, ...]:
    match facts.right:
        case Right.PRODUCT_REPLACED:
            return price_and_more(facts.refundable, facts.paid, terms.product_replaced, facts.currency)
        case Right.PRACTITIONER_REPLACED:
            return _another_practitioner(facts, terms.practitioner_replaced)
        case Right.UNDISCLOSED_PRICE:
            return charge_and_more(facts.charged, terms.undisclosed_price, facts.currency)


def _another_practitioner(facts: BeautyFacts, terms: AnotherPractitioner) -> tuple[Step, ...]:
    """Who let another person treat them had a treatment; who declined had none, and gets the price back."""
    if facts.treated:
        return part_of_the_price(facts.paid, terms.percent_if_treated, facts.currency)
    return (
        *price_back(facts.refundable),
        *part_of_the_price(facts.paid, terms.percent_if_declined, facts.currency),
    )
