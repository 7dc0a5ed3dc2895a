"""Appeals: once, within the window, by either side."""

import pytest

from accounts.models import User
from common.errors import Refusal
from disputes.actions import appeal
from disputes.models import Appeal, Claim
from disputes.tests.conftest import due, told


@pytest.mark.parametrize("side", ["consumer", "merchant", "clerk"])
def test_either_side_appeals_within_the_window(decided: Claim, request, side, consumer: User, merchant: User, now):
    waiting = appeal(claim=decided, by=request.getfixturevalue(side), statement="Look again.", at=now)
    assert (waiting.status, waiting.turn) == ("appeal_review", "senior")
    assert Appeal.objects.get().party == ("consumer" if side == "consumer" else "merchant")
    assert told(consumer)[-1] == told(merchant)[-1] == "appealed"


def test_what_was_paid_stays_paid_meanwhile(decided: Claim, merchant: User, now):
    assert appeal(claim=decided, by=merchant, statement="No.", at=now).paid == 1_299_00


def test_a_case_is_appealed_once(decided: Claim, merchant: User, consumer: User, now):
    appeal(claim=decided, by=merchant, statement="No.", at=now)
    with pytest.raises(Refusal) as refused:
        appeal(claim=decided, by=consumer, statement="I too.", at=now)
    assert refused.value.code == "not_possible_now"
    assert Appeal.objects.count() == 1


def test_after_the_window_it_is_too_late(decided: Claim, merchant: User):
    with pytest.raises(Refusal) as refused:
        appeal(claim=decided, by=merchant, statement="No.", at=due(decided))
    assert refused.value.code == "deadline_passed"


def test_an_appeal_says_why(decided: Claim, merchant: User, now):
    with pytest.raises(Refusal) as refused:
        appeal(claim=decided, by=merchant, statement="", at=now)
    assert refused.value.code == "statement_missing"


def test_agents_do_not_appeal(decided: Claim, agent: User, now):
    with pytest.raises(Refusal) as refused:
        appeal(claim=decided, by=agent, statement="Hm.", at=now)
    assert refused.value.code == "not_possible_now"
