"""What the rules say about a line of a real order: every rule is asked, and the best is offered."""

from datetime import timedelta
from typing import Any

import pytest

from compensation.options import LINE_RELATED, NoTermsInForce, circumstances, options
from ledger.actions import set_floor
from ledger.chart import settlement_of
from orders.actions import take
from orders.models import Line, Order, Stay, Store, StoreClosure
from policies.actions import enrol, on_record
from policies.models import Verdict
from policies.words import Reason, Remedy, Settles
from refunds.actions import refund

pytestmark = pytest.mark.usefixtures("enrolled_shop")


def judged(order: Order, reason: Reason, now, position=1, **asked):
    line = Line.objects.select_related(*LINE_RELATED).get(order=order, position=position)
    return options(
        line, reason=reason, circumstances=circumstances(line.order, now=now, lines=[line]), now=now, **asked
    )


def offered(found):
    return [(option.verdict.rule, option.verdict.remedy, option.verdict.amount) for option in found.offered]


def test_a_small_damage_is_refunded_at_once(goods_order, now):
    found = judged(goods_order, Reason.DAMAGED, now)
    assert offered(found) == [("lightning_refund", Remedy.REFUND, 45_00)]
    assert {aside.option.verdict.rule: (aside.because, aside.beaten_by) for aside in found.set_aside} == {
        "refund_without_return": ("not_granted", ""),
        "return_first": ("beaten", "lightning_refund"),
        "ask_merchant": ("beaten", "lightning_refund"),
    }


def test_a_dear_damage_is_sent_back_or_asked_for(goods_order, now):
    assert offered(judged(goods_order, Reason.DAMAGED, now, position=2, quantity=1)) == [
        ("return_first", Remedy.RETURN, 1_311_00),
        ("ask_merchant", Remedy.REFUND, 1_299_00),
    ]


def test_a_lesser_room_is_made_good_and_the_hotel_may_still_be_asked(stay_order, now):
    found = judged(stay_order, Reason.WORSE_ROOM, now)
    assert offered(found) == [
        ("hotel_overbooking", Remedy.COMPENSATION, 600_00),
        ("ask_merchant", Remedy.REFUND, 1_200_00),
    ]
    assert found.by_rule("hotel_overbooking").verdict.because == "compensated"


def test_a_guest_who_was_turned_away_gets_the_price_and_three_nights_at_once(stay_order, now):
    Stay.objects.update(outcome=Stay.Outcome.TURNED_AWAY, room_type_assigned=None)
    found = judged(stay_order, Reason.NO_ROOM, now)
    assert offered(found) == [("hotel_overbooking", Remedy.COMPENSATION, 3_000_00)]
    assert found.best.verdict.settles == Settles.AT_ONCE
    assert found.best.verdict.refund == 1_200_00


@pytest.fixture
def nearby(shop, closed_store, now):
    """Stores around: the nearest is closed, the next sells something else, the next belongs to somebody else."""
    hours = {"open_from": "00:00", "open_until": "23:59:59.999999", "longitude": 120.1650}

    def store(code, latitude, **changes):
        terms = {"merchant": shop, "code": code, "kind": "restaurant", "name": code, "latitude": latitude}
        return Store.objects.create(**{**terms, **hours, **changes})

    nearest = store("nearest", 30.2510)
    StoreClosure.objects.create(
        store=nearest, reason="closed", starts_at=now - timedelta(hours=1), reported_at=now - timedelta(hours=1)
    )
    reopened = store("reopened", 30.2540)
    StoreClosure.objects.create(
        store=reopened, reason="closed", starts_at=now - timedelta(days=2), ends_at=now, reported_at=now
    )
    store("barber", 30.2520, kind="barber")
    return reopened


def test_a_closed_store_offers_money_or_the_nearest_open_one(voucher_order, nearby, now):
    found = judged(voucher_order, Reason.STORE_CLOSED, now)
    assert offered(found) == [
        ("closed_store", Remedy.COMPENSATION, 244_40),
        ("closed_store", Remedy.ALTERNATIVE, 0),
    ]
    assert found.by(Remedy.ALTERNATIVE).verdict.values["store"] == nearby.code
    assert found.best.verdict.settles == Settles.AT_ONCE


def test_a_store_of_another_business_is_no_alternative(voucher_order, outsider, nearby, now):
    Store.objects.filter(pk=nearby.pk).update(merchant=outsider.membership.merchant)
    assert judged(voucher_order, Reason.STORE_CLOSED, now).by(Remedy.ALTERNATIVE) is None


