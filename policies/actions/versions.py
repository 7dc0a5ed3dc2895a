"""The life of a version: drafted and revised by some, checked or sent back by another, published, or withdrawn.

Whoever takes a step names the revision they read, so that nobody's words are lost and nobody answers what they did
not see. Each step stands in the version's history with the terms as they were then.
"""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from policies.actions.refusals import TermsNotAccepted, UnknownPolicy, refuse_too_far_ahead
from policies.findings import Finding, findings_on
from policies.in_force import rule_of, typed_terms
from policies.models import Policy, Version, VersionEvent
from policies.shapes import Misshapen, names_of
from policies.wording import problem_sentence
from policies.written import rewritten


class CheckedByTheSamePerson(Refusal):
    """Whoever wrote a version, or a part of it, cannot be the one who checks it."""

    code = "checked_by_the_same_person"
    message = _("You drafted this version, so somebody else has to check it.")
    http_status = HTTPStatus.FORBIDDEN


class SentBackByTheSamePerson(Refusal):
    """Whoever wrote a draft, or a part of it, revises or withdraws it instead."""

    code = "sent_back_by_the_same_person"
    message = _("You drafted this version: change its terms, or withdraw it. Only somebody else can send it back.")
    http_status = HTTPStatus.FORBIDDEN


class TakesEffectBeforeItIsPublished(Refusal):
    """Orders that were placed already keep the rule they were placed under."""

    code = "takes_effect_before_it_is_published"
    message = _("A version cannot take effect in the past: orders placed before today keep their rule.")
    field = "effective_from"


class AnotherTakesEffectThen(Refusal):
    """Two versions of one policy in one market cannot begin at the same moment."""

    code = "another_takes_effect_then"
    message = _("Version %(number)s takes effect for this market at the same moment. Choose another one.")
    field = "effective_from"


class NotReadyToPublish(Refusal):
    code = "not_ready_to_publish"
    message = _("This version was not checked yet, or it was published already.")


class FindingsNeedAReason(Refusal):
    """The analyser found something; who publishes nevertheless says why, and it stands in the history."""

    code = "findings_need_a_reason"
    message = _("The analyser found something in these terms. To publish them nevertheless, say why.")
    field = "because"


class NotADraft(Refusal):
    code = "not_a_draft"
    message = _("This version is no draft any more, so its terms cannot be changed. Draft a new version.")


class RevisedMeanwhile(Refusal):
    """Somebody else wrote the draft since it was read."""

    code = "revised_meanwhile"
    message = _("Somebody else saved this draft since you opened it. Nothing of theirs and nothing of yours is lost.")


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Say why: whoever wrote the draft has only your words.")
    field = "because"
    http_status = HTTPStatus.BAD_REQUEST


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
    written: str = "",
) -> Version:
    """Write down a new version of a policy, for one market or all (""); `written` is the YAML that says the terms.

    `by` is None for terms from the repository. Raises TermsNotAccepted, UnknownPolicy and TooFarAhead.
    """
    refuse_too_far_ahead(effective_from, at=at)
    row = _locked(policy)
    number = (row.versions.aggregate(highest=Max("number"))["highest"] or 0) + 1
    refuse_unfit(policy, number, terms)
    version = Version.objects.create(
        policy=row,
        number=number,
        market=market,
        terms=terms,
        written=written,
        effective_from=effective_from,
        replay=replay,
        drafted_by=by,
        drafted_at=at,
    )
    _record(version, VersionEvent.Kind.DRAFTED, by=by, at=at)
    return version


def _locked(policy: str) -> Policy:
    """The policy's row, held so that two drafts never take one number, and two versions never begin at one moment."""
    if policy not in settings.POLICY_RULES:
        raise UnknownPolicy(policy=policy)
    row = Policy.objects.select_for_update(no_key=True).filter(code=policy).first()
    if row is None:
        Policy.objects.get_or_create(code=policy)
        return _locked(policy)
    return row


def refuse_unfit(policy: str, number: int, terms: dict[str, Any]) -> None:
    """Raises TermsNotAccepted where the policy's rule could not read the terms."""
    try:
        if "version" in terms:
            known = ", ".join(names_of(rule_of(policy).terms, without="version"))
            raise Misshapen("version", "unknown_key", known=known)
        typed_terms(policy, number, terms)
    except Misshapen as problem:
        raise TermsNotAccepted(path=problem.path, problem=problem_sentence(problem)) from problem


def _record(version: Version, kind: VersionEvent.Kind, *, by: User | None, at: datetime) -> None:
    VersionEvent.objects.create(
        version=version,
        kind=kind,
        by=by,
        at=at,
        revision=version.revision,
        effective_from=version.effective_from,
        terms=version.terms,
        written=version.written,
    )


