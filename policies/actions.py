"""What people and rules do with policies: draft, check, publish, load from the repository, enrol, record, replay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast

import yaml
from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from policies import models
from policies.in_force import enrolment_terms, judge, rule_of, typed_terms, versions_of
from policies.models import Enrolment, Policy, Version
from policies.shapes import Misshapen, plain, shaped
from policies.traces import Verdict, as_dict, canonical, in_one_spelling
from policies.wording import problem_sentence

TERMS_FOLDER = Path(__file__).parent / "terms"


class TermsNotAccepted(Refusal):
    """The terms do not fit the policy, or break one of its own rules."""

    code = "terms_not_accepted"
    message = _("These terms cannot be used. At “%(path)s”: %(problem)s")
    field = "terms"
    http_status = 400


class UnknownPolicy(Refusal):
    code = "unknown_policy"
    message = _("There is no policy “%(policy)s” here.")
    http_status = 400


class CheckedByTheSamePerson(Refusal):
    """Whoever drafted a version cannot be the one who checks it."""

    code = "checked_by_the_same_person"
    message = _("You drafted this version, so somebody else has to check it.")
    http_status = 403


class TakesEffectBeforeItIsPublished(Refusal):
    """Orders that were placed already keep the rule they were placed under."""

    code = "takes_effect_before_it_is_published"
    message = _("A version cannot take effect in the past: orders placed before today keep their rule.")
    field = "effective_from"


class NotReadyToPublish(Refusal):
    code = "not_ready_to_publish"
    message = _("This version was not checked yet, or it was published already.")


class EnrolmentInThePast(Refusal):
    """A merchant has a later enrolment already, and history cannot be written between."""

    code = "enrolment_in_the_past"
    message = _("There are later terms for this already. New terms can only start after them.")
    field = "starts_at"


# --- versions --------------------------------------------------------------------------------------


@atomic
def draft(
    *,
    policy: str,
    terms: dict[str, Any],
    effective_from: datetime,
    by: User | None,
    at: datetime,
    market: str = "",
    replay: bool = False,
) -> Version:
    """Write down a new version of a policy, for one market or all ("").

    `by` is None for terms from the repository. Raises TermsNotAccepted and UnknownPolicy.
    """
    row = _locked(policy)
    number = (row.versions.aggregate(highest=Max("number"))["highest"] or 0) + 1
    _refuse_unfit(policy, number, terms)
    return Version.objects.create(
        policy=row,
        number=number,
        market=market,
        terms=terms,
        effective_from=effective_from,
        replay=replay,
        drafted_by=by,
        drafted_at=at,
    )


def _locked(policy: str) -> Policy:
    """The policy's row, which a draft holds so that two never take one number."""
    if policy not in settings.POLICY_RULES:
        raise UnknownPolicy(policy=policy)
    row = Policy.objects.select_for_update(no_key=True).filter(code=policy).first()
    if row is None:
        Policy.objects.get_or_create(code=policy)
        return _locked(policy)
    return row


def _refuse_unfit(policy: str, number: int, terms: dict[str, Any]) -> None:
    try:
        typed_terms(policy, number, terms)
    except Misshapen as problem:
        raise TermsNotAccepted(path=problem.path, problem=problem_sentence(problem)) from problem


@atomic
def check(*, version: Version, by: User | None, at: datetime) -> None:
    """A second person finds a draft right. Raises CheckedByTheSamePerson."""
    if by is not None and version.drafted_by_id == by.pk:
        raise CheckedByTheSamePerson
    move_to(version, Version.Status.CHECKED, at=at, checked_by=by, checked_at=at)


@atomic
def publish(*, version: Version, at: datetime) -> None:
    """Make a checked version the rule for orders placed from its `effective_from` on.

    Raises TakesEffectBeforeItIsPublished unless the version is for a replay, and NotReadyToPublish.
    """
    if version.status != Version.Status.CHECKED:
        raise NotReadyToPublish
    if version.effective_from < at and not version.replay:
        raise TakesEffectBeforeItIsPublished
    move_to(version, Version.Status.PUBLISHED, at=at, published_at=at)


