"""Messages in a case, and notes the platform's people keep among themselves."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import say
from disputes.models import Claim, Message
from disputes.tests.conftest import told
from disputes.timeline import timeline


def test_a_message_reaches_the_other_side(claim: Claim, consumer: User, merchant: User, now):
    say(claim=claim, by=consumer, body="Where is it?", at=now)
    assert told(merchant)[-1] == "message_received"
    assert "message_received" not in told(consumer)


def test_an_agent_s_message_reaches_both_sides(claim: Claim, agent: User, consumer: User, merchant: User, now):
    say(claim=claim, by=agent, body="We are looking.", at=now)
    assert told(merchant)[-1] == told(consumer)[-1] == "message_received"


def test_an_internal_note_is_for_the_platform_s_people(claim: Claim, agent: User, senior: User, consumer: User, now):
    say(claim=claim, by=agent, body="Seen this before.", internal=True, at=now)
    assert "message_received" not in told(consumer)
    assert "Seen this before." in [entry.why for entry in timeline(claim, senior)]
    assert "Seen this before." not in [entry.why for entry in timeline(claim, consumer)]


def test_the_sides_write_no_internal_notes(claim: Claim, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        say(claim=claim, by=consumer, body="Psst.", internal=True, at=now)
    assert (refused.value.code, refused.value.field) == ("internal_is_for_agents", "internal")
    assert not Message.objects.exists()


@pytest.mark.parametrize("body", ["", " \n ", "\x00"])
def test_nothing_is_no_message(claim: Claim, consumer: User, now, body):
    with pytest.raises(Refusal) as refused:
        say(claim=claim, by=consumer, body=body, at=now)
    assert refused.value.code == "statement_missing"


def test_a_case_that_has_ended_is_silent(file, mug, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        say(claim=file(mug), by=consumer, body="Thank you.", at=now)
    assert refused.value.code == "not_possible_now"
