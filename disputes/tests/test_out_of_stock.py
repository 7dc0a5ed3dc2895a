"""Goods out of stock: the consumer chooses a coupon with the money shown beside it, or the money; once, either way."""

import pytest
from django.urls import reverse

from compensation.models import Coupon, Honouring
from disputes.actions import file_claim
from disputes.actions.file_claim import AlreadyClaimed, NothingOffered, RemedyNotOffered, WrongReason
from disputes.entitlements import entitlements
from disputes.models import Claim, Event
from ledger import chart
from ledger.actions import set_floor
from notices.models import Notice
from orders.models import StockOut


@pytest.fixture
def lamps(missing_order, enrolled_shop):
    return missing_order.lines.get()


@pytest.fixture
def claim_it(lamps, consumer, now):
    def claim_it(remedy, **given):
        return file_claim(
            consumer=consumer, order=lamps.order.number, line=lamps.pk, reason="out_of_stock", remedy=remedy, at=now,
            **given,
        )  # fmt: skip

    return claim_it


def settled(merchant):
    return chart.balance_of(chart.settlement_of(merchant.pk, "CNY")).posted


def wallet(user):
    return chart.balance_of(chart.wallet_of(user.pk, "CNY")).posted


def liability():
    return chart.balance_of(chart.coupon_liability("CNY")).posted


def offered(order, now):
    found = [it for it in entitlements(order, now=now) if it.reason == "out_of_stock"]
    return [(it.remedy, it.amount, it.cash_amount, it.settles) for it in found]


def test_both_figures_are_offered_beside_each_other(missing_order, lamps, now):
    assert offered(missing_order, now) == [("coupon", 30_00, 20_00, "at_once"), ("compensation", 20_00, 0, "at_once")]


def test_the_coupon_is_issued_at_once_and_the_choice_recorded(claim_it, consumer, shop, lamps, now):
    claim = claim_it("coupon")
    coupon = Coupon.objects.get()
    assert (claim.status, claim.amount, claim.compensation, claim.paid) == ("settled", 30_00, 30_00, 30_00)
    assert (coupon.holder, coupon.amount, coupon.cash_amount, coupon.consented_at) == (consumer, 30_00, 20_00, now)
    assert (coupon.bearer, coupon.line, (coupon.expires_at - now).days) == (shop, lamps, 180)
    assert (settled(shop), liability(), wallet(consumer)) == (-30_00, 30_00, 0)
    assert Honouring.objects.get().remedy == "coupon"
    assert list(Notice.objects.filter(recipient=consumer).values_list("kind", flat=True)) == ["coupon_issued"]


def test_or_the_consumer_takes_the_money(claim_it, consumer, shop):
    claim = claim_it("compensation")
    assert (claim.status, claim.paid, wallet(consumer), settled(shop)) == ("settled", 20_00, 20_00, -20_00)
    assert not Coupon.objects.exists()


@pytest.mark.parametrize("first", ["coupon", "compensation"])
@pytest.mark.parametrize("second", ["coupon", "compensation"])
def test_either_is_given_once_for_a_line(claim_it, first, second):
    claim_it(first)
    with pytest.raises(AlreadyClaimed):
        claim_it(second)
    assert Honouring.objects.count() == 1


def test_the_price_itself_stays_there_to_be_refunded(claim_it, lamps):
    claim_it("coupon")
    lamps.refresh_from_db()
    assert (lamps.refundable, lamps.refundable_quantity) == (400_00, 2)


def test_what_is_only_reported_offers_no_coupon_and_waits_for_the_merchant(claim_it, missing_order, now):
    StockOut.objects.all().delete()
    assert offered(missing_order, now) == [("compensation", 40_00, 0, "after_merchant")]
    with pytest.raises(RemedyNotOffered):
        claim_it("coupon")
    claim = claim_it("compensation", particulars={"pieces": 1})
    assert (claim.status, claim.amount) == ("awaiting_merchant", 20_00)


def test_a_settlement_that_does_not_cover_the_coupon_leaves_the_money(missing_order, shop, lamps, now):
    set_floor(account=chart.settlement_of(shop.pk, "CNY"), floor=-29_99)
    assert [remedy for remedy, *_rest in offered(missing_order, now)] == ["compensation"]
    set_floor(account=chart.settlement_of(shop.pk, "CNY"), floor=-30_00)
    assert [remedy for remedy, *_rest in offered(missing_order, now)] == ["coupon", "compensation"]


