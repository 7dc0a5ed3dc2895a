"""A proposal to give a debt up waits for a second person, with a reminder and an end, so that none sticks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from compensation import actions as fund
from compensation import proofs
from compensation.actions.recoveries import NothingProposed
from compensation.models import Recovery, Relief
from conftest import person
from ledger import proofs as ledger_proofs
from notices.models import Notice
from payouts.actions import SecondPersonNeeded

pytestmark = pytest.mark.django_db

MOMENT = timedelta(seconds=1)
ANSWER_WITHIN, LAPSES_AFTER = timedelta(days=3), timedelta(days=11)


@pytest.fixture
def finance2(db):
    return person("finance2", Role.FINANCE)


@pytest.fixture
def owed(consumer, shop, now):
    """100.00 that the fund paid in the merchant's place."""
    fund.fund(amount=1_000_00, currency="CNY", key="fund", at=now)
    fund.budget(budget="special", amount=500_00, currency="CNY", key="budget", at=now)
    fund.pay_from_fund(
        key="first", payee=consumer, amount=100_00, currency="CNY", gateway="wallet", at=now, as_expense=False,
        merchant=shop,
    )  # fmt: skip
    return Recovery.objects.get()


@pytest.fixture
def propose(owed, finance, now):
    def propose(kind="waive", at=now):
        return fund.propose_relief(recovery=owed, kind=kind, because="Their shop burnt down.", by=finance, at=at)

    return propose


def told(person):
    return list(Notice.objects.filter(recipient=person, kind__startswith="relief").order_by("id"))


@pytest.mark.parametrize("kind", ["waive", "write_off"])
def test_whoever_may_agree_is_told_until_when(propose, finance, finance2, now, kind):
    proposed = propose(kind)
    assert proposed.due_at == now + ANSWER_WITHIN
    assert [(notice.kind, notice.values["case"]) for notice in told(finance2)] == [("relief_waits", kind)]
    assert told(finance) == []


def test_the_others_are_reminded_once_and_then_it_is_late(propose, finance, finance2, now):
    proposed = propose()
    due = now + ANSWER_WITHIN
    assert (fund.attend_reliefs(now=due - MOMENT), proposed.is_late(due - MOMENT), proposed.is_late(due)) == (
        0, False, True,
    )  # fmt: skip
    assert [fund.attend_reliefs(now=due + timedelta(days=day)) for day in range(11)] == [1] + [0] * 10
    proposed.refresh_from_db()
    assert (proposed.reminded_at, proposed.due_at, proposed.answered_at) == (due, due + LAPSES_AFTER, None)
    assert [notice.values["case"] for notice in told(finance2)] == ["waive", "reminder"]
    assert told(finance) == []


def test_it_lapses_in_the_end_and_the_debt_is_owed_as_before(propose, owed, finance, finance2, now):
    proposed = propose()
    end = now + ANSWER_WITHIN + LAPSES_AFTER
    fund.attend_reliefs(now=now + ANSWER_WITHIN)
    assert (fund.attend_reliefs(now=end - MOMENT), fund.attend_reliefs(now=end)) == (0, 1)
    proposed.refresh_from_db()
    assert (proposed.answered_at, proposed.answered_by, proposed.agreed, proposed.due_at) == (end, None, False, None)
    assert [notice.kind for notice in told(finance)] == ["relief_lapsed"]
    owed.refresh_from_db()
    assert (owed.status, owed.open) == ("open", 100_00)
    with pytest.raises(NothingProposed), transaction.atomic():
        fund.answer_relief(recovery=owed, agreed=True, by=finance2, at=end)
    again = propose(at=end)
    fund.answer_relief(recovery=owed, agreed=True, by=finance2, at=end)
    again.refresh_from_db()
    owed.refresh_from_db()
    assert (again.agreed, owed.status) == (True, "waived")
    assert [*proofs.prove(), *ledger_proofs.prove()] == []


def test_a_sweep_that_was_away_for_long_reminds_before_anything_lapses(propose, now):
    proposed = propose()
    late = now + timedelta(days=90)
    assert [fund.attend_reliefs(now=late) for _ in range(2)] == [1, 0]
    proposed.refresh_from_db()
    assert (proposed.answered_at, proposed.due_at) == (None, late + LAPSES_AFTER)


def test_where_nothing_is_owed_any_more_it_lapses_without_a_word(propose, owed, finance, finance2, now):
    proposed = propose()
    fund.receive_payment(recovery=owed, amount=100_00, because="Bank, 1.", by=finance2, at=now)
    assert fund.attend_reliefs(now=now + ANSWER_WITHIN) == 1
    proposed.refresh_from_db()
    assert (proposed.agreed, len(told(finance)), len(told(finance2))) == (False, 0, 1)


@pytest.mark.parametrize("agreed", [True, False])
def test_what_was_answered_is_looked_at_no_more(propose, owed, finance2, now, agreed):
    proposed = propose()
    fund.answer_relief(recovery=owed, agreed=agreed, by=finance2, at=now)
    proposed.refresh_from_db()
    assert (proposed.agreed, proposed.answered_by, proposed.due_at) == (agreed, finance2, None)
    assert fund.attend_reliefs(now=now + timedelta(days=99)) == 0
    assert len(told(finance2)) == 1


def test_late_or_not_who_proposed_it_never_agrees(propose, owed, finance, finance2, now):
    propose()
    fund.attend_reliefs(now=now + ANSWER_WITHIN)
    with pytest.raises(SecondPersonNeeded), transaction.atomic():
        fund.answer_relief(recovery=owed, agreed=True, by=finance, at=now + ANSWER_WITHIN)
    fund.answer_relief(recovery=owed, agreed=True, by=finance2, at=now + ANSWER_WITHIN)
    owed.refresh_from_db()
    assert owed.status == "waived"


def test_the_database_lets_none_wait_without_a_moment(propose, now):
    propose()
    with pytest.raises(IntegrityError, match="relief_is_due_exactly_while_it_waits"), transaction.atomic():
        Relief.objects.update(due_at=None)
    with pytest.raises(IntegrityError, match="relief_is_answered_or_lapses_once"), transaction.atomic():
        Relief.objects.update(due_at=None, answered_at=now, agreed=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_says_until_when_and_that_it_is_late(client, propose, owed, finance2, now, language):
    client.cookies["redress_language"] = language
    finance2.language = language
    finance2.save()
    client.force_login(finance2)
    propose(at=now - timedelta(days=4))
    late = {"en": "Then the proposal lapses", "zh-hans": "逾期未答复"}[language]
    assert late not in client.get(f"/recoveries/{owed.pk}/").text
    fund.attend_reliefs(now=now)
    assert late in client.get(f"/recoveries/{owed.pk}/").text


def test_the_api_says_it_to_finance_alone(api, propose, owed, finance, merchant, now):
    there = f"/api/v1/recoveries/{owed.pk}"
    assert api(finance).get(there).json()["proposed"] is None
    propose(at=now - timedelta(days=4))
    fund.attend_reliefs(now=now)
    shown = api(finance).get(there).json()["proposed"]
    assert (shown["kind"], shown["is_late"], shown["because"]) == ("waive", True, "Their shop burnt down.")
    assert api(merchant).get(there).json()["proposed"] is None
