"""The consumer's orders: found again, and for each trouble what it would give, before anything is claimed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Line, Order, StockOut

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client, consumer):
    client.force_login(consumer)
    return client


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_orders_open_claims_and_entitlements_speak_both_languages(
    visitor, goods_order, stay_order, voucher_order, claim, language
):
    visitor.cookies["redress_language"] = language
    for address in ("/orders/", "/orders/G-1001/", "/orders/S-1001/", "/orders/V-1001/"):
        assert visitor.get(address).status_code == 200
    page = visitor.get("/orders/").text
    assert claim.number in page
    assert ("蓝色马克杯" in page) == (language == "zh-hans")


def test_each_trouble_says_at_once_what_it_would_give_and_how_fast(visitor, mug):
    bought = visitor.get("/orders/G-1001/").context["bought"][0]
    best = {trouble.reason: trouble.cards[0] for trouble in bought.troubles}
    assert (best["damaged"].amount, best["damaged"].settles) == (45_00, "at_once")
    assert (best["not_received"].amount, best["not_received"].settles) == (45_00, "after_merchant")


def test_the_record_of_a_booking_a_card_and_missing_pieces_stands_on_the_order(
    visitor, table_order, card_order, goods_order, now
):
    StockOut.objects.create(line=goods_order.lines.get(position=2), pieces=1, reported_at=now)
    words = {
        "B-1001": ["Table, for 2 people", "15 minutes", "Joined the queue", "Called", "Kept"],
        "C-1001": ["and 2 on top", "Sessions left</dt><dd>9</dd>"],
        "G-1001": ["Out of stock</dt><dd>1 piece"],
    }
    for number, told in words.items():
        page = visitor.get(f"/orders/{number}/").text
        assert [word for word in told if word not in page] == []


def test_a_claim_shows_each_side_the_record_it_is_about(visitor, client, merchant, agent, file, table_order):
    waited = file(table_order.lines.get(), reason="long_queue", remedy="compensation")
    assert "Joined the queue" in visitor.get(waited.get_absolute_url()).text
    for person in (merchant, agent):
        client.force_login(person)
        assert "Joined the queue" in client.get(waited.get_absolute_url()).text


@pytest.mark.parametrize(
    ("asked", "found"), [("mug", True), ("MUG", True), ("马克杯", True), ("g-1001", True), ("hat", False)]
)
def test_an_order_is_found_by_number_or_by_what_it_was(visitor, goods_order, asked, found):
    page = visitor.get("/orders/", {"q": asked}).text
    assert ("/orders/G-1001/" in page) == found
    assert ("No order is called that" in page) != found


def test_without_terms_the_order_says_so_and_nothing_can_be_filed(visitor, mug):
    Order.objects.filter(pk=mug.order_id).update(placed_at="2001-01-01T00:00Z")
    page = visitor.get("/orders/G-1001/")
    assert page.status_code == 200
    assert "No terms were in force when this order was placed" in page.text
    assert visitor.get(f"/orders/G-1001/lines/{mug.pk}/claim/remedy/?reason=damaged").url == "/orders/G-1001/"


@pytest.mark.parametrize("address", ["/orders/G-1001/", "/orders/nothing/"])
def test_somebody_elses_order_is_not_there(client, consumer2, merchant, agent, goods_order, address):
    for stranger in (consumer2, merchant, agent):
        client.force_login(stranger)
        assert client.get(address).status_code == 404


def test_an_order_of_many_lines_is_shown_in_pages_and_asks_no_more_of_the_database(visitor, goods_order):
    visitor.get("/orders/G-1001/")
    with CaptureQueriesContext(connection) as few:
        visitor.get("/orders/G-1001/")
    add_lines(goods_order, 30)
    with CaptureQueriesContext(connection) as many:
        page = visitor.get("/orders/G-1001/")
    assert len(many) == len(few) <= 16
    rest = visitor.get(page.context["next_href"])
    shown = [one.line.pk for found in (page, rest) for one in found.context["bought"]]
    assert len(shown) == len(set(shown)) == 32


def test_a_long_list_of_orders_names_a_few_things_of_each_and_asks_no_more_of_the_database(visitor, goods_order):
    visitor.get("/orders/")
    with CaptureQueriesContext(connection) as few:
        visitor.get("/orders/")
    add_lines(goods_order, 30)
    for index in range(30):
        copy = Order.objects.create(
            number=f"G-2{index:03}", kind="goods", consumer=goods_order.consumer, merchant=goods_order.merchant,
            currency="CNY", placed_at=goods_order.placed_at,
        )  # fmt: skip
        add_lines(copy, 2)
    with CaptureQueriesContext(connection) as many:
        page = visitor.get("/orders/")
    assert len(many) == len(few) <= 12
    assert all(len(order.named_lines) <= 4 for order in page.context["orders"])


def add_lines(order, number):
    for position in range(100, 100 + number):
        Line.objects.create(
            order=order, position=position, title=f"Thing {position}", quantity=1, unit_price="10.00", paid=10_00,
            bought_at=order.placed_at,
        )  # fmt: skip
