"""What finance may do about payouts on its pages: each verb says what will happen, and acts once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role, User
from ledger.actions import Posting, accounts
from ledger.chart import fund_budget, payable_to, settlement_of
from ledger.models import Account, TransferKind
from payouts.actions import start, stop_payouts
from payouts.models import Approval, Attention, DailyLimit, Payout, Status, Stop

pytestmark = pytest.mark.django_db

LARGE = 100_000_01


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def pay(consumer, shop, now):
    def paid(key, gateway="wallet", amount=45_00, made_by=None):
        funding = Posting(
            key=key, debit=settlement_of(shop.pk, "CNY"), credit=payable_to(consumer.pk, "CNY"), amount=amount,
            kind=TransferKind.REFUND, happened_at=now,
        )  # fmt: skip
        return start(
            key=key, payee=consumer, amount=amount, currency="CNY", gateway=gateway, at=now, funding=[funding],
            made_by=made_by,
        )  # fmt: skip

    return paid


def left_to_a_person(payout, attention, status=Status.UNKNOWN):
    Payout.objects.filter(pk=payout.pk).update(attention=attention, status=status, next_at=None)
    payout.refresh_from_db()
    return payout


class TestStops:
    def test_all_payouts_are_stopped_and_go_on(self, books, finance, pay):
        page = books.get("/payouts/stops/")
        assert [code for code, _label in page.context["form"].fields["gateway"].choices][:2] == ["all", "wallet"]
        answer = books.post("/payouts/stops/", {"gateway": "all", "because": "Odd figures."})
        assert answer.url == "/payouts/stops/"
        stop = Stop.objects.get()
        assert (stop.gateway, stop.because, stop.stopped_by) == ("", "Odd figures.", finance)
        assert pay("one").status == Status.RESERVED
        answer = books.post(f"/payouts/stops/{stop.pk}/end/", {"because": "Cleared up."})
        assert answer.url == "/payouts/stops/"
        stop.refresh_from_db()
        assert (stop.resumed_by, stop.resumed_because) == (finance, "Cleared up.")

    def test_the_banner_is_on_every_page_of_finance_and_nowhere_else(self, books, client, consumer, now):
        stop_payouts(because="Odd figures.", by=None, at=now)
        for page in ("/payouts/", "/payouts/stuck/", "/fund/", "/journal/"):
            assert "New payouts are stopped." in books.get(page).text
        client.force_login(consumer)
        assert "stopped" not in client.get("/orders/").text

    def test_a_reason_is_asked_for(self, books):
        answer = books.post("/payouts/stops/", {"gateway": "all", "because": " "})
        assert answer.status_code == 422
        assert "Say why" in answer.text
        assert not Stop.objects.exists()

    def test_what_is_stopped_cannot_be_stopped_again(self, books, now):
        stop_payouts(because="x", by=None, at=now)
        stop_payouts(gateway="wallet", because="y", by=None, at=now)
        assert books.post("/payouts/stops/", {"gateway": "all", "because": "z"}).status_code == 422
        assert Stop.objects.count() == 2

    def test_ending_a_stop_twice_ends_it_once(self, books, now):
        stop = stop_payouts(because="x", by=None, at=now)
        for _ in range(2):
            books.post(f"/payouts/stops/{stop.pk}/end/", {"because": "Fine."})
        assert Stop.objects.filter(resumed_because="Fine.").count() == 1
        assert "This stop has ended." in books.get(f"/payouts/stops/{stop.pk}/end/").text


class TestApproval:
    def test_the_page_says_why_and_the_payout_leaves(self, books, pay, agent, finance):
        payout = pay("large", amount=LARGE, made_by=agent)
        page = books.get(f"/payouts/{payout.pk}/approval/")
        assert "up to CN¥100,000.00 may leave without a second person." in page.text
        assert agent.name in page.text
        answer = books.post(f"/payouts/{payout.pk}/approval/", {"because": "Compared with the invoice."})
        assert answer.url == f"/payouts/{payout.pk}/"
        assert Approval.objects.get().approved_by == finance
        assert "Compared with the invoice." in books.get(f"/payouts/{payout.pk}/").text

    def test_the_maker_is_told_so(self, books, pay, finance):
        payout = pay("large", amount=LARGE, made_by=finance)
        assert (
            "<form"
            not in books.get(f"/payouts/{payout.pk}/approval/").text.partition("<h1>")[2].partition("</main>")[0]
        )
        answer = books.post(f"/payouts/{payout.pk}/approval/", {"because": "Mine."})
        assert answer.status_code == 403
        assert "You awarded this sum yourself" in answer.text
        assert Approval.objects.get().approved_at is None

    def test_pressed_twice_it_is_approved_once(self, books, pay):
        payout = pay("large", amount=LARGE)
        for _ in range(2):
            assert books.post(f"/payouts/{payout.pk}/approval/", {"because": "Fine."}).status_code == 302
        assert Approval.objects.get().approved_at is not None

    def test_another_who_comes_later_is_told(self, books, pay, client):
        payout = pay("large", amount=LARGE)
        books.post(f"/payouts/{payout.pk}/approval/", {"because": "Fine."})
        client.force_login(User.objects.create_user("finance2@example.com", "redress", name="F2", role=Role.FINANCE))
        answer = client.post(f"/payouts/{payout.pk}/approval/", {"because": "Me too."})
        assert answer.status_code == 409

    def test_what_nobody_asked_about_says_so(self, books, pay):
        assert "Nobody has to approve this payout." in books.get(f"/payouts/{pay('one').pk}/approval/").text


class TestQueue:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_who_has_waited_longest_stands_first(self, books, pay, now, language):
        books.cookies["redress_language"] = language
        young, old = pay("large", amount=LARGE), pay("parked", "sandbox")
        left_to_a_person(old, Attention.PARKED)
        slow = pay("slow", "sandbox")
        Payout.objects.filter(pk=slow.pk).update(status=Status.UNKNOWN)
        for payout, minutes in ((old, 30), (slow, 20), (young, 1)):
            Payout.objects.filter(pk=payout.pk).update(created_at=now - timedelta(minutes=minutes))
        page = books.get("/payouts/stuck/")
        assert [payout.pk for payout in page.context["payouts"]] == [old.pk, slow.pk, young.pk]
        assert [(kind, number) for kind, _label, number in page.context["kinds"]] == [
            ("approval", 1), ("parked", 1), ("checking", 1),
        ]  # fmt: skip
        assert [payout.pk for payout in books.get("/payouts/stuck/?kind=parked").context["payouts"]] == [old.pk]
        assert [payout.pk for payout in books.get("/payouts/stuck/?kind=checking").context["payouts"]] == [slow.pk]

    def test_what_is_checked_for_a_moment_is_not_stuck(self, books, pay):
        payout = pay("slow", "sandbox")
        Payout.objects.filter(pk=payout.pk).update(status=Status.UNKNOWN, created_at=timezone.now())
        assert books.get("/payouts/stuck/").context["payouts"] == []


class TestVerbs:
    CASES = {
        "retry": (Attention.PARKED, "parked", Attention.NONE),
        "inquiry": (Attention.KEY_WINDOW, "asked", Attention.KEY_WINDOW),
        "calling-off": (Attention.KEY_WINDOW, "called off", Attention.NONE),
    }

    @pytest.mark.parametrize("verb", CASES)
    def test_it_asks_first_and_then_has_the_payout_looked_at_once(self, books, pay, verb):
        attention, _what, becomes = self.CASES[verb]
        payout = left_to_a_person(pay("one", "sandbox"), attention)
        assert f"/payouts/{payout.pk}/{verb}/" in books.get(f"/payouts/{payout.pk}/").text
        assert "<button" in books.get(f"/payouts/{payout.pk}/{verb}/").text
        assert Payout.objects.filter(pk=payout.pk, next_at__isnull=True).exists()
        for _ in range(2):
            assert books.post(f"/payouts/{payout.pk}/{verb}/").url == f"/payouts/{payout.pk}/"
        payout.refresh_from_db()
        assert payout.next_at is not None
        assert payout.attention == becomes

    def test_a_payout_that_needs_nobody_offers_nothing(self, books, pay):
        payout = pay("one", "sandbox")
        page = books.get(f"/payouts/{payout.pk}/")
        assert page.context["verbs"] == ()
        for verb in self.CASES:
            books.post(f"/payouts/{payout.pk}/{verb}/")
        payout.refresh_from_db()
        assert (payout.status, payout.attempts_made) == (Status.RESERVED, 0)


def test_nobody_but_finance_comes_in(client, consumer, merchant, agent, operator, pay, now):
    payout, stop = pay("one"), stop_payouts(because="x", by=None, at=now)
    verbs = [f"/payouts/{payout.pk}/{verb}/" for verb in ("approval", "retry", "inquiry", "calling-off")]
    for person in (consumer, merchant, agent, operator):
        client.force_login(person)
        for path in ("/payouts/stuck/", "/payouts/stops/", f"/payouts/stops/{stop.pk}/end/", *verbs):
            assert client.get(path).status_code == 404
            if path != "/payouts/stuck/":
                assert client.post(path).status_code == 404


def test_a_payout_leads_to_the_lines_of_the_books_that_make_it(books, pay):
    page = books.get(f"/payouts/{pay('claim:R-1:refund:1').pk}/")
    assert [transfer.key for transfer in page.context["transfers"]] == [
        "claim:R-1:refund:1", "claim:R-1:refund:1:payout",
    ]  # fmt: skip
    assert "/journal/?key=claim%3AR-1%3Arefund%3A1%3Apayout" in page.text


class TestBudgets:
    @pytest.fixture
    def special(self):
        return accounts([fund_budget("special", "CNY")])[fund_budget("special", "CNY")]

    def test_finance_sets_a_limit_and_lifts_it_again(self, books, finance, special):
        path = f"/payouts/budgets/{special}/"
        for amount, kept in (("250.00", 250_00), ("", None)):
            assert books.post(path, {"amount": amount, "because": "Holidays."}).url == path
            assert DailyLimit.objects.latest("pk").amount == kept
        assert DailyLimit.objects.latest("pk").set_by == finance
        assert "CN¥250.00" in books.get(path).text
        assert "Special fund CNY" in books.get("/payouts/budgets/").text

    @pytest.mark.parametrize(("language", "name"), [("en", "Special fund"), ("zh-hans", "先行赔付专项基金")])
    def test_a_budget_is_called_by_its_name_and_never_by_its_code(self, books, finance, special, language, name):
        finance.language = language
        finance.save()
        for path in ("/payouts/budgets/", f"/payouts/budgets/{special}/", f"/journal/accounts/{special}/"):
            page = books.get(path).text
            assert (path, name in page, "<code>special</code>" in page) == (path, True, False)

    def test_a_limit_that_is_no_sum_is_refused_beside_its_field(self, books, special):
        for amount in ("-1", "much"):
            assert books.post(f"/payouts/budgets/{special}/", {"amount": amount, "because": "x"}).status_code == 422
        assert books.post(f"/payouts/budgets/{special}/", {"amount": "1", "because": ""}).status_code == 422
        assert not DailyLimit.objects.exists()

    def test_what_is_no_budget_has_no_limit(self, books, pay):
        pay("one")
        other = Account.objects.filter(kind="merchant_settlement").earliest("pk")
        assert books.get(f"/payouts/budgets/{other.pk}/").status_code == 404
