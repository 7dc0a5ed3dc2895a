from datetime import timedelta

import pytest

from orders.api import ORDERS_A_PAGE
from orders.models import Order, StockOut

ORDERS = "/api/v1/orders"


def test_an_order_shows_what_was_paid_and_what_is_left_of_it(api, consumer, goods_order):
    mug, jackets = goods_order.lines.order_by("position")
    mug.taken = 15_00
    mug.save()
    shown = api(consumer).get(f"{ORDERS}/G-1001").json()
    assert (shown["number"], shown["kind"], shown["merchant"], shown["currency"]) == (
        "G-1001",
        "goods",
        "Corner Shop",
        "CNY",
    )
    assert [(line["id"], line["paid"], line["refundable"], line["quantity"]) for line in shown["lines"]] == [
        (mug.pk, 45_00, 30_00, 1),
        (jackets.pk, 2 * 1_299_00, 2 * 1_299_00, 2),
    ]


def test_an_order_shows_what_was_booked_and_what_is_on_record_of_it(api, consumer, table_order):
    (line,) = api(consumer).get(f"{ORDERS}/B-1001").json()["lines"]
    booking = line["booking"]
    assert (booking["kind"], booking["party"], booking["promised_wait_minutes"], booking["outcome"]) == (
        "table",
        2,
        15,
        "kept",
    )
    assert booking["called_at"] > booking["queue_joined_at"]
    assert (line["card"], line["stock_out"]) == (None, None)


def test_an_order_shows_the_sessions_of_a_card_and_the_pieces_that_are_missing(
    api, consumer, card_order, goods_order, now
):
    StockOut.objects.create(line=goods_order.lines.get(position=2), pieces=1, reported_at=now)
    card = api(consumer).get(f"{ORDERS}/C-1001").json()["lines"][0]["card"]
    assert card == {
        "sessions": 10,
        "bonus_sessions": 2,
        "sessions_used": 3,
        "sessions_left": 9,
        "single_price": None,
        "valid_until": None,
    }
    mug, jackets = api(consumer).get(f"{ORDERS}/G-1001").json()["lines"]
    assert (mug["stock_out"], jackets["stock_out"]["pieces"]) == (None, 1)


def test_names_are_in_the_language_asked_for(api, consumer, goods_order):
    shown = api(consumer).get(f"{ORDERS}/G-1001", headers={"Accept-Language": "zh-CN"}).json()
    assert (shown["merchant"], shown["lines"][0]["title"]) == ("街角小店", "蓝色马克杯")


def test_the_list_goes_on_where_it_ended_and_keeps_one_shape(api, consumer, goods_order, now):
    Order.objects.bulk_create(
        Order(
            number=f"P-{number}",
            kind="goods",
            consumer=consumer,
            merchant=goods_order.merchant,
            currency="CNY",
            placed_at=now - timedelta(days=30 + number),
        )
        for number in range(ORDERS_A_PAGE)
    )
    client = api(consumer)
    first = client.get(ORDERS).json()
    assert first["results"][0] == client.get(f"{ORDERS}/G-1001").json()
    second = client.get(first["next"]).json()
    assert first["next"].startswith("http://testserver/api/v1/orders?after=")
    assert [order["number"] for order in second["results"]] == [f"P-{ORDERS_A_PAGE - 1}"]
    assert second["next"] is None


def test_a_list_costs_the_same_however_many_orders(api, consumer, goods_order, stay_order, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(api(consumer).get(ORDERS).json()["results"]) == 2


@pytest.mark.parametrize("person", ["consumer", "merchant", "clerk", "agent"])
def test_those_who_have_a_part_in_it_see_it(api, person, request, goods_order):
    client = api(request.getfixturevalue(person))
    assert client.get(f"{ORDERS}/G-1001").status_code == 200
    assert [order["number"] for order in client.get(ORDERS).json()["results"]] == ["G-1001"]


@pytest.mark.parametrize("person", ["consumer2", "outsider", "finance", "operator"])
def test_for_everybody_else_it_does_not_exist(api, person, request, goods_order):
    client = api(request.getfixturevalue(person))
    foreign, unknown = client.get(f"{ORDERS}/G-1001"), client.get(f"{ORDERS}/G-9999")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json() == unknown.json()
    assert client.get(ORDERS).json() == {"results": [], "next": None}


@pytest.mark.parametrize("number", ["%00", "a%00b", "%F0%9F%98%80", "x" * 2000, "%FF"])
def test_a_number_no_order_can_have_is_404(api, consumer, number):
    assert api(consumer).get(f"{ORDERS}/{number}").status_code == 404


def test_a_made_up_cursor_is_400(api, consumer):
    answer = api(consumer).get(f"{ORDERS}?after=abc")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_cursor")


def test_head_answers_without_a_body(api, consumer, goods_order):
    answer = api(consumer).head(f"{ORDERS}/G-1001")
    assert (answer.status_code, answer.content) == (200, b"")


def test_options_says_what_is_read_and_given(api, consumer):
    answer = api(consumer).options(ORDERS)
    assert answer.status_code == 200
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
