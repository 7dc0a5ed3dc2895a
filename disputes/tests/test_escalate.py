"""Taking a claim to the platform."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import escalate
from disputes.models import Claim, Offer
from disputes.tests.conftest import deeds, due, told


def test_a_rejection_is_taken_to_the_platform(rejected: Claim, consumer: User, merchant: User, now):
    dispute = escalate(claim=rejected, by=consumer, statement="It was broken.", at=now)
    assert (dispute.status, dispute.turn) == ("awaiting_evidence", "both")
    assert deeds(dispute)[-1] == "escalated"
    assert told(consumer)[-1] == told(merchant)[-1] == "escalated"


def test_an_offer_is_declined_by_asking_the_platform(offered: Claim, consumer: User, now):
    escalate(claim=offered, by=consumer, statement="Too little.", at=now)
    assert Offer.objects.get().status == "declined"


def test_the_platform_needs_to_read_why(rejected: Claim, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        escalate(claim=rejected, by=consumer, statement="  ", at=now)
    assert (refused.value.code, refused.value.field) == ("statement_missing", "statement")


def test_the_merchant_has_the_first_word(claim: Claim, consumer: User, now):
    with pytest.raises(Refusal) as refused:
        escalate(claim=claim, by=consumer, statement="Decide!", at=now)
    assert refused.value.code == "not_possible_now"


def test_after_a_week_the_rejection_stands(rejected: Claim, consumer: User):
    with pytest.raises(Refusal) as refused:
        escalate(claim=rejected, by=consumer, statement="I was away.", at=due(rejected))
    assert refused.value.code == "deadline_passed"
