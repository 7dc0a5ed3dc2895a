"""Which terms apply: versions and enrolments as of the moment an order was placed, typed, and a judgement under them.

A rule is found by the dotted name in settings.POLICY_RULES and says by its annotations what its facts and terms are,
so this room judges, replays and checks terms without importing any room above it. Terms that a merchant enrols with
are the `enrolment` that the class of the terms names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_type_hints

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from policies.models import Enrolment, Version
from policies.shapes import shaped
from policies.traces import Verdict


@dataclass(frozen=True)
class Rule:
    """A policy's code, its pure function (None: terms that no rule reads), and the frozen dataclasses around it."""

    code: str
    function: Callable[[Any, Any, datetime], Verdict] | None
    facts: type | None
    terms: type
    enrolment: type | None


@cache
def rule_of(code: str) -> Rule:
    """The rule behind a policy's code. Raises KeyError for a code that settings.POLICY_RULES does not know."""
    rule = import_string(settings.POLICY_RULES[code])
    if isinstance(rule, type):
        return Rule(code, None, None, rule, None)
    hints = get_type_hints(rule)
    return Rule(code, rule, hints["facts"], hints["terms"], getattr(hints["terms"], "enrolment", None))


def in_force(codes: Iterable[str], *, at: datetime, market: str = "") -> dict[str, Version]:
    """The version of each policy that was in force at that moment, the market's own before that of every market.

    A policy without one is missing from the answer. One query.
    """
    versions = (
        Version.objects.filter(
            Q(market=market) | Q(market=""),
            policy__code__in=list(codes),
            status=Version.Status.PUBLISHED,
            effective_from__lte=at,
        )
        .select_related("policy")
        .order_by("policy_id", "-market", "-effective_from")
        .distinct("policy_id")
    )
    return {version.policy.code: version for version in versions}


def enrolments(merchant_id: int, *, at: datetime) -> dict[str, Any]:
    """The merchant's own terms for each policy it takes part in at that moment, typed. One query."""
    running = (
        Enrolment.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), merchant=merchant_id, starts_at__lte=at)
        .select_related("policy")
        .order_by("policy_id", "-starts_at")
        .distinct("policy_id")
    )
    return {enrolment.policy.code: enrolment_terms(enrolment.policy.code, enrolment.terms) for enrolment in running}


def judge(version: Version, facts: object, now: datetime) -> Verdict:
    """What the version's rule concludes from the facts."""
    rule = rule_of(version.policy.code)
    if rule.function is None:
        raise TypeError(f"No rule reads the terms of {rule.code}")
    return rule.function(facts, terms_of(version), now)


def terms_of(version: Version) -> Any:
    """The version's typed terms. Published terms never change, so each is read once in a process."""
    if version.status != Version.Status.PUBLISHED:
        return typed_terms(version.policy.code, version.number, version.terms)
    read = (version.pk, version.published_at)
    if read not in _terms_read:
        _terms_read[read] = typed_terms(version.policy.code, version.number, version.terms)
    return _terms_read[read]


_terms_read: dict[tuple[int, datetime | None], Any] = {}


def typed_terms(code: str, number: int, terms: dict[str, Any]) -> Any:
    """Plain terms as the frozen dataclass the policy's rule takes. Raises Misshapen."""
    return shaped(rule_of(code).terms, {**terms, "version": number})


def enrolment_terms(code: str, terms: dict[str, Any]) -> Any:
    """A merchant's plain terms as the policy's frozen dataclass. Raises Misshapen, or KeyError if none can enrol."""
    enrols_with = rule_of(code).enrolment
    if enrols_with is None:
        raise KeyError(code)
    return shaped(enrols_with, terms)
