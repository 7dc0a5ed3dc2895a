"""A version is drafted by one person, checked by another, published, and never takes effect before that."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.states import IllegalMove
from policies.actions import (
    CheckedByTheSamePerson,
    NotReadyToPublish,
    TakesEffectBeforeItIsPublished,
    TermsNotAccepted,
    UnknownPolicy,
    check,
    draft,
    publish,
)
from policies.models import Policy, Version

TERMS = {"window_days": {"goods": 30}, "claims_per_line": 5}


@pytest.fixture
def drafted(operator, now):
    return draft(policy="ask_merchant", terms=TERMS, effective_from=now, by=operator, at=now)


def test_two_people_bring_a_version_into_force(drafted, operator, operator2, now):
    assert (drafted.number, drafted.status, drafted.drafted_by) == (1, Version.Status.DRAFT, operator)
    check(version=drafted, by=operator2, at=now)
    publish(version=drafted, at=now)
    stored = Version.objects.get()
    assert (stored.status, stored.checked_by, stored.published_at) == ("published", operator2, now)


def test_versions_of_a_policy_are_numbered_one_by_one(drafted, operator, now):
    later = draft(policy="ask_merchant", terms=TERMS, effective_from=now, by=operator, at=now, market="north")
    assert later.number == 2


def test_nobody_checks_their_own_draft(drafted, operator, now):
    with pytest.raises(CheckedByTheSamePerson):
        check(version=drafted, by=operator, at=now)
    assert Version.objects.get().status == Version.Status.DRAFT


def test_the_database_knows_that_it_takes_two(drafted, operator, now):
    with pytest.raises(IntegrityError, match="version_is_checked_by_a_second_person"), transaction.atomic():
        Version.objects.update(status="checked", checked_by=operator, checked_at=now)


def test_a_draft_is_not_published_unchecked(drafted, now):
    with pytest.raises(NotReadyToPublish):
        publish(version=drafted, at=now)


def test_a_version_is_checked_once(drafted, operator2, now):
    check(version=drafted, by=operator2, at=now)
    with pytest.raises(IllegalMove):
        check(version=drafted, by=operator2, at=now)


def test_it_never_takes_effect_before_it_is_published(drafted, operator2, now):
    check(version=drafted, by=operator2, at=now)
    with pytest.raises(TakesEffectBeforeItIsPublished):
        publish(version=drafted, at=now + timedelta(seconds=1))


def test_a_replay_may_reach_back(operator, operator2, now):
    version = draft(
        policy="ask_merchant", terms=TERMS, effective_from=now - timedelta(days=9), by=operator, at=now, replay=True
    )
    check(version=version, by=operator2, at=now)
    publish(version=version, at=now)
    assert Version.objects.get().status == Version.Status.PUBLISHED


def test_the_database_knows_that_only_a_replay_reaches_back(drafted, operator2, now):
    check(version=drafted, by=operator2, at=now)
    with pytest.raises(IntegrityError, match="version_never_takes_effect"), transaction.atomic():
        Version.objects.update(status="published", published_at=now + timedelta(seconds=1))


def test_terms_that_do_not_fit_are_refused_with_the_place(operator, now):
    with pytest.raises(TermsNotAccepted) as refusal:
        draft(policy="ask_merchant", terms={**TERMS, "windows": 3}, effective_from=now, by=operator, at=now)
    assert refusal.value.sentence() == (
        "These terms cannot be used. At “windows”: this name is not known here. Known are: claims_per_line, version,"
        " window_days."
    )
    assert not Version.objects.exists()


def test_a_policy_that_is_not_there_is_refused(operator, now):
    with pytest.raises(UnknownPolicy):
        draft(policy="free_lunch", terms={}, effective_from=now, by=operator, at=now)
    assert not Policy.objects.exists()
