"""The fund's page: what it holds, what it owes, and who owes it."""

from datetime import timedelta

import pytest

from compensation import actions as compensation
from disputes.models import Debt
from ledger.chart import compensation_expense
from ledger.models import TransferKind
from payouts.actions import DrawRequest, limit_budget, request_draw

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


def test_an_empty_fund_teaches_what_will_stand_there(books):
    assert "The fund was never filled" in books.get("/fund/").text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_shows_what_is_held_owed_and_owing(books, shop, claim, now, language):
    books.cookies["redress_language"] = language
    compensation.fund(amount=1_000_00, currency="CNY", key="fund", at=now)
    compensation.budget(budget="special", amount=400_00, currency="CNY", key="budget", at=now)
    compensation.pay_from_fund(
        key="first", payee=claim.consumer, amount=150_00, currency="CNY", gateway="wallet", at=now, as_expense=False,
        merchant=shop,
    )  # fmt: skip
    Debt.objects.create(claim=claim, number=1, refund=30_00, compensation=5_00, as_expense=True, owed_at=now)
    page = books.get("/fund/")
    [fund] = page.context["funds"]
    assert (fund.held, fund.owed_by_merchants, fund.owed_to_consumers) == (850_00, 150_00, 35_00)
    assert [(debtor.merchant, debtor.balance.posted) for debtor in page.context["debtors"]] == [(shop, 150_00)]


def test_nobody_but_finance_sees_it(client, consumer, merchant, agent, operator):
    for person in (consumer, merchant, agent, operator):
        client.force_login(person)
        assert client.get("/fund/").status_code == 404
        assert client.get("/fund/debts/").status_code == 404


def test_each_budget_says_what_was_drawn_today_and_how_long_it_lasts(books, claim, now):
    compensation.fund(amount=1_000_00, currency="CNY", key="fund", at=now)
    for code in ("special", "empathy"):
        compensation.budget(budget=code, amount=400_00, currency="CNY", key=code, at=now)
    compensation.pay_from_fund(
        key="first", payee=claim.consumer, amount=100_00, currency="CNY", gateway="wallet", at=now, as_expense=True,
    )  # fmt: skip
    limit_budget(budget="empathy", currency="CNY", amount=50_00, because="A try.", by=None, at=now)
    page = books.get("/fund/")
    [fund] = page.context["funds"]
    empathy, special = fund.budgets
    assert (special.allowed_today, empathy.allowed_today) == (None, 50_00)
    assert (special.drawn_today, special.asked, empathy.drawn_today, fund.drawn_today) == (100_00, 0, 0, 100_00)
    assert [(it.span, it.pace.drawn, it.days_left) for it in special.forecasts] == [(7, 100_00, 3), (28, 100_00, 3)]
    assert [it.days_left for it in empathy.forecasts] == [None, None]
    assert "Never empty at this pace" in page.text
    assert "Empty in 3 days" in page.text
    for code, name in (("special", "Special fund"), ("empathy", "Empathy fund")):
        assert f"<code>{code}</code>" not in page.text
        assert f">{name}</a>" in page.text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_waits_for_a_budget_that_was_never_filled_is_named(books, consumer, now, language):
    books.cookies["redress_language"] = language
    compensation.fund(amount=1_000_00, currency="CNY", key="fund", at=now)
    request_draw(
        DrawRequest(
            key="first", payee=consumer, amount=5_00, currency="CNY", gateway="wallet", at=now, budget="speciaI",
            cost=compensation_expense("CNY"), kind=TransferKind.EXPENSE,
        )
    )  # fmt: skip
    page = books.get("/fund/")
    [fund] = page.context["funds"]
    assert (fund.asked, fund.never_filled) == (5_00, {"speciaI": 5_00})
    assert "speciaI" in page.text
    compensation.budget(budget="speciaI", amount=4_00, currency="CNY", key="budget", at=now)
    [fund] = books.get("/fund/").context["funds"]
    assert (fund.asked, fund.never_filled, fund.budgets[0].asked) == (5_00, {}, 5_00)


def test_what_merchants_owe_is_told_by_its_age_and_the_oldest_is_paid_back_first(books, shop, claim, now):
    compensation.fund(amount=1_000_00, currency="CNY", key="fund", at=now)
    compensation.budget(budget="special", amount=900_00, currency="CNY", key="budget", at=now)
    for days, amount in ((90, 100_00), (45, 20_00), (1, 3_00)):
        compensation.pay_from_fund(
            key=f"owed:{days}", payee=claim.consumer, amount=amount, currency="CNY", gateway="wallet",
            at=now - timedelta(days=days), as_expense=False, merchant=shop,
        )  # fmt: skip
    [debtor] = books.get("/fund/").context["debtors"]
    assert (debtor.aging.young, debtor.aging.middle, debtor.aging.old) == (3_00, 20_00, 100_00)
    compensation.recover(key="back", merchant=shop, amount=110_00, currency="CNY", at=now)
    [debtor] = books.get("/fund/").context["debtors"]
    assert (debtor.aging.young, debtor.aging.middle, debtor.aging.old) == (3_00, 10_00, 0)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_it_owes_is_listed_claim_by_claim(books, claim, now, language):
    books.cookies["redress_language"] = language
    assert books.get("/fund/debts/").context["debts"] == []
    debt = Debt.objects.create(claim=claim, number=1, refund=30_00, compensation=5_00, as_expense=True, owed_at=now)
    page = books.get("/fund/debts/")
    assert page.context["debts"] == [debt]
    assert claim.number in page.text