def test_what_was_delivered_is_not_out_of_stock(goods_order, consumer, enrolled_shop, now):
    mug = goods_order.lines.get(position=1)
    with pytest.raises(WrongReason):
        file_claim(
            consumer=consumer, order=goods_order.number, line=mug.pk, reason="out_of_stock", remedy="coupon", at=now
        )


@pytest.mark.parametrize("pieces", [0, 3])
def test_a_number_of_pieces_that_cannot_be_files_nothing(claim_it, pieces):
    StockOut.objects.all().delete()
    with pytest.raises(NothingOffered):
        claim_it("compensation", particulars={"pieces": pieces})
    assert not Claim.objects.exists()


def test_the_story_and_the_sentence_name_the_coupon(claim_it, consumer, client):
    claim = claim_it("coupon")
    assert Event.objects.filter(claim=claim, became="settled").count() == 1
    client.force_login(consumer)
    page = client.get(claim.get_absolute_url()).content.decode()
    assert "You get a coupon of CN¥30.00, as you chose." in page
    assert Coupon.objects.get().get_absolute_url() in page


# --- the API -----------------------------------------------------------------------------------------


def test_the_api_shows_both_figures_and_gives_the_code_to_its_holder_alone(lamps, api, consumer, merchant):
    owed = api(consumer).get(f"/api/v1/orders/{lamps.order.number}/entitlements").json()["entitlements"]
    coupons = [it for it in owed if it["remedy"] == "coupon"]
    assert [(it["amount"], it["cash_amount"], it["currency"]) for it in coupons] == [(30_00, 20_00, "CNY")]
    assert all("settlement_room" not in it["trace"]["inputs"] for it in coupons)
    filed = api(consumer).post(
        "/api/v1/claims",
        {"order": lamps.order.number, "line": lamps.pk, "reason": "out_of_stock", "remedy": "coupon", "statement": ""},
        format="json",
        headers={"Idempotency-Key": "one"},
    )
    assert (filed.status_code, filed.json()["payouts"]) == (201, [])
    (coupon,) = filed.json()["coupons"]
    assert (coupon["code"], coupon["amount"], coupon["status"]) == (Coupon.objects.get().code, 30_00, "issued")
    seen = api(merchant).get(f"/api/v1/claims/{filed.json()['number']}").json()["coupons"]
    assert [it["code"] for it in seen] == [None]


def test_particulars_that_make_no_sense_file_nothing(lamps, api, consumer):
    refused = api(consumer).post(
        "/api/v1/claims",
        {
            "order": lamps.order.number, "line": lamps.pk, "reason": "out_of_stock", "remedy": "compensation",
            "statement": "", "particulars": {"pieces": "two"},
        },
        format="json",
    )  # fmt: skip
    assert refused.status_code == 400
    assert "a whole number is expected" in refused.json()["fields"]["particulars.pieces"][0]
    assert not Claim.objects.exists()


# --- the pages ---------------------------------------------------------------------------------------


def test_the_last_page_before_filing_says_what_is_agreed_to(lamps, client, consumer):
    client.force_login(consumer)
    steps = (
        ("claim-reason", {"reason": "out_of_stock"}),
        ("claim-particulars", {"pieces": ""}),
        ("claim-remedy", {"remedy": "coupon"}),
        ("claim-details", {"statement": ""}),
    )
    for step, given in steps:
        assert client.post(reverse(step, args=[lamps.order.number, lamps.pk]), given).status_code == 302, step
    page = client.get(reverse("claim-check", args=[lamps.order.number, lamps.pk])).content.decode()
    assert "By sending this you agree to a coupon of CN¥30.00 instead of CN¥20.00 in money." in page


def test_the_claim_for_what_comes_on_top_leads_to_the_one_for_the_price(claim_it, lamps, client, consumer, now):
    claim = claim_it("compensation")
    client.force_login(consumer)
    way = f"{reverse('claim-remedy', args=[lamps.order.number, lamps.pk])}?reason=not_received"
    assert f'href="{way}"' in client.get(claim.get_absolute_url()).text
    assert client.get(way).status_code == 200
    file_claim(
        consumer=consumer, order=lamps.order.number, line=lamps.pk, reason="not_received", remedy="refund", at=now
    )  # fmt: skip
    assert way not in client.get(claim.get_absolute_url()).text
