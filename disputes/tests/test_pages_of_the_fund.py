"""The fund's page: what it holds, what it owes, and who owes it."""

import pytest

from compensation import actions as compensation
from disputes.models import Debt

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