# --- loading ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """One file of terms: a policy's terms for one or more markets.

    `replays_from` is set in terms that judge imported history: since when they apply.
    """

    policy: str
    markets: tuple[str, ...]
    replays_from: datetime | None
    terms: dict[str, Any]
    path: Path


@dataclass(frozen=True)
class Loaded:
    """How many versions were published, and how many were in force with the same terms already."""

    published: int
    unchanged: int


class FileNotUnderstood(Refusal):
    """A file of terms cannot be read."""

    code = "file_not_understood"
    message = _("%(path)s cannot be used: %(problem)s")
    http_status = 400


@atomic
def load_all(*, at: datetime, effective_from: datetime | None = None, folder: Path = TERMS_FOLDER) -> Loaded:
    """Publish every file of terms whose terms are not in force yet; running it again changes nothing.

    New terms apply to orders placed from `at` on. Only the first version of a policy may reach back, to judge orders
    that exist already: to the file's own `replays_from`, or to `effective_from` when a portal is first installed. It
    is then marked as a replay.
    """
    latest = _latest_published()
    results = [
        _load(document, market, latest.get((document.policy, market)), at=at, effective_from=effective_from)
        for document in documents(folder)
        for market in document.markets
    ]
    return Loaded(published=sum(results), unchanged=len(results) - sum(results))


def documents(folder: Path = TERMS_FOLDER) -> Iterator[Document]:
    """The files of terms below a folder, in the order of their names. Raises FileNotUnderstood."""
    for path in sorted(folder.rglob("*.yaml")):
        yield _read(path)


class _Yaml(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the quick one where libyaml is
    """YAML in which sums and days stay what was written: 200.00 becomes no binary fraction."""


_KEPT_AS_WRITTEN = ("tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")
_Yaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _KEPT_AS_WRITTEN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, kw_only=True)
class _File:
    """What stands in a file beside the terms."""

    policy: str
    markets: tuple[str, ...] = ("",)
    replays_from: date | None = None


def _read(path: Path) -> Document:
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), Loader=_Yaml)  # noqa: S506 (a SafeLoader)
        terms = written.pop("terms")
        file = shaped(_File, written)
        starts = datetime.combine(file.replays_from, time.min, UTC) if file.replays_from else None
        typed_terms(file.policy, 0, terms)
    except Misshapen as problem:
        where = f"{problem.path}: {problem_sentence(problem)}"
        raise FileNotUnderstood(path=path.name, problem=where) from problem
    except (yaml.YAMLError, KeyError, AttributeError, TypeError, ValueError) as problem:
        raise FileNotUnderstood(path=path.name, problem=problem) from problem
    return Document(file.policy, file.markets, starts, terms, path)


def _latest_published() -> dict[tuple[str, str], Version]:
    """By policy and market."""
    versions = Version.objects.filter(status=Version.Status.PUBLISHED).select_related("policy")
    latest = versions.order_by("policy_id", "market", "-effective_from").distinct("policy_id", "market")
    return {(version.policy.code, version.market): version for version in latest}


def _load(
    document: Document, market: str, latest: Version | None, *, at: datetime, effective_from: datetime | None
) -> bool:
    """Whether a new version had to be published."""
    if latest and latest.terms == document.terms:
        return False
    starts = None if latest else document.replays_from or effective_from
    version = draft(
        policy=document.policy,
        terms=document.terms,
        market=market,
        effective_from=starts or at,
        replay=starts is not None,
        by=None,
        at=at,
    )
    check(version=version, by=None, at=at)
    publish(version=version, at=at)
    return True


# --- enrolments ------------------------------------------------------------------------------------


@atomic
def enrol(
    *, merchant: Merchant, policy: str, terms: dict[str, Any], starts_at: datetime, ends_at: datetime | None = None
) -> Enrolment:
    """A merchant takes part in a policy with its own terms, which apply to orders placed from `starts_at` on.

    Whatever it had promised before ends there. Raises UnknownPolicy, TermsNotAccepted (also for rules of its own that
    contradict each other) and EnrolmentInThePast.
    """
    _refuse_unfit_enrolment(policy, terms)
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    row, _created = Policy.objects.get_or_create(code=policy)
    before = Enrolment.objects.filter(merchant=merchant, policy=row)
    if before.filter(starts_at__gte=starts_at).exists():
        raise EnrolmentInThePast
    _end(before, at=starts_at)
    return Enrolment.objects.create(merchant=merchant, policy=row, terms=terms, starts_at=starts_at, ends_at=ends_at)


def _refuse_unfit_enrolment(policy: str, terms: dict[str, Any]) -> None:
    if policy not in settings.POLICY_RULES or rule_of(policy).enrolment is None:
        raise UnknownPolicy(policy=policy)
    try:
        enrolment_terms(policy, terms)
    except Misshapen as problem:
        raise TermsNotAccepted(path=problem.path, problem=problem_sentence(problem)) from problem


def leave(*, merchant: Merchant, policy: str, at: datetime) -> None:
    """The merchant no longer takes part; orders placed before keep what was promised."""
    _end(Enrolment.objects.filter(merchant=merchant, policy__code=policy), at=at)


def _end(enrolments: QuerySet[Enrolment], *, at: datetime) -> None:
    enrolments.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lt=at).update(ends_at=at)


# --- verdicts --------------------------------------------------------------------------------------


def on_record(*, key: str, version: Version, facts: object, judged_at: datetime, verdict: Verdict) -> models.Verdict:
    """A verdict with all that it was made from, under the key of what it was judged for. The caller stores it."""
    written = as_dict(verdict)
    seen = written["trace"]["inputs"] if verdict.trace.inputs is facts else plain(facts)
    return models.Verdict(key=key, version=version, facts=seen, judged_at=judged_at, body=in_one_spelling(written))


def replay(verdict: models.Verdict) -> str:
    """The canonical text of judging the stored facts again; the same bytes as `verdict.body`, or the rule changed."""
    rule = rule_of(verdict.version.policy.code)
    facts: object = shaped(cast(type, rule.facts), verdict.facts, signed=True)
    return canonical(judge(verdict.version, facts, verdict.judged_at))


def confirmed(verdicts: Iterable[models.Verdict]) -> set[int]:
    """The ids of those stored verdicts that come out the same today, to the last byte. At most one query."""
    judged = list(verdicts)
    versions = versions_of({verdict.version_id for verdict in judged})
    for verdict in judged:
        verdict.version = versions[verdict.version_id]
    return {verdict.pk for verdict in judged if replay(verdict) == verdict.body}


def differing(verdicts: Iterable[models.Verdict]) -> Iterator[models.Verdict]:
    """Those stored verdicts that come out differently today."""
    return (verdict for verdict in verdicts if replay(verdict) != verdict.body)