def test_a_closure_nobody_recorded_waits_for_the_merchant(voucher_order, now):
    StoreClosure.objects.all().delete()
    found = judged(voucher_order, Reason.STORE_CLOSED, now)
    assert found.best.verdict.settles == Settles.AFTER_MERCHANT


def test_a_merchant_that_takes_no_part_is_asked(goods_order, shop, now):
    Order.objects.filter(pk=goods_order.pk).update(placed_at=now - timedelta(days=400, seconds=1))
    with pytest.raises(NoTermsInForce):
        judged(goods_order, Reason.DAMAGED, now)


def test_the_merchants_own_limit_counts_for_orders_placed_since(goods_order, shop, now):
    Order.objects.filter(pk=goods_order.pk).update(placed_at=now - timedelta(days=2))
    terms = {"per_claim": {"CNY": "44.99"}}
    enrol(merchant=shop, policy="lightning_refund", terms=terms, starts_at=now - timedelta(days=2))
    assert judged(goods_order, Reason.DAMAGED, now).by_rule("lightning_refund").verdict.because == (
        "within_merchant_limit"
    )
    Order.objects.filter(pk=goods_order.pk).update(placed_at=now - timedelta(days=2, seconds=1))
    assert judged(goods_order, Reason.DAMAGED, now).best.verdict.rule == "lightning_refund"


def test_a_settlement_at_its_floor_is_asked_for_nothing_at_once(goods_order, shop, now):
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=-44_99)
    assert judged(goods_order, Reason.DAMAGED, now).by_rule("lightning_refund").verdict.because == (
        "settlement_covers_it"
    )
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=-45_00)
    assert judged(goods_order, Reason.DAMAGED, now).best.verdict.rule == "lightning_refund"


def lightning(line, now, key, amount):
    take(key=key, line_id=line.pk, amount=amount, quantity=0, at=now)
    payee = line.order.consumer
    refund(
        key=key, line=line, amount=amount, quantity=0, payee=payee, payer="merchant", gateway="wallet", at=now,
        rule="lightning_refund",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "hours", "rule"),
    [(555_00, 23, "lightning_refund"), (555_01, 23, "return_first"), (555_01, 24, "lightning_refund")],
    ids=["the last cent of the day", "a cent above", "a day later"],
)
def test_what_was_paid_within_a_day_counts_against_the_limit(goods_order, now, before, hours, rule):
    jacket = goods_order.lines.select_related("order__consumer").get(position=2)
    lightning(jacket, now - timedelta(hours=hours), "before", before)
    assert judged(goods_order, Reason.DAMAGED, now).best.verdict.rule == rule


def test_nothing_is_offered_when_nothing_is_left_and_the_default_rule_says_why(goods_order, now):
    line = goods_order.lines.get(position=1)
    take(key="all", line_id=line.pk, amount=45_00, quantity=1, at=now)
    found = judged(goods_order, Reason.DAMAGED, now)
    assert (found.best, found.offered) == (None, ())
    assert found.refusal.because == "amount_is_left"


def test_more_claims_than_the_terms_allow_are_refused(goods_order, now):
    far = now + timedelta(days=30)
    assert judged(goods_order, Reason.DAMAGED, far, claims_filed=4).refusal is None
    assert judged(goods_order, Reason.DAMAGED, far, claims_filed=5).refusal.because == "claims_left"


@pytest.mark.parametrize(("order", "queries"), [("goods_order", 2), ("stay_order", 4), ("voucher_order", 5)])
def test_circumstances_take_few_queries_and_options_none(request, now, order, queries, django_assert_num_queries):
    lines = list(Line.objects.select_related(*LINE_RELATED).filter(order=request.getfixturevalue(order)))
    circumstances(lines[0].order, now=now, lines=lines)  # the terms in force are read once in a process
    with django_assert_num_queries(queries):
        around = circumstances(lines[0].order, now=now, lines=lines)
    with django_assert_num_queries(0):
        for line in lines:
            for reason in Reason:
                assert options(line, reason=reason, circumstances=around, now=now)
        assert around.clocks.merchant_answer_minutes["goods"] == 2 * 24 * 60


def test_an_option_can_be_recorded_as_it_is(goods_order, now):
    option = judged(goods_order, Reason.DAMAGED, now).best
    stored = record(key="claim:R-1", version=option.version, facts=option.facts, judged_at=now, verdict=option.verdict)
    assert stored.version.policy.code == "lightning_refund"


def record(**given: Any) -> Verdict:
    kept = on_record(**given)
    kept.save()
    return kept
