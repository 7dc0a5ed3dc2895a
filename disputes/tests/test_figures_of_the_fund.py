"""Each figure of the fund's page leads to the rows that make it, and there they add up to the same."""

import re
from datetime import timedelta
from html import unescape

import pytest

from accounts.models import Role
from compensation import actions as fund
from compensation.models import Advance, Recovery
from conftest import person
from disputes.models import Debt
from ledger.models import Transfer
from payouts.actions import limit_budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def history(claim, shop, outsider, finance, now):
    """Advances and debts of two merchants at every stage, in two currencies."""
    finance2, other = person("finance2", Role.FINANCE), outsider.membership.merchant
    for currency in ("CNY", "USD"):
        fund.fund(amount=9_000_00, currency=currency, key=f"fund:{currency}", at=now)
        fund.budget(budget="special", amount=8_000_00, currency=currency, key=f"budget:{currency}", at=now)

    def pay(key, amount, *, days=0, merchant=None, currency="CNY"):
        fund.pay_from_fund(
            key=key, payee=claim.consumer, amount=amount, currency=currency, gateway="wallet",
            at=now - timedelta(days=days), as_expense=False, merchant=merchant,
        )  # fmt: skip
        return Recovery.objects.filter(key__startswith=key).last()

    pay("young", 100_00, days=30, merchant=shop)
    pay("middle", 20_00, days=31, merchant=shop)
    pay("old", 3_00, days=61, merchant=shop)
    pay("other", 7_00, merchant=other)
    pay("dollars", 900_00, merchant=shop, currency="USD")
    paid, waived, lost = (pay(key, 50_00, days=1, merchant=other) for key in ("paid", "waived", "lost"))
    fund.receive_payment(recovery=paid, amount=45_00, because="Bank, 1.", by=finance, at=now)
    for recovery, kind in ((waived, "waive"), (lost, "write_off")):
        fund.propose_relief(recovery=recovery, kind=kind, because="They are gone.", by=finance, at=now)
        fund.answer_relief(recovery=recovery, agreed=True, by=finance2, at=now)
    Debt.objects.create(claim=claim, number=1, refund=30_00, compensation=5_00, as_expense=True, owed_at=now)


def followed(books, page):
    """Every link of the fund's page that a figure is, with the list behind it."""
    main = page.text.partition("<main")[2]
    for address in dict.fromkeys(re.findall(r'href="(/(?:recoveries|fund/\w+)/\?[^"]*currency=[^"]*)"', main)):
        answer = books.get(unescape(address))
        assert answer.status_code == 200, address
        yield unescape(address), answer


def test_every_figure_leads_to_rows_that_add_up_to_it(books, history, shop, outsider):
    page = books.get("/fund/")
    sums = {fund.currency: fund.sums for fund in page.context["funds"]}["CNY"]
    totals = {address: answer.context["total"] for address, answer in followed(books, page) if "line" not in address}
    there, mine, theirs = "/recoveries/?", f"merchant={shop.pk}", f"merchant={outsider.membership.merchant_id}"
    for asked, figure in {
        "status=live&currency=CNY": sums.receivable,
        "status=live&currency=USD": 900_00,
        "cause=in_place&currency=CNY": sums.advanced,
        "part=recovered&currency=CNY": sums.recovered,
        "part=waived&currency=CNY": sums.waived,
        "part=written_off&currency=CNY": sums.written_off,
        f"age=young&{mine}&currency=CNY": 100_00,
        f"age=middle&{mine}&currency=CNY": 20_00,
        f"age=old&{mine}&currency=CNY": 3_00,
        f"age=young&{mine}&currency=USD": 900_00,
        f"age=young&{theirs}&currency=CNY": 12_00,
        f"status=live&{mine}&currency=CNY": 123_00,
    }.items():
        assert totals[there + asked] == figure, asked
    assert (sums.recovered, sums.waived, sums.written_off) == (45_00, 50_00, 50_00)
    assert totals["/fund/debts/?currency=CNY"] == 35_00


def test_the_rows_are_those_and_no_others(books, history):
    shown = {
        asked: {row.key.split(":")[0] for row in books.get(f"/recoveries/?{asked}").context["recoveries"]}
        for asked in ("age=young&currency=CNY", "age=middle", "age=old", "part=recovered", "part=waived", "status=paid")
    }
    assert shown == {
        "age=young&currency=CNY": {"young", "other", "paid"},
        "age=middle": {"middle"},
        "age=old": {"old"},
        "part=recovered": {"paid"},
        "part=waived": {"waived"},
        "status=paid": set(),
    }


def test_advances_lead_to_their_list(books, claim, history, now):
    fund.pay_from_fund(
        key="undecided", payee=claim.consumer, amount=11_00, currency="CNY", gateway="wallet", at=now, as_expense=False,
    )  # fmt: skip
    fund.pay_from_fund(
        key="borne", payee=claim.consumer, amount=5_00, currency="CNY", gateway="wallet", at=now, as_expense=False,
    )  # fmt: skip
    Advance.objects.filter(key="borne").update(status="borne", borne=5_00)
    page = books.get("/fund/")
    totals = {address: answer.context["total"] for address, answer in followed(books, page) if "line" not in address}
    assert totals["/fund/advances/?status=outstanding&currency=CNY"] == 11_00
    assert totals["/fund/advances/?status=borne&currency=CNY"] == 5_00
    assert totals["/fund/advances/?currency=CNY"] == 16_00


def test_what_was_drawn_today_leads_to_its_transfers(books, history, now):
    limit_budget(budget="special", currency="CNY", amount=9_000_00, because="A quiet week.", by=None, at=now)
    page = books.get("/fund/")
    drawn = next(fund for fund in page.context["funds"] if fund.currency == "CNY").budgets[0].drawn_today
    [address] = {
        unescape(found)
        for path in ("/fund/", "/payouts/budgets/")
        for found, account in re.findall(r'href="(/journal/accounts/(\d+)/\?kind=draw[^"]*)"', books.get(path).text)
        if Transfer.objects.filter(credit=int(account), credit__currency="CNY").exists()
    }
    rows = books.get(address).context["rows"]
    assert sum(row.transfer.amount for row in rows) == drawn > 0


@pytest.mark.parametrize(
    "asked", ["status=x", "age=x", "part=x&cause=y", "merchant=x", "merchant=-1", f"merchant={2**80}", "currency=cny"]
)
def test_what_is_no_choice_narrows_nothing(books, history, asked):
    page = books.get(f"/recoveries/?{asked}")
    assert (page.status_code, len(page.context["recoveries"]), page.context["total"]) == (200, 8, None)
    assert books.get(f"/fund/advances/?{asked}").status_code == 200
    assert books.get(f"/fund/debts/?{asked}").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_merchant_narrows_only_what_is_its_own(client, history, merchant, outsider, language):
    client.cookies["redress_language"] = language
    client.force_login(merchant)
    page = client.get(f"/recoveries/?merchant={outsider.membership.merchant_id}&currency=CNY")
    assert (page.context["recoveries"], page.context["total"]) == ([], 0)
    assert len(client.get("/recoveries/?age=old").context["recoveries"]) == 1
