"""Help in hardship: alone up to the limits of the terms, with a second person above them, never above the budget."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from common.at_once import at_once
from compensation import actions as fund
from compensation.actions.empathy import (
    AboveWhatMayBeGranted,
    AnotherPersonNeeded,
    GrantAnswered,
    UnknownHardship,
    WrittenReasonMissing,
)
from compensation.models import Grant
from compensation.proofs import prove
from ledger.chart import balance_of, compensation_expense, fund_budget, wallet_of
from orders.models import Order
from refunds.actions import FundExhausted

ALONE, MOST, A_YEAR = 200_00, 2_000_00, 500_00


@pytest.fixture
def budget(published_policies, now: datetime) -> int:
    fund.fund(amount=5_000_00, currency="CNY", key="fund", at=now)
    fund.budget(budget="empathy", amount=5_000_00, currency="CNY", key="empathy", at=now)
    return 5_000_00


@pytest.fixture
def give(goods_order: Order, consumer: User, agent: User, now: datetime):
    def given(amount: int, **changes) -> Grant:
        line = goods_order.lines.select_related("order__merchant").get(position=1)
        words: dict[str, Any] = {
            "hardship": "illness",
            "because": "She broke her leg.",
            "by": agent,
            "at": now,
        } | changes
        return fund.grant(claim="R-1", line=line, payee=consumer, amount=amount, gateway="wallet", **words)

    return given


def in_wallet(person: User) -> int:
    return balance_of(wallet_of(person.pk, "CNY")).posted


def test_what_one_person_may_grant_is_paid_at_once(budget: int, give, consumer: User):
    made = give(ALONE)
    assert (made.status, in_wallet(consumer)) == ("paid", ALONE)
    assert balance_of(fund_budget("empathy", "CNY")).posted == budget - ALONE
    assert balance_of(compensation_expense("CNY")).posted == ALONE
    assert consumer.notices.get().kind == "grant_paid"
    assert list(prove()) == []


def test_a_cent_more_waits_for_a_second_person(budget: int, give, consumer: User, agent: User, senior: User, now):
    made = give(ALONE + 1)
    assert (made.status, in_wallet(consumer)) == ("proposed", 0)
    with pytest.raises(AnotherPersonNeeded), transaction.atomic():
        fund.answer_grant(grant=made, agreed=True, gateway="wallet", by=agent, at=now)
    paid = fund.answer_grant(grant=made, agreed=True, gateway="wallet", by=senior, at=now)
    assert (paid.status, in_wallet(consumer)) == ("paid", ALONE + 1)
    with pytest.raises(GrantAnswered), transaction.atomic():
        fund.answer_grant(grant=made, agreed=True, gateway="wallet", by=senior, at=now)
    assert list(prove()) == []


def test_everybody_who_may_agree_to_it_is_told_and_whoever_granted_it_what_became_of_it(
    budget: int, give, agent: User, senior: User, finance: User, now: datetime
):
    made = give(ALONE + 1)
    waiting = senior.notices.get()
    assert (waiting.kind, waiting.link) == ("grant_waits", f"/claims/{made.claim}/empathy/")
    fund.answer_grant(grant=made, agreed=False, gateway="wallet", by=senior, at=now)
    fund.lapse_due_grants(now=give(ALONE + 1).due_at)
    assert list(agent.notices.order_by("id").values_list("kind", "values__case")) == [
        ("grant_not_given", "declined"),
        ("grant_not_given", "lapsed"),
    ]
    assert not finance.notices.exists()


def test_what_is_declined_is_never_paid(budget: int, give, consumer: User, agent: User, now):
    made = fund.answer_grant(grant=give(ALONE + 1), agreed=False, gateway="wallet", by=agent, at=now)
    assert (made.status, in_wallet(consumer)) == ("declined", 0)


def test_programs_of_agents_list_what_waits_for_them(budget: int, give, api, agent: User, senior: User, consumer: User):
    give(ALONE)
    made = give(ALONE + 1)
    (listed,) = api(senior).get("/api/v1/grants").json()["results"]
    assert (listed["id"], listed["status"], listed["claim"]) == (made.pk, "proposed", "R-1")
    assert listed["due_at"] == f"{made.due_at:%Y-%m-%dT%H:%M:%SZ}"
    assert api(agent).get("/api/v1/grants").json()["results"] == []
    assert api(consumer).get("/api/v1/grants").status_code == 403


def test_what_nobody_answers_in_time_lapses_and_counts_no_longer(
    budget: int, give, consumer: User, senior: User, now: datetime
):
    made = give(A_YEAR)
    assert made.due_at == now + timedelta(days=14)
    assert fund.lapse_due_grants(now=made.due_at - timedelta(seconds=1)) == 0
    assert fund.lapse_due_grants(now=made.due_at) == 1
    made.refresh_from_db()
    assert (made.status, made.due_at, in_wallet(consumer)) == ("lapsed", None, 0)
    with pytest.raises(GrantAnswered), transaction.atomic():
        fund.answer_grant(grant=made, agreed=True, gateway="wallet", by=senior, at=now)
    assert give(ALONE).status == "paid"


def test_what_a_consumer_was_granted_in_a_year_counts(budget: int, give, now: datetime):
    assert [give(ALONE).status, give(ALONE).status, give(A_YEAR - 2 * ALONE).status] == ["paid"] * 3
    assert give(1).status == "proposed"
    assert give(1, at=now + timedelta(days=366)).status == "paid"


def test_what_an_agent_granted_in_a_month_counts(budget: int, give, goods_order, agent, published_policies, now):
    people = [User.objects.create_user(f"p{number}@example.com", name="P") for number in range(11)]
    line = goods_order.lines.select_related("order__merchant").get(position=1)
    granted = [
        fund.grant(
            claim="R-1", line=line, payee=person, amount=ALONE, gateway="wallet", hardship="other", because="Flood.",
            by=agent, at=now,
        ).status
        for person in people
    ]  # fmt: skip
    assert granted == ["paid"] * 10 + ["proposed"]


@pytest.mark.parametrize(
    ("amount", "changes", "refusal"),
    [
        (0, {}, AboveWhatMayBeGranted),
        (-1, {}, AboveWhatMayBeGranted),
        (MOST + 1, {}, AboveWhatMayBeGranted),
        (1, {"hardship": "greed"}, UnknownHardship),
        (1, {"because": "  "}, WrittenReasonMissing),
    ],
)
def test_what_may_not_be_granted_is_refused(budget: int, give, amount: int, changes, refusal):
    with pytest.raises(refusal), transaction.atomic():
        give(amount, **changes)
    assert not Grant.objects.exists()


def test_an_empty_budget_grants_nothing(published_policies, give):
    with pytest.raises(FundExhausted), transaction.atomic():
        give(1)
    assert not Grant.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_grants_of_the_same_moment_are_counted_one_after_the_other(budget: int, give, consumer: User):
    outcomes = at_once(*[partial(give, ALONE)] * 4)
    statuses = sorted(made.status for made in outcomes if isinstance(made, Grant))
    assert statuses == ["paid", "paid", "proposed", "proposed"]
    assert in_wallet(consumer) == 2 * ALONE
    assert list(prove()) == []
