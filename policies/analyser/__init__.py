"""Gaps, overlaps and rules that can never apply, found exactly, each with facts that show it. See docs/analyser.md.

A policy's `Analysis` is found beside its rule: the object of the rule's own name in the sibling module `analysis`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from policies.analyser.declaration import Analysis
from policies.analyser.findings import Example, Finding, Kind, example_in_words
from policies.analyser.questions import Subject, World, findings
from policies.analyser.watched import NotFollowed
from policies.in_force import enrolment_terms, rule_of, typed_terms
from policies.models import Version
from policies.traces import Verdict
from policies.wording import because_sentence

__all__ = ["Analysis", "Example", "Finding", "Kind", "analyse", "analysis_of", "example_in_words", "findings_of"]


def findings_of(version: Version) -> tuple[Finding, ...]:
    """What is wrong with a version's terms, published or not. The same terms are searched once in a process."""
    return _found(version.policy.code, json.dumps(version.terms, sort_keys=True), version.market)


@lru_cache(maxsize=200)
def _found(code: str, terms: str, market: str) -> tuple[Finding, ...]:
    return analyse(code, json.loads(terms), market=market)


def analyse(
    code: str, terms: Mapping[str, Any], *, market: str = "", own: Mapping[str, Any] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with plain terms of a policy or, where `own` is given, with a merchant's own terms under them.

    Empty when nothing is, and for terms that no rule reads and that nobody declared. A rule without a declaration is
    said to be not analysed. Raises Misshapen for terms that the policy cannot have.
    """
    analysis = analysis_of(code)
    if analysis is None:
        return (Finding(Kind.NOT_FOLLOWED, code),) if rule_of(code).function else ()
    try:
        return tuple(findings(_subject(code, analysis, dict(terms), market, None if own is None else dict(own))))
    except NotFollowed as problem:
        return (Finding(Kind.NOT_FOLLOWED, problem.what),)


def analysis_of(code: str) -> Analysis | None:
    """The declaration of a policy; None when there is none."""
    package, _module, name = settings.POLICY_RULES[code].rsplit(".", 2)
    try:
        return cast(Analysis, import_string(f"{package}.analysis.{name}"))
    except ImportError:
        return None


def _subject(code: str, analysis: Analysis, terms: dict[str, Any], market: str, own: dict[str, Any] | None) -> Subject:
    says = analysis.says or because_sentence
    rule = cast(Callable[[Any, Any, datetime], Verdict], analysis.decide or rule_of(code).function)

    def world(terms: dict[str, Any], own: dict[str, Any] | None) -> World:
        typed = typed_terms(code, 0, terms)
        typed_own = None if own is None else enrolment_terms(code, own)
        return World(typed, typed_own, analysis.slices(typed, typed_own), rule, says)

    if own is None:
        return Subject(terms, analysis, lambda changed: world(changed, None), of_a_merchant=False, market=market)
    typed_terms(code, 0, terms)
    return Subject(own, analysis, lambda changed: world(terms, changed), of_a_merchant=True, market=market)
