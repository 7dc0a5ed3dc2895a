"""The decision on appeal mirrors the money: the consumer never pays back, and the merchant bears what is laid on it."""

import pytest

from accounts.models import AgentLevel, Role, User
from common.errors import Refusal
from disputes.actions import appeal, decide_appeal
from disputes.models import Claim, Decision
from disputes.tests.conftest import begun, breaks, decide_for, expired, fresh, in_wallet, settlement, told
from ledger.chart import balance_of, compensation_expense, receivable_from

ALL, HALF = 1_299_00, 600_00


def again(claim: Claim, by: User, outcome: str, amount: int | None = None) -> Claim:
    return decide_appeal(
        claim=claim, by=by, outcome=outcome, reason="terms_say_so", statement="On appeal.", amount=amount,
        at=begun(claim),
    )  # fmt: skip


def borne_by_merchant(claim: Claim) -> int:
    """What left the merchant's settlement, and what it owes the fund."""
    return balance_of(receivable_from(claim.merchant_id, "CNY")).posted - settlement(claim)


# first outcome, its sum, outcome on appeal, its sum -> what the consumer has, the merchant bears, the platform bears
STORIES = {
    "upheld": ("consumer", ALL, "consumer", ALL, ALL, ALL, 0),
    "the merchant wins": ("consumer", ALL, "merchant", 0, ALL, 0, ALL),
    "the merchant wins in part": ("consumer", ALL, "split", HALF, ALL, HALF, ALL - HALF),
    "the consumer wins": ("merchant", 0, "consumer", ALL, ALL, ALL, 0),
    "the consumer wins in part": ("merchant", 0, "split", HALF, HALF, HALF, 0),
    "the consumer gets the rest": ("split", HALF, "consumer", ALL, ALL, ALL, 0),
    "a split is taken back": ("split", HALF, "merchant", 0, HALF, 0, HALF),
    "nobody was at fault after all": ("consumer", ALL, "no_fault", ALL, ALL, 0, ALL),
    "nobody was at fault, and more is paid": ("split", HALF, "no_fault", ALL, ALL, 0, ALL),
    "the merchant was at fault after all": ("no_fault", ALL, "consumer", ALL, ALL, ALL, 0),
    "the merchant was at fault in part": ("no_fault", ALL, "split", HALF, ALL, HALF, ALL - HALF),
    "neither at fault nor owed": ("no_fault", ALL, "merchant", 0, ALL, 0, ALL),
    "nothing and again nothing": ("merchant", 0, "merchant", 0, 0, 0, 0),
}


@pytest.mark.parametrize("limited", [False, True], ids=["", "at its limit"])
@pytest.mark.parametrize("story", list(STORIES.values()), ids=list(STORIES))
def test_the_money_fits_the_last_word(
    disputed: Claim, agent, senior, merchant, consumer, special_fund, shop, story, limited, request, now
):
    first, first_sum, last, last_sum, has, merchant_bears, platform_bears = story
    if limited:
        request.getfixturevalue("merchant_at_its_limit")
    decided = decide_for(disputed, agent, now, first, first_sum or None)
    ended = again(appeal(claim=decided, by=merchant, statement="Look again.", at=now), senior, last, last_sum or None)
    assert in_wallet(consumer) == ended.paid == has
    assert borne_by_merchant(ended) == merchant_bears
    assert balance_of(compensation_expense("CNY")).posted == platform_bears
    assert ended.status == ("settled" if has else "closed")
    assert breaks() == []


def test_the_reviewer_is_another_senior(disputed: Claim, senior: User, merchant: User, now):
    claim = appeal(claim=decide_for(disputed, senior, now, "consumer"), by=merchant, statement="No.", at=now)
    with pytest.raises(Refusal) as refused:
        again(claim, senior, "merchant")
    assert refused.value.code == "not_possible_now"
    another = User.objects.create(email="s2@example.com", name="S", role=Role.AGENT, agent_level=AgentLevel.SENIOR)
    assert again(claim, another, "merchant").close_reason == "decided_for_merchant"


def test_an_agent_who_is_no_senior_reviews_no_appeal(appealed: Claim, agent: User):
    with pytest.raises(Refusal) as refused:
        again(appealed, agent, "merchant")
    assert refused.value.code == "not_possible_now"


def test_both_decisions_are_kept_and_both_sides_told(appealed: Claim, senior: User, consumer: User, merchant: User):
    again(appealed, senior, "merchant")
    assert list(Decision.objects.order_by("id").values_list("on_appeal", "outcome")) == [
        (False, "consumer"),
        (True, "merchant"),
    ]
    assert told(consumer)[-1] == told(merchant)[-1] == "appeal_decided"


def test_an_appeal_that_nobody_decides_leaves_the_decision(appealed: Claim, consumer: User):
    ended = expired(appealed)
    assert (ended.status, ended.close_reason, in_wallet(consumer)) == ("settled", "decided_for_consumer", ALL)
    assert breaks() == []


def test_the_price_that_was_not_awarded_is_free_again(disputed: Claim, agent, senior, merchant, now):
    claim = appeal(claim=decide_for(disputed, agent, now, "split", HALF), by=merchant, statement="No.", at=now)
    line = fresh(again(claim, senior, "split", HALF)).line
    assert line.taken == HALF


def test_what_the_fund_still_owes_is_shifted_too(disputed: Claim, agent, senior, merchant, merchant_at_its_limit, now):
    """Neither merchant nor fund could pay; on appeal the platform is to bear it."""
    decided = decide_for(disputed, agent, now, "consumer")
    ended = again(appeal(claim=decided, by=merchant, statement="No.", at=now), senior, "merchant")
    assert ended.debts.get().as_expense
    assert borne_by_merchant(ended) == 0
    assert breaks() == []