@atomic
def revise(
    *,
    version: Version,
    revision: int,
    terms: dict[str, Any],
    effective_from: datetime,
    by: User,
    at: datetime,
    written: str | None = None,
) -> Version:
    """Write a draft anew, or one that was sent back. Without `written` its text is kept as far as the terms let it.

    `revision` is the one that was read. Raises RevisedMeanwhile, NotADraft, TooFarAhead and TermsNotAccepted; nothing
    is changed.
    """
    latest = _as_read(version, revision)
    if latest.status not in (Version.Status.DRAFT, Version.Status.SENT_BACK):
        raise NotADraft
    refuse_too_far_ahead(effective_from, at=at)
    code = latest.policy.code
    refuse_unfit(code, latest.number, terms)
    if written is None:
        written = rewritten(latest.written, terms, order=names_of(rule_of(code).terms, without="version"))
    changes: dict[str, Any] = {
        "terms": terms,
        "written": written,
        "effective_from": effective_from,
        "revision": revision + 1,
    }
    if latest.status == Version.Status.SENT_BACK:
        move_to(latest, Version.Status.DRAFT, at=at, history={"by": by}, **changes)
        return latest
    for name, value in changes.items():
        setattr(latest, name, value)
    latest.save(update_fields=list(changes))
    _record(latest, VersionEvent.Kind.REVISED, by=by, at=at)
    return latest


def _as_read(version: Version, revision: int) -> Version:
    """The version's row, held until the end; raises RevisedMeanwhile when it is not the revision that was read."""
    latest = Version.objects.select_for_update(no_key=True, of=("self",)).select_related("policy").get(pk=version.pk)
    if latest.revision != revision:
        raise RevisedMeanwhile
    return latest


@atomic
def check(*, version: Version, by: User | None, at: datetime, revision: int | None = None) -> None:
    """A second person finds a draft right. Raises CheckedByTheSamePerson and RevisedMeanwhile."""
    if revision is not None:
        _as_read(version, revision)
    if by is not None and _wrote(version, by):
        raise CheckedByTheSamePerson
    move_to(version, Version.Status.CHECKED, at=at, checked_by=by, checked_at=at, history={"by": by})


def _wrote(version: Version, person: User) -> bool:
    """Whether any of it was written by them."""
    writing = (VersionEvent.Kind.DRAFTED, VersionEvent.Kind.REVISED)
    return version.drafted_by_id == person.pk or version.events.filter(kind__in=writing, by=person).exists()


@atomic
def send_back(*, version: Version, by: User, because: str, at: datetime, revision: int | None = None) -> None:
    """A draft goes back to whoever wrote it, with a reason: by another person, or by anybody once it was checked.

    Raises ReasonMissing, SentBackByTheSamePerson and RevisedMeanwhile.
    """
    if not because.strip():
        raise ReasonMissing
    if revision is not None:
        _as_read(version, revision)
    if version.status == Version.Status.DRAFT and _wrote(version, by):
        raise SentBackByTheSamePerson
    moved = {"checked_by": None, "checked_at": None, "history": {"by": by, "because": because.strip()}}
    move_to(version, Version.Status.SENT_BACK, at=at, **cast("dict[str, Any]", moved))


@atomic
def withdraw(*, version: Version, by: User, because: str = "", at: datetime, revision: int | None = None) -> None:
    """Give a draft up; it stays on record and is never published. Raises RevisedMeanwhile."""
    if revision is not None:
        _as_read(version, revision)
    moved = {"checked_by": None, "checked_at": None, "history": {"by": by, "because": because.strip()}}
    move_to(version, Version.Status.WITHDRAWN, at=at, **cast("dict[str, Any]", moved))


@atomic
def publish(
    *, version: Version, at: datetime, by: User | None = None, because: str = "", revision: int | None = None
) -> None:
    """Make a checked version the rule for orders placed from its `effective_from` on.

    Where the analyser finds something, a person who publishes nevertheless says why. Raises NotReadyToPublish,
    TakesEffectBeforeItIsPublished unless the version is for a replay, AnotherTakesEffectThen, FindingsNeedAReason and
    RevisedMeanwhile.
    """
    _locked(version.policy.code)
    if revision is not None:
        _as_read(version, revision)
    if version.status != Version.Status.CHECKED:
        raise NotReadyToPublish
    if version.effective_from < at and not version.replay:
        raise TakesEffectBeforeItIsPublished
    _refuse_same_moment(version)
    findings: Sequence[Finding] = findings_on(version) if by is not None else ()
    if findings and not because.strip():
        raise FindingsNeedAReason
    history = {"by": by, "because": because.strip(), "findings": [finding.as_dict() for finding in findings]}
    move_to(version, Version.Status.PUBLISHED, at=at, published_by=by, published_at=at, history=history)


def _refuse_same_moment(version: Version) -> None:
    other = Version.objects.filter(
        policy=version.policy_id,
        market=version.market,
        effective_from=version.effective_from,
        status=Version.Status.PUBLISHED,
    ).first()
    if other is not None:
        raise AnotherTakesEffectThen(number=other.number)
