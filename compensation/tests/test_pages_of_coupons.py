"""The pages and the API of coupons: everybody sees and does what is theirs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from compensation.actions import Consent, issue_coupon, redeem_coupon
from compensation.models import Coupon
from conftest import bought, line
from ledger import chart
from orders.models import OrderKind


@pytest.fixture
def coupon(goods_order, consumer, shop, now):
    """30.00 instead of 20.00 in money, borne by the shop, issued yesterday."""
    yesterday = now - timedelta(days=1)
    return issue_coupon(
        key="claim:R-7KQ2MWXA:compensation:1", holder=consumer, line=goods_order.lines.get(position=1),
        scheme="out_of_stock", amount=30_00, expires_at=now + timedelta(days=179), bearer=shop,
        consent=Consent(cash_amount=20_00, at=yesterday), at=yesterday,
    )  # fmt: skip


@pytest.fixture
def new_order(consumer, shop, now):
    order = bought(consumer, shop, OrderKind.GOODS, "G-2001", placed_at=now - timedelta(hours=1))
    line(order, 1, "lamp", "Lamp", "台灯", paid=80_00, category="home")
    return order


def page(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args))


def test_the_holder_sees_the_coupon_its_code_and_what_it_was_chosen_over(client, consumer, coupon):
    listed = page(client, consumer, "coupons").content.decode()
    assert "Coupon of CN¥30.00" in listed
    assert coupon.get_absolute_url() in listed
    shown = page(client, consumer, "coupon", coupon.code).content.decode()
    assert coupon.code in shown
    assert "CN¥20.00 in money, which stood beside the coupon of CN¥30.00" in shown
    assert reverse("claim", args=["R-7KQ2MWXA"]) in shown


def test_nobody_else_finds_it(client, consumer2, merchant, finance, coupon):
    assert page(client, consumer2, "coupon", coupon.code).status_code == 404
    assert page(client, merchant, "coupon", coupon.code).status_code == 404
    assert coupon.code not in page(client, consumer2, "coupons").content.decode()


def test_finance_never_reads_a_code(client, finance, coupon):
    assert coupon.code not in page(client, finance, "coupon-liability").content.decode()
    assert coupon.code not in page(client, finance, "coupon-in-the-books", coupon.pk).content.decode()


def test_a_coupon_that_has_run_out_says_so_before_any_sweep_has_looked(client, consumer, api, goods_order, now):
    gone = issue_coupon(
        key="x", holder=consumer, line=goods_order.lines.get(position=1), scheme="goodwill", amount=30_00,
        expires_at=now - timedelta(days=1), bearer=None, consent=None, at=now - timedelta(days=30),
    )  # fmt: skip
    shown = page(client, consumer, "coupon", gone.code).content.decode()
    assert "Expired" in shown
    assert "Your code" not in shown
    assert api(consumer).get(f"/api/v1/coupons/{gone.code}").json()["status"] == "expired"


def test_the_list_goes_on_where_the_page_ended(client, consumer, goods_order, now):
    mug = goods_order.lines.get(position=1)
    for number in range(21):
        issue_coupon(
            key=f"x:{number}", holder=consumer, line=mug, scheme="goodwill", amount=1_00 + number,
            expires_at=now + timedelta(days=1), bearer=None, consent=None, at=now,
        )  # fmt: skip
    first = page(client, consumer, "coupons")
    assert "CN¥1.20" in first.content.decode()
    assert "CN¥1.00" not in first.content.decode()
    assert "CN¥1.00" in client.get(first.context["next_href"]).content.decode()


def test_finance_sees_the_liability_as_the_books_have_it(client, finance, coupon, shop):
    shown = page(client, finance, "coupon-liability")
    (liability,) = shown.context["liabilities"]
    assert (liability.posted, liability.number_open, liability.by_merchants, liability.by_platform) == (
        30_00, 1, 30_00, 0,
    )  # fmt: skip


def test_finance_revokes_a_coupon_for_a_reason(client, finance, coupon, shop):
    client.force_login(finance)
    address = reverse("coupon-revocation", args=[coupon.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    done = client.post(address, {"reason": "Issued twice."}, follow=True)
    assert "Issued twice." in done.content.decode()
    coupon.refresh_from_db()
    assert (coupon.status, chart.balance_of(chart.settlement_of(shop.pk, "CNY")).posted) == ("revoked", 0)
    assert client.post(address, {"reason": "Again."}).status_code == 422


def test_a_merchant_takes_a_coupon_at_its_desk_once(client, clerk, coupon, new_order):
    client.force_login(clerk)
    address = reverse("desk-coupons")
    given = {"code": coupon.code.lower(), "order": "G-2001", "idempotency_key": "one"}
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    assert "G-2001" in client.get(address).content.decode()
    assert Coupon.objects.get().status == "redeemed"
    refused = client.post(address, {**given, "idempotency_key": "two"})
    assert refused.status_code == 422
    assert "already redeemed" in refused.content.decode()


@pytest.mark.parametrize(("given", "said"), [({}, "Enter the code"), ({"code": "X", "order": "G-2001"}, "no coupon")])
def test_what_the_desk_cannot_use_is_said_beside_the_field(client, clerk, new_order, given, said):
    client.force_login(clerk)
    refused = client.post(reverse("desk-coupons"), given)
    assert refused.status_code == 422
    assert said in refused.content.decode()


# --- the API -----------------------------------------------------------------------------------------


def test_the_api_lists_and_shows_the_holder_s_coupons(api, consumer, consumer2, merchant, coupon):
    (listed,) = api(consumer).get("/api/v1/coupons").json()["results"]
    assert (listed["code"], listed["amount"], listed["cash_amount"], listed["status"]) == (
        coupon.code, 30_00, 20_00, "issued",
    )  # fmt: skip
    assert api(consumer).get(f"/api/v1/coupons/{coupon.code}").json() == listed
    for stranger in (consumer2, merchant):
        assert api(stranger).get("/api/v1/coupons").json()["results"] == []
        assert api(stranger).get(f"/api/v1/coupons/{coupon.code}").status_code == 404


@pytest.mark.parametrize("by", ["consumer", "clerk"])
def test_the_api_redeems_a_coupon_once_for_each_key(api, request, by, coupon, new_order, shop):
    person = api(request.getfixturevalue(by))
    address = f"/api/v1/coupons/{coupon.code}/redemption"
    first, again = (
        person.post(address, {"order": "G-2001"}, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert (first.json()["status"], first.json()["redeemed_for"]) == ("redeemed", "G-2001")
    refused = person.post(address, {"order": "G-2001"}, format="json", headers={"Idempotency-Key": "two"})
    assert (refused.status_code, refused.json()["error"]) == (409, "coupon_redeemed")
    assert chart.balance_of(chart.settlement_of(shop.pk, "CNY")).posted == 0


@pytest.mark.parametrize(
    ("by", "code", "body", "status", "error"),
    [
        ("consumer", None, {}, 400, "invalid"),
        ("consumer", None, {"order": "G-2001", "amount": 1}, 400, "invalid"),
        ("consumer", None, {"order": "G-9999"}, 404, "unknown_order"),
        ("consumer", "22222-22222-22222", {"order": "G-2001"}, 404, "unknown_coupon"),
        ("consumer", None, {"order": "G-1001"}, 409, "order_before_coupon"),
        ("consumer2", None, {"order": "G-2001"}, 404, "unknown_order"),
        ("outsider", None, {"order": "G-2001"}, 404, "unknown_order"),
        ("agent", None, {"order": "G-2001"}, 403, "permission_denied"),
        ("finance", None, {"order": "G-2001"}, 403, "permission_denied"),
    ],
)
def test_the_api_says_why_it_redeems_nothing(api, request, coupon, new_order, by, code, body, status, error):
    person = api(request.getfixturevalue(by))
    refused = person.post(f"/api/v1/coupons/{code or coupon.code}/redemption", body, format="json")
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert Coupon.objects.get().status == "issued"


def test_a_merchant_sees_what_was_redeemed_with_it(api, merchant, consumer, coupon, new_order, now):
    redeem_coupon(code=coupon.code, order="G-2001", by=consumer, at=now)
    (seen,) = api(merchant).get("/api/v1/coupons").json()["results"]
    assert (seen["amount"], seen["redeemed_for"]) == (30_00, "G-2001")
