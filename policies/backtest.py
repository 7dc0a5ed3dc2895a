"""Stored verdicts judged again under other terms: what a claim would have come to, had they been in force. Pure but for
the versions it is given.

Rules that look at the same facts stand in for one another: a claim that another of them settled may come to the draft,
and one that the draft no longer covers falls to the best of the others, each in the version in force when its order
was placed. Facts of another kind say nothing about the draft's rule, and such claims stay as they are.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple, cast

from django.conf import settings

from policies.in_force import rule_of, terms_of, typed_terms
from policies.models import Version
from policies.precedence import ranked
from policies.shapes import shaped
from policies.traces import Trace, Verdict
from policies.words import Remedy, Settles

Judge = Callable[[Any, Any, datetime], Verdict]


class Stored(NamedTuple):
    """A stored verdict with the order it was about: its rule, its facts as they are stored, and what it concluded."""

    rule: str
    facts: Any
    judged_at: datetime
    placed_at: datetime
    market: str
    granted: bool
    remedy: str
    settles: str
    amount: int
    compensation: int
    currency: str


@dataclass(frozen=True)
class Again:
    """What it comes to under the draft: the verdict that counts then, or None where it stays as it was."""

    verdict: Verdict | None


SAME = Again(None)


class Draft:
    """Terms of one policy that are tried, with all that stands beside them.

    `versions` are the published ones that other rules are taken from. `family` are the rules that look at the same
    facts, the draft's own among them, in the order in which a consumer is asked them.
    """

    def __init__(self, code: str, terms: dict[str, Any], versions: Iterable[Version], *, market: str = "") -> None:
        rule = rule_of(code)
        if rule.function is None:
            raise NothingToJudge(code)
        self.code, self.market = code, market
        self.terms = typed_terms(code, 0, terms)
        self.rule = rule.function
        self.facts = cast(type, rule.facts)
        self.family = [other for other in settings.POLICY_RULES if rule_of(other).facts is rule.facts]
        self._in_force = _timetable(version for version in versions if version.policy.code in self.family)

    def covers(self, stored: Stored) -> bool:
        """Whether the stored facts are of the kind that the draft's rule looks at, in a market that it counts for."""
        return stored.rule in self._known and self._counts_in(stored.market)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.family)

    def _counts_in(self, market: str) -> bool:
        """Terms for every market do not count where the policy has terms of its own."""
        return self.market == market or (not self.market and (self.code, market) not in self._in_force)

    def judge(self, stored: Stored) -> Again:
        """What the stored facts come to. Raises Misshapen for facts that nobody could have stored."""
        facts: object = shaped(self.facts, stored.facts, signed=True)
        mine = self.rule(facts, self.terms, stored.judged_at)
        if stored.rule != self.code:
            return Again(mine) if mine.granted and self._takes_over(mine, stored) else SAME
        if mine.granted:
            return SAME if stored.granted and _is_same(mine, stored) else Again(mine)
        return Again(self._without_it(mine, facts, stored)) if stored.granted else SAME

    def _takes_over(self, mine: Verdict, stored: Stored) -> bool:
        """Whether the draft's verdict is offered in place of the one that was taken."""
        if not stored.granted:
            return True
        taken = _verdict_of(stored)
        both = [mine, taken] if self.family.index(self.code) < self.family.index(stored.rule) else [taken, mine]
        return all(verdict is not taken for verdict in ranked(both).offered)

    def _without_it(self, mine: Verdict, facts: Any, stored: Stored) -> Verdict:
        """The best of the other rules, with the remedy that was taken if one has it; else the draft's refusal."""
        others = [code for code in self.family if code != self.code]
        judged = [self._judge_by(code, facts, stored) for code in others]
        offered = ranked([verdict for verdict in judged if verdict]).offered
        alike = (verdict for verdict in offered if verdict.remedy == stored.remedy)
        return next(alike, offered[0] if offered else mine)

    def _judge_by(self, code: str, facts: Any, stored: Stored) -> Verdict | None:
        """What another rule says in the version of then; None where there was none."""
        version = self._version(code, stored)
        return cast(Judge, rule_of(code).function)(facts, terms_of(version), stored.judged_at) if version else None

    def _version(self, code: str, stored: Stored) -> Version | None:
        for market in dict.fromkeys((stored.market, "")):
            versions = self._in_force.get((code, market), [])
            place = bisect_right(versions, stored.placed_at, key=attrgetter("effective_from"))
            if place:
                return versions[place - 1]
        return None


class NothingToJudge(ValueError):
    """No rule reads the terms of this policy, so no verdict was ever made by them."""


def _timetable(versions: Iterable[Version]) -> Mapping[tuple[str, str], list[Version]]:
    """By policy and market, in the order in which they took effect."""
    found: defaultdict[tuple[str, str], list[Version]] = defaultdict(list)
    for version in sorted(versions, key=attrgetter("effective_from")):
        found[version.policy.code, version.market].append(version)
    return found


def _is_same(mine: Verdict, stored: Stored) -> bool:
    return (mine.remedy, mine.settles, mine.amount, mine.compensation) == (
        stored.remedy,
        stored.settles,
        stored.amount,
        stored.compensation,
    )


def _verdict_of(stored: Stored) -> Verdict:
    return Verdict(
        granted=stored.granted,
        remedy=Remedy(stored.remedy),
        settles=Settles(stored.settles),
        amount=stored.amount,
        compensation=stored.compensation,
        currency=stored.currency,
        because="",
        values={},
        trace=Trace(stored.rule, 0, None),
    )
