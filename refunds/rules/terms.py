"""What merchants enrol with, and the terms of each rule of refunds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from common.money import major_units
from policies.shapes import Amounts, Misshapen
from policies.words import Reason
from refunds.rules.facts import OwnRule

# --- what a merchant may enrol with ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LightningEnrolment:
    """A merchant's own limit for one lightning refund; absent, only the platform's limits count."""

    per_claim: Amounts | None = None


@dataclass(frozen=True, kw_only=True)
class OwnRuleTerms:
    """A merchant's own rule as it writes it: prices in major units of one currency."""

    name: str
    price_from: Amounts
    price_until: Amounts
    categories: tuple[str, ...] = ()
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        if not self.reasons:
            raise Misshapen("reasons", "empty")
        currencies = set(self.price_from.by_currency)
        if len(currencies) != 1 or currencies != set(self.price_until.by_currency):
            raise Misshapen("price_until", "not_one_currency")
        if self.price_from.of(self.currency) >= self.price_until.of(self.currency):
            raise Misshapen("price_until", "range_is_empty")

    @property
    def currency(self) -> str:
        return next(iter(self.price_from.by_currency))

    def in_minor_units(self) -> OwnRule:
        return OwnRule(
            name=self.name,
            price_from=self.price_from.of(self.currency),
            price_until=self.price_until.of(self.currency),
            categories=self.categories,
            reasons=self.reasons,
        )


@dataclass(frozen=True, kw_only=True)
class WithoutReturnEnrolment:
    """A merchant's own rules. No two of them may fit the same piece: the second is refused, and the first named."""

    rules: tuple[OwnRuleTerms, ...] = ()

    def __post_init__(self) -> None:
        for one, other in combinations(enumerate(self.rules), 2):
            if conflict(one[1], other[1]):
                raise Misshapen(f"rules[{other[0]}]", "conflicts_with", rule=other[1].name, other=one[1].name)

    def rules_in(self, currency: str) -> tuple[OwnRule, ...]:
        return tuple(rule.in_minor_units() for rule in self.rules if rule.currency == currency)


@dataclass(frozen=True, kw_only=True)
class ReturnFirstEnrolment:
    """Whether the merchant pays the freight of every return, also when the consumer only changed their mind."""

    pays_freight_always: bool = False


def conflict(one: OwnRuleTerms, other: OwnRuleTerms) -> bool:
    """Whether some piece, in some category, for some reason, would fit both rules."""
    currency = one.currency
    return (
        currency == other.currency
        and one.price_from.of(currency) < other.price_until.of(currency)
        and other.price_from.of(currency) < one.price_until.of(currency)
        and (not one.categories or not other.categories or bool({*one.categories} & {*other.categories}))
        and bool({*one.reasons} & {*other.reasons})
    )


# --- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StandingLimit:
    """What a consumer of at least this standing gets at once: for one claim, and within 24 hours."""

    standing: int
    per_claim: Amounts
    per_day: Amounts


@dataclass(frozen=True, kw_only=True)
class LightningTerms:
    """Terms of `lightning_refund`. A limit that is absent does not limit; a currency absent from a limit has 0.

    `window_days` by kind of order; a kind that is absent is not covered. `undelivered_after_days` is how long after
    buying a consumer waits before goods count as not received. `pieces_for_nothing`: history knows pieces that were
    given back for a sum that rounds to nothing, or that nothing is left of.
    """

    enrolment: ClassVar = LightningEnrolment

    version: int
    merchant_must_enrol: bool
    reasons: tuple[Reason, ...]
    window_days: Mapping[str, int]
    undelivered_after_days: int = 0
    consumer_limits: tuple[StandingLimit, ...] | None = None
    limit_per_claim: Amounts | None = None
    pieces_for_nothing: bool = False

    def __post_init__(self) -> None:
        standings = [limit.standing for limit in self.consumer_limits or ()]
        if self.consumer_limits is not None and (standings != sorted(set(standings)) or standings[:1] != [0]):
            raise Misshapen("consumer_limits", "not_ascending_from_zero")

    def allows(self, own: LightningEnrolment) -> None:
        """Raises Misshapen for a limit of the merchant's own above the platform's, which would never be reached."""
        if own.per_claim is None or self.limit_per_claim is None:
            return
        for currency, limit in own.per_claim.by_currency.items():
            most = self.limit_per_claim.of(currency)
            if limit > most:
                raise Misshapen(
                    f"per_claim.{currency}",
                    "above_the_platform",
                    value=major_units(limit, currency),
                    limit=major_units(most, currency),
                )


@dataclass(frozen=True, kw_only=True)
class WithoutReturnTerms:
    """Terms of `refund_without_return`: what the platform allows merchants' own rules to do."""

    enrolment: ClassVar = WithoutReturnEnrolment

    version: int
    reasons: tuple[Reason, ...]
    window_days: int
    limit_per_claim: Amounts | None = None

    def allows(self, own: WithoutReturnEnrolment) -> None:
        """Raises Misshapen for a rule of the merchant's own that covers a reason the platform does not allow."""
        for number, rule in enumerate(own.rules):
            for place, reason in enumerate(rule.reasons):
                if reason not in self.reasons:
                    known = ", ".join(self.reasons)
                    path = f"rules[{number}].reasons[{place}]"
                    raise Misshapen(path, "not_allowed_here", value=reason, known=known)


@dataclass(frozen=True, kw_only=True)
class ReturnFirstTerms:
    """Terms of `return_first`. `at_fault` are the merchant's faults, where it pays the flat `freight`; `by_choice`
    the reasons that are the consumer's own."""

    enrolment: ClassVar = ReturnFirstEnrolment

    version: int
    at_fault: tuple[Reason, ...]
    at_fault_days: int
    by_choice: tuple[Reason, ...]
    by_choice_days: int
    kept_categories: tuple[str, ...]
    freight: Amounts


@dataclass(frozen=True, kw_only=True)
class AskMerchantTerms:
    """Terms of `ask_merchant`: until when a claim may be filed, by kind of order, and how many for one line."""

    version: int
    window_days: Mapping[str, int]
    claims_per_line: int
