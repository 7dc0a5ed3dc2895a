"""The fund's line, place by place: who waits, the oldest first, and what for."""

from datetime import timedelta

import pytest

from ledger.actions import Posting, post
from ledger.chart import compensation_expense, fund_budget, owner_capital
from ledger.models import TransferKind
from payouts.actions import DrawRequest, limit_budget, post_draws, request_draw, stop_payouts
from payouts.line import WaitsFor
from payouts.models import Draw
from payouts.views import line

pytestmark = pytest.mark.django_db

LARGE = 100_000_01


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def wait(consumer, now):
    def wait(key, amount=12_50, **terms):
        usual = {
            "key": key, "payee": consumer, "amount": amount, "currency": "CNY", "gateway": "wallet", "at": now,
            "budget": "special", "cost": compensation_expense("CNY"), "kind": TransferKind.EXPENSE,
        }  # fmt: skip
        return request_draw(DrawRequest(**usual | terms))

    return wait


@pytest.fixture
def fill(now):
    def fill(amount, budget="special"):
        pot = fund_budget(budget, "CNY")
        capital, kind = owner_capital("CNY"), TransferKind.FUNDING
        post(Posting(key=f"fill:{budget}", debit=pot, credit=capital, amount=amount, kind=kind, happened_at=now))

    return fill


