"""A version of a policy: drafted by one person, checked by another, published."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from policies.actions.refusals import TermsNotAccepted, UnknownPolicy
from policies.in_force import typed_terms
from policies.models import Policy, Version
from policies.shapes import Misshapen
from policies.wording import problem_sentence


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
