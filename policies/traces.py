"""What a rule concludes, and why: the verdict with its trace, as data that is the same in every process. Pure.

The steps of the arithmetic add up to the amount by construction, and `canonical` writes a verdict in exactly one way,
so that judging the same facts again gives the same bytes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.shapes import plain
from policies.words import Remedy, Settles


@dataclass(frozen=True)
class Test:
    """One question the rule asked, whether the answer was yes, and the figures it looked at."""

    __test__ = False  # nothing for pytest to collect

    code: str
    passed: bool
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One line of the arithmetic; `amount` (minor units, below zero when something is taken off) is what it adds."""

    code: str
    amount: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Trace:
    """How a verdict came about: the rule and its version, the facts it saw, its tests in order, its arithmetic.

    `inputs` are the rule's frozen facts, or their plain form when the trace was read back from text.
    """

    rule: str
    version: int
    inputs: Any
    tests: Sequence[Test] = ()
    steps: Sequence[Step] = ()


@dataclass(frozen=True)
class Verdict:
    """What a rule says is owed.

    `amount` (minor units) is all of it; `compensation` is the part that goes beyond what was paid for the line and
    stands outside its ceiling. `because` is a code with `values`; wording turns it into a sentence.
    """

    granted: bool
    remedy: Remedy
    settles: Settles
    amount: int
    compensation: int
    currency: str
    because: str
    values: Mapping[str, Any]
    trace: Trace

    @property
    def rule(self) -> str:
        return self.trace.rule

    @property
    def version(self) -> int:
        return self.trace.version

    @property
    def refund(self) -> int:
        """The part that goes back along the payment, in minor units."""
        return self.amount - self.compensation


def grant(
    trace: Trace,
    *,
    remedy: Remedy,
    settles: Settles,
    currency: str,
    because: str,
    compensation: int = 0,
    values: Mapping[str, Any] | None = None,
) -> Verdict:
    """A verdict for the consumer; its amount is what the trace's steps add up to."""
    return Verdict(
        granted=True,
        remedy=remedy,
        settles=settles,
        amount=sum(step.amount for step in trace.steps),
        compensation=compensation,
        currency=currency,
        because=because,
        values=values or {},
        trace=trace,
    )


def refuse(trace: Trace, *, remedy: Remedy, settles: Settles, currency: str, because: Test | None = None) -> Verdict:
    """A verdict that grants nothing, because of the given test or else the first one that failed."""
    failed = because or next(test for test in trace.tests if not test.passed)
    return Verdict(
        granted=False,
        remedy=remedy,
        settles=settles,
        amount=0,
        compensation=0,
        currency=currency,
        because=failed.code,
        values=failed.values,
        trace=trace,
    )


def all_passed(tests: Iterable[Test]) -> bool:
    return all(test.passed for test in tests)


def money(amount: int, currency: str) -> dict[str, Any]:
    """A sum among a test's or a step's values: minor units beside their currency."""
    return {"amount": amount, "currency": currency}


def names(english: str, chinese: str) -> dict[str, str]:
    """A proper name among the values, in each language it is known in."""
    return {"en": english, "zh-hans": chinese or english}


def as_dict(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain JSON."""
    written: dict[str, Any] = plain(verdict)
    return written


def canonical(verdict: Verdict) -> str:
    """The one text of a verdict."""
    return in_one_spelling(as_dict(verdict))


def in_one_spelling(written: Mapping[str, Any]) -> str:
    """Keys sorted, no space, nothing escaped that need not be."""
    return SPELLING.encode(written)


SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# What a merchant keeps from consumers, and a consumer from merchants, among the facts of a verdict both can read.
PRIVATE_INPUTS = frozenset({"standing", "paid_by_lightning", "own_rules", "own_limit", "settlement_room"})


# Tests whose figures tell of one side what the other must not know, by the side that may know.
PRIVATE_TESTS = {
    "within_consumer_limit": "consumer",
    "within_daily_limit": "consumer",
    "within_merchant_limit": "merchant",
    "own_rule_fits": "merchant",
    "settlement_covers_it": "merchant",
}
PLATFORM = frozenset({"agent", "operator", "finance"})


def kept_from(reader: str, code: str) -> bool:
    """Whether a test's figures are none of the reader's business: a role, or "" for somebody of either side."""
    side = PRIVATE_TESTS.get(code)
    return side is not None and reader != side and reader not in PLATFORM


def public_trace(verdict: Verdict, *, reader: str = "") -> dict[str, Any]:
    """The trace as plain JSON for one side, or for either (""): without what only the other may know."""
    trace: dict[str, Any] = plain(verdict.trace)
    trace["inputs"] = {name: value for name, value in trace["inputs"].items() if name not in PRIVATE_INPUTS}
    trace["tests"] = [{**test, "values": {}} if kept_from(reader, test["code"]) else test for test in trace["tests"]]
    return trace


def read(text: str) -> Verdict:
    """The verdict back from its canonical text; the trace's inputs stay plain."""
    written = json.loads(text)
    trace = written.pop("trace")
    return Verdict(
        **{**written, "remedy": Remedy(written["remedy"]), "settles": Settles(written["settles"])},
        trace=Trace(
            rule=trace["rule"],
            version=trace["version"],
            inputs=trace["inputs"],
            tests=tuple(Test(**test) for test in trace["tests"]),
            steps=tuple(Step(**step) for step in trace["steps"]),
        ),
    )
