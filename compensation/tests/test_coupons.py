"""Coupons: issued, redeemed once, expired, revoked, with the books at each step."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from common.states import IllegalMove, move_to
from compensation import proofs as compensation_proofs
from compensation import tasks
from compensation.actions import (
    Consent,
    CouponExpired,
    CouponRedeemed,
    CouponRevoked,
    UnknownCoupon,
    expire_due_coupons,
    issue_coupon,
    redeem_coupon,
    remind_of_expiring_coupons,
    revoke_coupon,
)
from compensation.actions.coupons import (
    OrderBeforeCoupon,
    OrderBelowCoupon,
    OtherCurrency,
    ReasonMissing,
    UnknownOrder,
    ending,
    exposure_key,
)
from compensation.models import Coupon
from conftest import bought, line
from ledger import chart
from ledger import proofs as ledger_proofs
from ledger.actions import Overdrawn, set_floor
from ledger.models import Transfer
from notices.models import Notice
from orders import actions as orders
from orders import proofs as orders_proofs
from orders.models import Order, OrderKind

NEVER: Any = None


def liability():
    return chart.balance_of(chart.coupon_liability("CNY")).posted


def settled(merchant):
    return chart.balance_of(chart.settlement_of(merchant.pk, "CNY")).posted


def expense():
    return chart.balance_of(chart.compensation_expense("CNY")).posted


def books_are_right():
    return [*compensation_proofs.prove(), *ledger_proofs.prove(), *orders_proofs.prove()] == []


@pytest.fixture
def mug(goods_order):
    return goods_order.lines.get(position=1)


@pytest.fixture
def issue(mug, consumer, now):
    """Issues a coupon of 30.00 for the mug, instead of 20.00 in money; the platform bears it unless told otherwise."""

    def issue(key="claim:R-1:compensation:1", **changes):
        given = {
            "key": key,
            "holder": consumer,
            "line": mug,
            "scheme": "out_of_stock",
            "amount": 30_00,
            "expires_at": now + timedelta(days=180),
            "bearer": None,
            "consent": Consent(cash_amount=20_00, at=now),
            "at": now,
        }
        return issue_coupon(**(given | changes))

    return issue


@pytest.fixture
def later_order(consumer, shop, now):
    return an_order(consumer, shop, "G-2001", now + timedelta(days=1), paid=80_00)


def an_order(consumer, merchant, number, placed_at, *, paid):
    order = bought(consumer, merchant, OrderKind.GOODS, number, placed_at=placed_at)
    line(order, 1, "lamp", "Lamp", "台灯", paid=paid, category="home")
    return order


# --- issued ------------------------------------------------------------------------------------------


def test_whoever_bears_a_coupon_pays_for_it_when_it_is_issued(issue, shop):
    coupon = issue(bearer=shop)
    assert (coupon.status, liability(), settled(shop), expense()) == ("issued", 30_00, -30_00, 0)
    assert [move.became for move in coupon.moves.all()] == ["issued"]
    issue("claim:R-2:goodwill", consent=None, scheme="goodwill")
    assert (liability(), settled(shop), expense()) == (60_00, -30_00, 30_00)
    assert books_are_right()


def test_one_cause_gives_one_coupon(issue):
    assert issue() == issue()
    assert (Coupon.objects.count(), liability()) == (1, 30_00)


def test_the_choice_is_on_record_with_both_figures(issue, now):
    coupon = issue()
    assert (coupon.amount, coupon.cash_amount, coupon.consented_at) == (30_00, 20_00, now)


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        (
            {"consent": Consent(cash_amount=30_01, at=datetime(2026, 5, 1, tzinfo=UTC))},
            "coupon_is_never_below_its_cash_figure",
        ),
        ({"consent": Consent(cash_amount=20_00, at=NEVER)}, "coupon_instead_of_money_was_consented_to"),
        ({"amount": 0, "consent": None}, "coupon_is_worth_something"),
    ],
)
def test_the_database_refuses_a_coupon_that_cheats_its_holder(issue, changes, promise):
    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        issue(**changes)


def test_a_settlement_at_its_floor_issues_nothing(issue, shop):
    set_floor(account=chart.settlement_of(shop.pk, "CNY"), floor=-29_99)
    with pytest.raises(Overdrawn), transaction.atomic():
        issue(bearer=shop)
    assert (Coupon.objects.count(), liability(), Notice.objects.count()) == (0, 0, 0)


def test_what_a_coupon_promises_never_changes(issue):
    coupon = issue()
    for change in ({"amount": 1}, {"expires_at": coupon.issued_at + timedelta(days=1)}, {"code": "X"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Coupon.objects.filter(pk=coupon.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.all().delete()


# --- redeemed ----------------------------------------------------------------------------------------


def test_the_merchant_where_it_is_spent_gets_the_money(issue, consumer, outsider, later_order, now):
    elsewhere = an_order(consumer, outsider.membership.merchant, "G-2002", now + timedelta(days=1), paid=30_00)
    coupon = redeem_coupon(code=issue().code, order="G-2002", by=consumer, at=now + timedelta(days=2))
    assert (coupon.status, coupon.redeemed_for) == ("redeemed", elsewhere)
    assert (liability(), settled(elsewhere.merchant), expense()) == (0, 30_00, 30_00)
    assert [move.by for move in coupon.moves.order_by("id")] == [None, consumer]
    assert books_are_right()


def test_the_order_s_merchant_redeems_the_code_it_was_shown(issue, clerk, later_order, now):
    code = issue().code
    assert redeem_coupon(code=f" {code.lower()} ", order="G-2001", by=clerk, at=now).status == "redeemed"


def test_a_coupon_is_spent_once(issue, consumer, shop, later_order, now):
    code = issue().code
    redeem_coupon(code=code, order="G-2001", by=consumer, at=now)
    an_order(consumer, shop, "G-2002", now + timedelta(days=2), paid=80_00)
    for order in ("G-2001", "G-2002"):
        with pytest.raises(CouponRedeemed, match="G-2001"), transaction.atomic():
            redeem_coupon(code=code, order=order, by=consumer, at=now)
    assert settled(shop) == 30_00


def test_a_coupon_is_spent_until_the_moment_it_expires(issue, consumer, later_order, now):
    coupon = issue()
    with pytest.raises(CouponExpired), transaction.atomic():
        redeem_coupon(code=coupon.code, order="G-2001", by=consumer, at=coupon.expires_at)
    moment_before = coupon.expires_at - timedelta(microseconds=1)
    assert redeem_coupon(code=coupon.code, order="G-2001", by=consumer, at=moment_before).status == "redeemed"


def test_the_database_itself_refuses_a_redemption_after_the_expiry(issue, later_order):
    coupon = issue()
    with pytest.raises(IntegrityError, match="before_it_expires"), transaction.atomic():
        move_to(coupon, "redeemed", at=coupon.expires_at, ended_at=coupon.expires_at, redeemed_for=later_order)


def test_nothing_of_a_coupon_is_lost_on_an_order_it_does_not_fit(issue, consumer, shop, goods_order, now):
    code, at = issue().code, now + timedelta(days=1)
    an_order(consumer, shop, "G-SMALL", at, paid=29_99)
    pounds = an_order(consumer, shop, "G-POUNDS", at, paid=80_00)
    Order.objects.filter(pk=pounds.pk).update(currency="GBP")
    for order, refusal in (("G-SMALL", OrderBelowCoupon), ("G-POUNDS", OtherCurrency), ("G-1001", OrderBeforeCoupon)):
        with pytest.raises(refusal), transaction.atomic():
            redeem_coupon(code=code, order=order, by=consumer, at=at)
    assert liability() == 30_00


def test_coupons_together_pay_for_no_more_than_the_order(issue, consumer, later_order, now):
    for number in (1, 2):
        redeem_coupon(code=issue(f"claim:R-{number}:goodwill").code, order="G-2001", by=consumer, at=now)
    third = issue("claim:R-3:goodwill")
    with pytest.raises(OrderBelowCoupon, match=r"20\.00"), transaction.atomic():
        redeem_coupon(code=third.code, order="G-2001", by=consumer, at=now)


def test_what_was_given_back_of_an_order_is_not_paid_with_a_coupon(issue, consumer, later_order, now):
    lamp = later_order.lines.get()
    orders.take(key="claim:R-9", line_id=lamp.pk, amount=50_01, quantity=1, at=now)
    with pytest.raises(OrderBelowCoupon, match=r"29\.99"), transaction.atomic():
        redeem_coupon(code=issue().code, order="G-2001", by=consumer, at=now)


def test_what_a_coupon_paid_is_not_given_back_in_money(issue, consumer, later_order, now):
    line(later_order, 2, "shade", "Shade", "灯罩", paid=20_00, category="home")
    lamp, shade = later_order.lines.order_by("position")
    for number in (1, 2, 3):
        redeem_coupon(code=issue(f"claim:R-{number}:goodwill").code, order="G-2001", by=consumer, at=now)
    lamp.refresh_from_db()
    shade.refresh_from_db()
    assert (lamp.refundable, shade.refundable, shade.refundable_quantity) == (0, 10_00, 1)
    with pytest.raises(orders.NothingLeftToRefund), transaction.atomic():
        orders.take(key="claim:R-9", line_id=lamp.pk, amount=80_00, quantity=1, at=now)
    with pytest.raises(orders.AboveWhatWasPaid, match=r"10\.00"), transaction.atomic():
        orders.take(key="claim:R-9", line_id=shade.pk, amount=20_00, quantity=1, at=now)
    assert books_are_right()


def test_money_that_could_go_back_for_a_coupon_is_found(issue, consumer, later_order, now):
    coupon = redeem_coupon(code=issue().code, order="G-2001", by=consumer, at=now)
    orders.give_back(key=exposure_key(coupon, later_order.lines.get()), at=now)
    (found,) = compensation_proofs.prove()
    assert "0 is off the lines" in str(found)


@pytest.mark.django_db(transaction=True)
def test_a_coupon_and_a_refund_at_once_share_the_price(issue, consumer, later_order, now):
    lamp = later_order.lines.get()
    coupons = [issue(f"claim:R-{number}:goodwill") for number in range(4)]

    def spend(coupon):
        try:
            redeem_coupon(code=coupon.code, order="G-2001", by=consumer, at=now)
        except OrderBelowCoupon:
            return 0
        finally:
            connection.close()
        return 30_00

    def refund(number):
        try:
            orders.take(key=f"claim:R-{number}", line_id=lamp.pk, amount=25_00, quantity=0, at=now)
        except (orders.AboveWhatWasPaid, orders.NothingLeftToRefund):
            return 0
        finally:
            connection.close()
        return 25_00

    with ThreadPoolExecutor(8) as threads:
        spent = [threads.submit(spend, coupon) for coupon in coupons]
        given = [threads.submit(refund, number) for number in range(90, 94)]
        total = sum(one.result() for one in (*spent, *given))
    lamp.refresh_from_db()
    assert total == lamp.taken <= lamp.paid
    assert books_are_right()


def test_a_coupon_is_spent_by_its_holder_alone(issue, consumer2, outsider, shop, later_order, now):
    code = issue().code
    an_order(consumer2, shop, "G-OTHER", now + timedelta(days=1), paid=80_00)
    for by, order, refusal in (
        (consumer2, "G-OTHER", UnknownCoupon),
        (consumer2, "G-2001", UnknownOrder),
        (outsider, "G-2001", UnknownOrder),
    ):
        with pytest.raises(refusal), transaction.atomic():
            redeem_coupon(code=code, order=order, by=by, at=now)


def test_a_code_that_does_not_exist_opens_nothing(consumer, later_order, now):
    with pytest.raises(UnknownCoupon):
        redeem_coupon(code="22222-22222-22222", order="G-2001", by=consumer, at=now)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_redeem_it_at_once_one_succeeds(issue, consumer, shop, now):
    """Half of them for one order and half for another, so that no lock on the order settles it."""
    coupon = issue(bearer=shop)
    for number in ("G-2001", "G-2002"):
        an_order(consumer, shop, number, now + timedelta(days=1), paid=80_00)

    def redeem(attempt):
        try:
            redeem_coupon(code=coupon.code, order=("G-2001", "G-2002")[attempt % 2], by=consumer, at=now)
        except CouponRedeemed:
            return "refused"
        finally:
            connection.close()
        return "redeemed"

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(redeem, range(48)))
    assert sorted(outcomes) == ["redeemed"] + ["refused"] * 47
    assert Transfer.objects.filter(kind="coupon_redeemed").count() == 1
    assert (liability(), settled(shop)) == (0, 0)
    assert books_are_right()


@pytest.mark.django_db(transaction=True)
def test_redeeming_and_expiring_at_once_end_it_once(issue, consumer, shop, now):
    coupons = [issue(f"claim:R-{number}:goodwill", expires_at=now + timedelta(days=1)) for number in range(12)]
    an_order(consumer, shop, "G-2001", now, paid=1_000_00)

    def end(coupon):
        try:
            if coupon is None:
                return expire_due_coupons(now=now + timedelta(days=1), limit=3)
            redeem_coupon(code=coupon.code, order="G-2001", by=consumer, at=now)
        except CouponExpired:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as threads:
        ended = sum(threads.map(end, [it for coupon in coupons for it in (coupon, None)]))
    expire_due_coupons(now=now + timedelta(days=1))
    assert ended <= len(coupons)
    assert not Coupon.objects.filter(status="issued").exists()
    assert liability() == 0
    assert books_are_right()


# --- expired -----------------------------------------------------------------------------------------


def test_an_expired_coupon_goes_back_to_whoever_bore_it(issue, shop, now):
    due_at = now + timedelta(days=1)
    borne = issue(bearer=shop, expires_at=due_at)
    goodwill = issue("claim:R-2:goodwill", consent=None, expires_at=due_at)
    assert expire_due_coupons(now=due_at - timedelta(microseconds=1)) == 0
    assert expire_due_coupons(now=due_at) == 2
    assert expire_due_coupons(now=due_at) == 0
    borne.refresh_from_db()
    goodwill.refresh_from_db()
    assert [borne.status, goodwill.status] == ["expired", "expired"]
    assert (liability(), settled(shop), expense()) == (0, 0, 0)
    assert Notice.objects.filter(kind="coupon_expired").count() == 2
    assert books_are_right()


def test_one_coupon_that_cannot_expire_keeps_no_other_from_it(issue, now, monkeypatch):
    due_at = now + timedelta(days=1)
    bad, good = (issue(f"claim:R-{number}:goodwill", expires_at=due_at) for number in (1, 2))
    monkeypatch.setattr("compensation.actions.expiring.ending", refusing(bad))
    assert expire_due_coupons(now=due_at) == 1
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == ("expired", "issued")


def refusing(bad):
    def refuse(coupon, *, at):
        if coupon.pk == bad.pk:
            raise RuntimeError("no way")
        return ending(coupon, at=at)

    return refuse


def test_the_sweeps_read_the_clock_themselves(issue, published_policies, now):
    issue("claim:R-1:goodwill", expires_at=now + timedelta(microseconds=1))
    issue("claim:R-2:goodwill", expires_at=now + timedelta(hours=1), at=now - timedelta(days=90))
    assert tasks.expire_due_coupons() == 1
    assert tasks.remind_of_expiring_coupons() > 0
    assert sorted(Coupon.objects.values_list("status", flat=True)) == ["expired", "issued"]


def test_a_holder_is_reminded_once_for_each_step(issue, published_policies, now):
    issue(expires_at=now + timedelta(days=180))
    expires_at = now + timedelta(days=180)
    assert remind_of_expiring_coupons(now=now + timedelta(days=100)) == 0
    at = expires_at - timedelta(hours=20)
    first = remind_of_expiring_coupons(now=at)
    assert first >= 1
    assert remind_of_expiring_coupons(now=at) == 0
    assert Notice.objects.filter(kind="coupon_expiring").count() == first


# --- revoked -----------------------------------------------------------------------------------------


def test_a_revoked_coupon_goes_back_to_whoever_bore_it_and_its_holder_reads_why(issue, shop, finance, now):
    coupon = revoke_coupon(coupon=issue(bearer=shop), by=finance, reason=" Issued  twice. ", at=now)
    assert (coupon.status, liability(), settled(shop)) == ("revoked", 0, 0)
    assert coupon.moves.get(became="revoked").reason == "Issued twice."
    assert Notice.objects.get(kind="coupon_revoked").values["reason"] == "Issued twice."
    assert books_are_right()


def test_a_coupon_is_revoked_for_a_reason_only(issue, finance, now):
    with pytest.raises(ReasonMissing):
        revoke_coupon(coupon=issue(), by=finance, reason="  ", at=now)


def test_what_has_ended_stays_as_it_ended(issue, consumer, finance, later_order, now):
    spent, gone, back = (
        issue(f"claim:R-{number}:goodwill", expires_at=now + timedelta(days=number)) for number in (3, 1, 2)
    )
    redeem_coupon(code=spent.code, order="G-2001", by=consumer, at=now)
    revoke_coupon(coupon=back, by=finance, reason="Issued twice.", at=now)
    at = now + timedelta(days=1)
    for coupon, refusal in ((spent, CouponRedeemed), (gone, CouponExpired), (back, CouponRevoked)):
        with pytest.raises(refusal), transaction.atomic():
            revoke_coupon(coupon=coupon, by=finance, reason="Again.", at=at)
    spent.refresh_from_db()
    with pytest.raises(IllegalMove):
        move_to(spent, "expired", at=at)
