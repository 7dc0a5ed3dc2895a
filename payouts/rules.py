"""When a payout leaves only after a second person looked at it: three tests over what the payee got. Pure.

The three are those of every bank's payment desk: a sum that is large for the platform, also when it comes in parts; a
sum that is large for this payee; and more payments in a day than anybody needs.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

# What counts as one sum when it is paid in parts: everything to one payee within this time.
DAY = timedelta(days=1)

# A sum up to this part of the limit is small: alone it is neither large nor unusual.
SMALL_PARTS = 20

# From this many earlier payouts on, one can say what is usual for a payee.
USUAL_FROM = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Sums in minor units. More than `large` within a day needs a second person; `large_for_merchant` stands in its
    place where a merchant decided itself and pays out of its own settlement. So do more than `many` payouts in a day,
    and a sum above `times_usual` times what is usual for the payee.
    """

    large: int
    large_for_merchant: int
    many: int = 300
    times_usual: int = 10


# Where finance has set no terms for a currency, these hold since the platform's first day.
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
DEFAULTS: Mapping[str, Terms] = MappingProxyType(
    {
        "CNY": Terms(large=100_000_00, large_for_merchant=1_000_000_00),
        "EUR": Terms(large=10_000_00, large_for_merchant=100_000_00),
        "GBP": Terms(large=10_000_00, large_for_merchant=100_000_00),
        "USD": Terms(large=10_000_00, large_for_merchant=100_000_00),
    }
)
ELSEWHERE = Terms(large=10_000_00, large_for_merchant=100_000_00)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A payout of `amount` minor units, and what its payee got before.

    `paid_today` and `payouts_today` are those of the 24 hours before it that left without being put before a person,
    in the same currency; `usual` is the median of the payee's earlier sums, None while there are too few to tell.
    """

    amount: int
    paid_today: int
    payouts_today: int
    usual: int | None
    own_money_of_merchant: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """One test: what was found (`measured`) against what is allowed (`limit`)."""

    code: str
    passed: bool
    measured: int
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a second person has to look, and why: the tests as they came out."""

    terms: Terms
    facts: Facts
    tests: tuple[Test, ...]

    @property
    def needs_a_person(self) -> bool:
        return not all(test.passed for test in self.tests)

    def as_dict(self) -> dict[str, Any]:
        """The trace, as it is stored."""
        return asdict(self)


def judge(facts: Facts, terms: Terms) -> Verdict:
    """All tests, also after the first that failed: whoever looks at the payout sees everything that is conspicuous."""
    return Verdict(terms=terms, facts=facts, tests=(_large(facts, terms), _many(facts, terms), *_unusual(facts, terms)))


def default_terms(currency: str) -> Terms:
    return DEFAULTS.get(currency, ELSEWHERE)


def small(terms: Terms) -> int:
    """Up to this sum a payout is never large or unusual by itself."""
    return terms.large // SMALL_PARTS


def _large(facts: Facts, terms: Terms) -> Test:
    """Parts are added up, so that cutting a sum does not bring it below the limit."""
    limit = terms.large_for_merchant if facts.own_money_of_merchant else terms.large
    return _at_most("large", facts.amount + facts.paid_today, limit)


def _many(facts: Facts, terms: Terms) -> Test:
    return _at_most("many", facts.payouts_today + 1, terms.many)


def _unusual(facts: Facts, terms: Terms) -> tuple[Test, ...]:
    """Small sums are never unusual: who got a few coins so far may well get a small refund."""
    if facts.usual is None:
        return ()
    return (_at_most("unusual", facts.amount, max(terms.times_usual * facts.usual, small(terms))),)


def _at_most(code: str, measured: int, limit: int) -> Test:
    return Test(code=code, passed=measured <= limit, measured=measured, limit=limit)
