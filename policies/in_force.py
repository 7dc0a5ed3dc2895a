"""Which terms apply: versions and enrolments as of the moment an order was placed, typed, and a judgement under them.

A rule is found by the dotted name in settings.POLICY_RULES and says by its annotations what its facts and terms are,
so this room judges, replays and checks terms without importing any room above it. Terms that a merchant enrols with
are the `enrolment` that the class of the terms names.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, CharField, DateTimeField, Q, QuerySet
from django.utils.module_loading import import_string

from accounts.models import Merchant
from common.compiled import Compiled, Given
from policies.models import Enrolment, Version
from policies.shapes import shaped
from policies.traces import Verdict

T = TypeVar("T")


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
    versions = _versions_in_force(at, market).filter(policy__code__in=list(codes)).select_related("policy")
    return {version.policy.code: version for version in versions}


def in_force_at_each(code: str, moments: Sequence[tuple[datetime, str]]) -> list[Version | None]:
    """The version of one policy at each of these moments and markets; None where there was none. One query."""
    published = Version.objects.filter(policy__code=code, status=Version.Status.PUBLISHED).select_related("policy")
    versions = list(published.order_by("-market", "-effective_from"))
    return [
        next((it for it in versions if it.market in (market, "") and it.effective_from <= at), None)
        for at, market in moments
    ]


def _versions_in_force(at: datetime | Given, market: str | Given) -> QuerySet[Version]:
    return (
        Version.objects.filter(Q(market=market) | Q(market=""), status=Version.Status.PUBLISHED, effective_from__lte=at)
        .order_by("policy_id", "-market", "-effective_from")
        .distinct("policy_id")
    )


def enrolments(merchant_id: int, *, at: datetime) -> dict[str, Any]:
    """The merchant's own terms for each policy it takes part in at that moment, typed. One query."""
    running = _running_enrolments(merchant_id, at).select_related("policy")
    return {enrolment.policy.code: enrolment_terms(enrolment.policy.code, enrolment.terms) for enrolment in running}


def _running_enrolments(merchant_id: Any, at: datetime | Given) -> QuerySet[Enrolment]:
    return (
        Enrolment.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), merchant=merchant_id, starts_at__lte=at)
        .order_by("policy_id", "-starts_at")
        .distinct("policy_id")
    )


@dataclass(frozen=True)
class Promises:
    """By policy: the version in force, and the merchant's own typed terms where it takes part."""

    versions: Mapping[str, Version]
    enrolments: Mapping[str, Any]


def promised(merchant_id: int, *, at: datetime, market: str = "") -> Promises:
    """Both `in_force`, of every policy, and `enrolments`, in one query.

    The database says each time which rows apply; what stands in them is read once in a process. That is exact, since
    the database never lets a published version nor the terms of an enrolment change (policies.0002), and never gives
    an id twice.
    """
    (ids,) = PROMISED.ask(merchant=merchant_id, at=at, market=market)
    return Promises(
        versions=dict(_kept(ids.version_ids, _versions_read, _read_versions)),
        enrolments=dict(_kept(ids.enrolment_ids, _enrolments_read, _read_enrolments)),
    )


def _promised() -> QuerySet[Any]:
    at = Given("at", DateTimeField())
    merchant = Given("merchant", BigIntegerField())
    versions = _versions_in_force(at, Given("market", CharField())).values("pk")
    enrolments = _running_enrolments(merchant, at).values("pk")
    return (
        Merchant.objects.filter(pk=merchant)
        .only("pk")
        .annotate(version_ids=ArraySubquery(versions), enrolment_ids=ArraySubquery(enrolments))
    )


PROMISED = Compiled(_promised)


def versions_of(ids: Collection[int]) -> Mapping[int, Version]:
    """Published versions by their ids, each read once in a process."""
    read = _kept(ids, _versions_read, _read_versions)
    return {number: version for number, (_code, version) in zip(ids, read, strict=True)}


def _kept(ids: Iterable[int], kept: dict[int, T], read: Callable[[list[int]], Mapping[int, T]]) -> list[T]:
    """What stands in these rows, asking the database for those that this process has not read yet."""
    wanted = list(ids)
    if missing := [number for number in wanted if number not in kept]:
        kept.update(read(missing))
    return [kept[number] for number in wanted]


def _read_versions(ids: list[int]) -> dict[int, tuple[str, Version]]:
    read = Version.objects.select_related("policy").in_bulk(ids)
    return {number: (version.policy.code, version) for number, version in read.items()}


def _read_enrolments(ids: list[int]) -> dict[int, tuple[str, Any]]:
    read = Enrolment.objects.select_related("policy").in_bulk(ids)
    return {
        number: (enrolment.policy.code, enrolment_terms(enrolment.policy.code, enrolment.terms))
        for number, enrolment in read.items()
    }


_versions_read: dict[int, tuple[str, Version]] = {}
_enrolments_read: dict[int, tuple[str, Any]] = {}


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
