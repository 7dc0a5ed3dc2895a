"""The story of a case, in whole sentences, for each reader."""

import re
from datetime import timedelta

import pytest

from accounts.models import User
from disputes.actions import say
from disputes.models import Claim, CloseReason, Deed, Event, Status
from disputes.rights import FINAL
from disputes.tests.conftest import decide_for, expired, fresh
from disputes.timeline import timeline
from disputes.wording import ANYBODY, COUNTERED, DECIDED, ENDED, HAPPENED, OWED, STANDING, told


def test_every_deed_has_its_sentence():
    assert set(HAPPENED) == set(Deed)


def test_every_state_has_a_sentence_for_everybody():
    assert set(STANDING) == set(Status) - FINAL - {Status.DECIDED}
    wordings = [*STANDING.values(), *DECIDED.values(), *ENDED.values(), COUNTERED, OWED]
    assert all(ANYBODY in wording for wording in wordings)


def test_every_way_to_end_has_a_sentence():
    assert set(ENDED) == set(CloseReason)


def test_a_case_is_told_from_filing_to_the_end(disputed: Claim, agent: User, consumer: User, now):
    say(claim=disputed, by=consumer, body="Please hurry.", at=now + timedelta(hours=1))
    decided = decide_for(disputed, agent, now + timedelta(hours=2), "split", 400_00)
    expired(decided)
    entries = timeline(fresh(decided), consumer)
    assert [entry.what for entry in entries] == [
        "The claim was filed.",
        "The claim was rejected: Delivered as ordered.",
        "The platform was asked to decide.",
        "A message was written.",
        "Decided: In part for each. Both sides are right in part.",
        "The decision is final.",
    ]
    assert [entry.why for entry in entries][2:5] == ["It did not arrive whole.", "Please hurry.", "So it is."]


@pytest.mark.parametrize("state", ["countered", "shipped", "sealed", "decided", "appealed"])
def test_no_sentence_has_a_gap(state, request, senior: User):
    claim = request.getfixturevalue(state)
    assert all(not re.search(r"%\(|None", told(event)) for event in Event.objects.filter(claim=claim))
    assert all(entry.what.endswith(".") for entry in timeline(claim, senior))


def test_who_works_for_whom_is_named_inside_the_platform_only(rejected: Claim, agent: User, consumer: User):
    merchants = {
        person: {entry.name for entry in timeline(rejected, person) if entry.role == "merchant"}
        for person in (agent, consumer)
    }
    assert merchants == {agent: {"Merchant"}, consumer: {""}}


def test_the_story_takes_two_queries(rejected: Claim, consumer: User, django_assert_num_queries):
    with django_assert_num_queries(2):
        timeline(rejected, consumer)
