"""The fund lane: accepted once, paid once by the poster, oldest first, never more than the budget holds."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.at_once import at_once
from ledger.actions import Posting, post
from ledger.chart import (
    balance_of,
    client_cash,
    compensation_expense,
    fund_budget,
    owner_capital,
    payable_to,
    receivable_from,
    wallet_of,
)
from ledger.models import Hold, Transfer, TransferKind
from ledger.proofs import prove as prove_books
from payouts.actions import (
    DrawRequest,
    PayoutKeyReused,
    UnknownGateway,
    drawing,
    post_draws,
    request_draw,
    request_draws,
    resume_payouts,
    send_next,
    start,
    stop_payouts,
)
from payouts.models import Attention, Draw, Payout, Status
from payouts.proofs import prove as prove_payouts

FUND = fund_budget("special", "GBP")
FIELDS = [field.attname for field in Draw._meta.concrete_fields]


@pytest.fixture(autouse=True)
def _from_the_beginning():
    drawing._beginnings.clear()


@pytest.fixture
def fill(now):
    """Put money into a budget."""

    def fill(amount, budget=FUND):
        key = f"fill:{Transfer.objects.count()}"
        post(
            Posting(
                key=key,
                debit=budget,
                credit=owner_capital("GBP"),
                amount=amount,
                kind=TransferKind.FUNDING,
                happened_at=now,
            )
        )

    return fill


@pytest.fixture
def wanted(consumer, now):
    """A payout of 12.50 that the special budget is to pay, as an expense."""

    def wanted(key="claim:1:refund:1", **terms) -> DrawRequest:
        usual = {
            "payee": consumer,
            "amount": 12_50,
            "currency": "GBP",
            "gateway": "wallet",
            "at": now,
            "budget": "special",
            "cost": compensation_expense("GBP"),
            "kind": TransferKind.EXPENSE,
        }
        return DrawRequest(key=key, **usual | terms)

    return wanted


def in_wallet_of(person: User) -> int:
    return balance_of(wallet_of(person.pk, "GBP")).posted


def assert_all_is_right() -> None:
    assert [*prove_books(), *prove_payouts()] == []


@pytest.mark.django_db
class TestRequest:
    def test_what_is_accepted_is_a_place_in_line_and_no_money_moves(self, wanted, fill, consumer, now):
        fill(20_00)
        assert request_draw(wanted()) == Draw.objects.get()
        assert (in_wallet_of(consumer), balance_of(FUND).posted, Hold.objects.count()) == (0, 20_00, 0)
        assert not Payout.objects.exists()
        assert not send_next(now=now)
        assert_all_is_right()

    def test_what_comes_back_is_what_is_stored(self, wanted, consumer2):
        accepted = request_draw(wanted(made_by=consumer2))
        stored = Draw.objects.get()
        assert {name: accepted.serializable_value(name) for name in FIELDS} == {
            name: stored.serializable_value(name) for name in FIELDS
        }

    def test_any_number_is_accepted_in_one_statement_beside_the_savepoint_of_a_transaction(self, wanted):
        with CaptureQueriesContext(connection) as queries:
            draws = request_draws([wanted(f"claim:{number}") for number in range(20)])
        assert [query["sql"].split()[0] for query in queries] == ["SAVEPOINT", "INSERT", "RELEASE"]
        assert [draw.key for draw in draws] == [f"claim:{number}" for number in range(20)]
        assert Draw.objects.count() == 20

    def test_the_same_key_is_accepted_once_before_and_after_it_is_paid(self, wanted, fill, consumer, now):
        fill(20_00)
        first = request_draw(wanted())
        assert request_draws([wanted(), wanted("other", amount=1)])[0] == first
        post_draws(now=now)
        assert request_draw(wanted()) == Payout.objects.get(key=first.key)
        assert post_draws(now=now) == 0
        assert in_wallet_of(consumer) == 12_51
        assert_all_is_right()

    def test_the_same_key_twice_in_one_statement_is_accepted_once(self, wanted):
        first, second = request_draws([wanted(), wanted()])
        assert first == second
        with pytest.raises(PayoutKeyReused):
            request_draws([wanted("new"), wanted("new", amount=1)])
        assert Draw.objects.count() == 1

    @pytest.mark.parametrize("paid", [False, True])
    def test_the_same_key_never_pays_anything_else(self, wanted, fill, consumer2, shop, provider, now, paid):
        fill(20_00)
        first = request_draw(wanted())
        if paid:
            assert post_draws(now=now) == 1
            first = Payout.objects.get()
        for other in (
            {"amount": 12_51},
            {"payee": consumer2},
            {"gateway": "sandbox"},
            {"budget": "empathy"},
            {"cost": receivable_from(shop.pk, "GBP")},
            {"kind": TransferKind.ADVANCE},
        ):
            with pytest.raises(PayoutKeyReused):
                request_draw(wanted(**other))
        assert request_draw(wanted(at=now + timedelta(days=1))) == first
        assert Payout.objects.count() + Draw.objects.count() == 1

    @pytest.mark.parametrize("gateway", ["wallet", "sandbox"])
    def test_a_key_that_a_direct_payout_has_is_refused(self, pay, wanted, provider, gateway):
        pay("direct", gateway=gateway)
        with pytest.raises(PayoutKeyReused):
            request_draw(wanted("direct", gateway=gateway))
        assert not Draw.objects.exists()

    @pytest.mark.parametrize("gateway", ["wallet", "sandbox"])
    def test_a_direct_payout_with_a_key_that_is_in_line_is_refused(self, pay, wanted, provider, gateway):
        request_draw(wanted("in line", gateway=gateway))
        with pytest.raises(PayoutKeyReused):
            pay("in line", gateway=gateway)
        assert not Payout.objects.exists()

    def test_a_payout_that_began_has_no_place_in_line_whoever_writes_it(self, pay, wanted):
        draw = request_draw(wanted())
        pay("begun")
        draw.pk, draw.key = None, "begun"
        with pytest.raises(IntegrityError, match="has begun"), atomic():
            draw.save(force_insert=True)

    def test_a_gateway_that_is_not_connected_is_refused(self, wanted):
        with pytest.raises(UnknownGateway):
            request_draw(wanted(gateway="pigeon"))
        assert not Draw.objects.exists()


@pytest.mark.django_db
class TestPost:
    def test_the_poster_draws_books_and_pays(self, wanted, fill, consumer, now):
        fill(20_00)
        request_draw(wanted())
        later = now + timedelta(seconds=1)
        assert post_draws(now=later) == 1
        payout = Payout.objects.get(key="claim:1:refund:1")
        assert (payout.status, payout.created_at, payout.ended_at) == (Status.SETTLED, later, later)
        assert list(payout.moves.order_by("id").values_list("was", "became", "at")) == [
            ("", "reserved", later),
            ("reserved", "settled", later),
        ]
        assert in_wallet_of(consumer) == 12_50
        assert balance_of(FUND).posted == 7_50
        assert balance_of(client_cash("GBP")).posted == 12_50
        assert balance_of(compensation_expense("GBP")).posted == 12_50
        assert balance_of(payable_to(consumer.pk, "GBP")).posted == 0
        assert sorted(Transfer.objects.exclude(kind="funding").values_list("key", "kind")) == [
            ("claim:1:refund:1", "expense"),
            ("claim:1:refund:1:draw", "draw"),
            ("claim:1:refund:1:payout", "payout"),
        ]
        assert not Draw.objects.exists()
        assert_all_is_right()

    def test_any_number_takes_the_same_statements_and_one_commit(self, wanted, fill, now):
        fill(1_000_00)

        def statements(keys):
            request_draws([wanted(key, amount=1) for key in keys])
            with CaptureQueriesContext(connection) as queries:
                assert post_draws(now=now) == len(keys)
            return len(queries)

        statements(["warm up"])
        assert statements(["one"]) == statements([f"many:{number}" for number in range(40)])
        assert_all_is_right()

    def test_each_cost_bears_its_own(self, wanted, fill, shop, now):
        fill(20_00)
        owed = receivable_from(shop.pk, "GBP")
        request_draws([wanted("a", amount=5_00), wanted("b", amount=7_00, cost=owed, kind=TransferKind.ADVANCE)])
        post_draws(now=now)
        assert (balance_of(compensation_expense("GBP")).posted, balance_of(owed).posted) == (5_00, 7_00)
        assert_all_is_right()

    def test_what_the_fund_cannot_pay_waits_and_is_not_overtaken(self, wanted, fill, now):
        fill(10_00)
        request_draws([wanted("first", amount=6_00), wanted("large", amount=5_00), wanted("small", amount=1_00)])
        assert post_draws(now=now) == 1
        assert post_draws(now=now) == 0
        assert set(Draw.objects.values_list("key", flat=True)) == {"large", "small"}
        assert_all_is_right()
        fill(2_00)
        assert post_draws(now=now) == 2
        assert balance_of(FUND).posted == 0
        assert_all_is_right()

    def test_one_empty_budget_keeps_no_other_waiting(self, wanted, fill, now):
        fill(5_00, fund_budget("empathy", "GBP"))
        request_draws([wanted("special"), wanted("never filled", budget="scheme:x")])
        request_draw(wanted("empathy", budget="empathy", amount=5_00))
        assert post_draws(now=now) == 1
        assert Payout.objects.get(status=Status.SETTLED).key == "empathy"
        assert_all_is_right()

    def test_a_batch_has_its_limit(self, wanted, fill, now):
        fill(5_00)
        request_draws([wanted(f"{number}", amount=1) for number in range(5)])
        assert [post_draws(now=now, limit=2) for _ in range(4)] == [2, 2, 1, 0]

    def test_through_a_provider_the_money_is_set_aside_and_then_sent(self, wanted, fill, provider, now):
        fill(30_00)
        request_draws([wanted("abroad", gateway="sandbox"), wanted("here")])
        assert post_draws(now=now) == 2
        abroad = Payout.objects.get(key="abroad")
        assert (abroad.status, abroad.next_at) == (Status.RESERVED, now)
        assert Hold.objects.get(key=abroad.hold_key).status == Hold.Status.RESERVED
        assert_all_is_right()
        send_next(now=now)
        assert provider.paid(abroad) == [12_50]
        assert Payout.objects.filter(status=Status.SETTLED).count() == 2
        assert_all_is_right()

    def test_what_is_conspicuous_waits_for_a_second_person(self, wanted, fill, finance, consumer, now):
        fill(100_000_00)
        request_draws([wanted("large", amount=90_000_00, made_by=finance), wanted("small")])
        assert post_draws(now=now) == 2
        large = Payout.objects.get(key="large")
        assert (large.status, large.attention) == (Status.RESERVED, Attention.APPROVAL)
        assert large.approvals.get().made_by == finance
        assert in_wallet_of(consumer) in {0, 12_50}
        assert_all_is_right()

    def test_while_its_gateway_is_stopped_it_keeps_its_place(self, wanted, fill, finance, provider, now):
        fill(30_00)
        stop_payouts(because="a test", by=finance, at=now, gateway="sandbox")
        request_draws([wanted("stopped", gateway="sandbox"), wanted("other")])
        assert post_draws(now=now) == 1
        assert balance_of(FUND).posted == 17_50
        assert_all_is_right()
        resume_payouts(because="all is well", by=finance, at=now, gateway="sandbox")
        assert post_draws(now=now) == 1
        assert_all_is_right()

    def test_somebody_who_draws_at_once_leaves_the_rest_to_the_next_try(self, wanted, fill, now, monkeypatch):
        fill(15_00)
        request_draw(wanted())
        before = balance_of(FUND)
        cash = client_cash("GBP")
        taken = Posting(key="taken", debit=cash, credit=FUND, amount=3_00, kind=TransferKind.DRAW, happened_at=now)
        post(taken)
        monkeypatch.setattr(drawing, "balance_of", lambda name: before)
        assert post_draws(now=now) == 0
        assert balance_of(FUND).posted == 12_00
        assert Draw.objects.exists()
        assert not Payout.objects.exists()
        assert_all_is_right()

    def test_behind_what_was_posted_late_ones_are_found_by_the_look_back(self, wanted, fill, now):
        fill(30_00)
        late, _ = request_draws([wanted("late", amount=1), wanted("early", amount=1)])
        Draw.objects.filter(pk=late.pk).update(budget="elsewhere")
        assert [post_draws(now=now), post_draws(now=now)] == [1, 0]
        Draw.objects.filter(pk=late.pk).update(budget="special")
        assert post_draws(now=now + timedelta(seconds=9)) == 0
        assert post_draws(now=now + timedelta(seconds=10)) == 1
        assert_all_is_right()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_many_who_ask_for_one_payout_at_once_all_get_the_same_one(self, wanted, fill, consumer, now):
        fill(20_00)
        outcomes = at_once(*[partial(request_draw, wanted())] * 32, partial(post_draws, now=now))
        assert {getattr(outcome, "key", outcome) for outcome in outcomes[:32]} == {wanted().key}
        post_draws(now=now)
        assert Payout.objects.count() == 1
        assert in_wallet_of(consumer) == 12_50
        assert_all_is_right()

    def test_two_posters_pay_each_payout_once(self, wanted, fill, consumer, now):
        fill(60_00)
        request_draws([wanted(f"{number}", amount=1_00) for number in range(100)])

        def keep_posting() -> int:
            return sum(post_draws(now=now, limit=7) for _ in range(40))

        paid = [outcome for outcome in at_once(*[keep_posting] * 4) if isinstance(outcome, int)]
        while batch := post_draws(now=now):
            paid.append(batch)
        assert sum(paid) == 60
        assert (in_wallet_of(consumer), balance_of(FUND).posted) == (60_00, 0)
        assert Draw.objects.count() == 40
        assert_all_is_right()

    def test_posters_and_direct_draws_share_a_fund_to_the_last_cent(self, wanted, fill, consumer, now):
        fill(50_00)
        request_draws([wanted(f"{number}", amount=1_00) for number in range(50)])

        def direct(number: int) -> Payout:
            draw = Posting(
                key=f"direct:{number}:draw", debit=client_cash("GBP"), credit=FUND, amount=1_00,
                kind=TransferKind.DRAW, happened_at=now,
            )  # fmt: skip
            cost = Posting(
                key=f"direct:{number}", debit=compensation_expense("GBP"), credit=payable_to(consumer.pk, "GBP"),
                amount=1_00, kind=TransferKind.EXPENSE, happened_at=now,
            )  # fmt: skip
            return start(
                key=f"direct:{number}", payee=consumer, amount=1_00, currency="GBP", gateway="wallet", at=now,
                funding=[cost, draw],
            )  # fmt: skip

        def keep_posting() -> int:
            return sum(post_draws(now=now, limit=3) for _ in range(10))

        outcomes = at_once(*[partial(direct, number) for number in range(30)], *[keep_posting] * 2)
        while post_draws(now=now):
            pass
        direct_ones = sum(isinstance(outcome, Payout) for outcome in outcomes)
        assert Payout.objects.filter(status=Status.SETTLED).count() == 50
        assert Draw.objects.count() == direct_ones
        assert (in_wallet_of(consumer), balance_of(FUND).posted) == (50_00, 0)
        assert_all_is_right()