def seen(page):
    return [(place.draw.key, place.waits_for, place.is_behind) for place in page.context["places"]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_empty_line_teaches_what_will_stand_there(books, language):
    books.cookies["redress_language"] = language
    assert seen(books.get("/fund/line/")) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_figure_of_the_fund_leads_to_the_places_that_make_it(books, wait, fill, language):
    books.cookies["redress_language"] = language
    fill(10_00)
    wait("claim:R-1:compensation:1")
    wait("claim:R-2:compensation:1", amount=7_50)
    wait("claim:R-3:compensation:1", budget="empathy")
    wait("dollars", currency="USD", cost=compensation_expense("USD"))
    fund = books.get("/fund/")
    assert [(it.currency, it.asked) for it in fund.context["funds"]] == [("CNY", 32_50), ("USD", 12_50)]
    for address, total, keys in (
        ("/fund/line/?currency=CNY", 32_50, ["R-1", "R-2", "R-3"]),
        ("/fund/line/?currency=CNY&amp;budget=special", 20_00, ["R-1", "R-2"]),
        ("/fund/line/?currency=CNY&amp;budget=empathy", 12_50, ["R-3"]),
        ("/fund/line/?currency=USD", 12_50, ["dollars"]),
    ):
        assert f'href="{address}"' in fund.text
        page = books.get(address.replace("&amp;", "&"))
        assert sum(part.total for part in page.context["shown"]) == total
        assert [place.draw.key for place in page.context["places"]] == [
            f"claim:{key}:compensation:1" if key.startswith("R") else key for key in keys
        ]
        assert all(key in page.text for key in keys)


class TestWhyItWaits:
    def test_the_budget_holds_too_little_for_the_oldest_and_nobody_overtakes(self, books, wait, fill):
        fill(10_00)
        wait("large")
        wait("small", amount=1_00)
        post_draws(now=Draw.objects.earliest("pk").accepted_at)
        page = books.get("/fund/line/")
        assert seen(page) == [("large", WaitsFor.MONEY, False), ("small", WaitsFor.MONEY, True)]
        assert "The budget holds too little" in page.text
        assert "Older ones are paid before it." in page.text

    def test_the_budget_of_the_day_is_used_up(self, books, wait, fill, now):
        fill(100_00)
        limit_budget(budget="special", currency="CNY", amount=12_50, because="A quiet week.", by=None, at=now)
        wait("first")
        wait("second")
        assert post_draws(now=now) == 1
        assert seen(books.get("/fund/line/")) == [("second", WaitsFor.MIDNIGHT, False)]

    def test_the_budget_was_never_filled(self, books, wait):
        wait("first", budget="speciaI")
        assert seen(books.get("/fund/line/")) == [("first", WaitsFor.FIRST_MONEY, False)]

    @pytest.mark.parametrize("gateway", ["", "sandbox"])
    def test_payouts_this_way_are_stopped_which_holds_up_nobody_else(self, books, wait, fill, now, gateway):
        fill(100_00)
        stop_payouts(gateway=gateway, because="Odd figures.", by=None, at=now)
        wait("stopped", gateway="sandbox")
        wait("wallet")
        other = WaitsFor.ITS_TURN if gateway else WaitsFor.RESUMPTION
        assert seen(books.get("/fund/line/")) == [("stopped", WaitsFor.RESUMPTION, False), ("wallet", other, False)]

    def test_its_turn_comes_while_there_is_money(self, books, wait, fill):
        fill(100_00)
        wait("first")
        wait("second")
        assert seen(books.get("/fund/line/")) == [
            ("first", WaitsFor.ITS_TURN, False), ("second", WaitsFor.ITS_TURN, True),
        ]  # fmt: skip

    def test_a_large_one_waits_for_a_second_person_afterwards(self, books, wait):
        wait("large", amount=LARGE)
        wait("at the limit", amount=LARGE - 1)
        page = books.get("/fund/line/")
        assert [place.is_large for place in page.context["places"]] == [True, False]
        assert page.text.count("a second person has to approve it") == 1


@pytest.mark.parametrize(
    "asked", ["currency=ZZZ", "budget=none", "currency=CNY&budget=none", "currency=ZZZ&budget=special", "budget=' OR 1"]
)
def test_what_nobody_waits_for_is_an_empty_list(books, wait, asked):
    wait("first")
    page = books.get(f"/fund/line/?{asked}")
    assert (page.status_code, seen(page), page.context["shown"]) == (200, [], [])


def test_a_made_up_cursor_is_refused(books, wait):
    wait("first")
    assert books.get("/fund/line/?after=x").status_code == 400


def test_it_is_read_page_by_page_the_oldest_first(books, wait, now, monkeypatch):
    monkeypatch.setattr(line, "PLACES_A_PAGE", 2)
    for number in range(5):
        wait(f"place:{number}", at=now - timedelta(hours=number))
    address, keys = "/fund/line/?currency=CNY&budget=special", []
    while address:
        page = books.get(address)
        keys += [place.draw.key for place in page.context["places"]]
        address = page.context["next_href"]
    assert keys == [f"place:{number}" for number in range(5)]


def test_a_page_takes_as_many_statements_for_fifty_places_as_for_two(books, wait, django_assert_max_num_queries):
    for number in range(50):
        wait(f"place:{number}")
    with django_assert_max_num_queries(20):
        assert len(books.get("/fund/line/").context["places"]) == 50


class TestApi:
    def test_finance_reads_the_line(self, api, finance, wait, consumer, now):
        place = wait("claim:R-1:compensation:1", amount=LARGE)
        assert api(finance).get("/api/v1/fund/line").json() == {
            "results": [
                {
                    "id": place.pk, "key": "claim:R-1:compensation:1", "payee": consumer.pk, "amount": LARGE,
                    "currency": "CNY", "budget": "special", "accepted_at": now.isoformat().replace("+00:00", "Z"),
                    "waits_for": "first_money", "is_behind": False, "is_large": True,
                }
            ],
            "next": None,
        }  # fmt: skip

    def test_a_made_up_cursor_is_refused(self, api, finance):
        assert api(finance).get("/api/v1/fund/line?after=x").status_code == 400


def test_nobody_but_finance_sees_it(client, api, consumer, merchant, agent, operator, wait):
    wait("first")
    for person in (consumer, merchant, agent, operator):
        client.force_login(person)
        assert client.get("/fund/line/").status_code == 404
        assert api(person).get("/api/v1/fund/line").status_code == 403
