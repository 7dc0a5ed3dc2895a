"""The merchant's desk: the most urgent first with what silence does, and refunds nobody had to ask for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes.models import Claim
from ledger.chart import balance_of, wallet_of
from orders.models import Line
from refunds.models import Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, merchant):
    client.force_login(merchant)
    return client


def refund_of(line):
    return f"/desk/refunds/{line.order.number}/{line.pk}/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_of_the_desk_speaks_both_languages(desk, claim, mug, language):
    desk.cookies["redress_language"] = language
    for address in ("/desk/", "/desk/refunds/", "/desk/refunds/G-1001/", refund_of(mug)):
        page = desk.get(address)
        assert page.status_code == 200
        assert ("雨衣" in page.text or "蓝色马克杯" in page.text) == (language == "zh-hans")


def test_the_most_urgent_comes_first_with_what_is_at_stake(desk, claim, file, jackets):
    urgent = file(jackets, quantity=1)
    Claim.objects.filter(pk=urgent.pk).update(due_at=claim.due_at - timedelta(hours=40))
    page = desk.get("/desk/")
    assert [found.number for found, _reason, _silence in page.context["rows"]] == [urgent.number, claim.number]
    assert "The consumer gets CN¥1,299.00." in page.text


def test_what_waits_for_the_consumer_is_not_in_the_inbox(desk, rejected):
    assert rejected.number not in desk.get("/desk/").text
    assert rejected.number in desk.get("/claims/").text


def test_an_empty_inbox_teaches_what_will_stand_there(desk):
    assert "Nothing waits for you" in desk.get("/desk/").text


def test_a_part_is_given_back_once_however_often_it_is_sent(desk, consumer, mug):
    sent = {"amount": "20.00", "idempotency_key": "one"}
    for _time in range(2):
        assert desk.post(refund_of(mug), sent)["Location"] == "/desk/refunds/G-1001/"
    assert Refund.objects.count() == 1
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 20_00
    assert desk.get("/desk/refunds/G-1001/").text.count("CN¥20.00 was given back for order G-1001.") == 1


def test_all_of_it_may_be_sent_twice_as_well(desk, mug):
    sent = {"amount": "45.00", "idempotency_key": "one"}
    answers = [desk.post(refund_of(mug), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("45.01", "Enter at most CN¥45.00."),
        ("0", "Enter at least CN¥0.01."),
        ("-1", "Enter at least"),
        ("", "Enter the sum."),
    ],
)
def test_a_sum_that_cannot_be_is_refused_beside_its_field(desk, mug, amount, sentence):
    answer = desk.post(refund_of(mug), {"amount": amount})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Refund.objects.exists()


def test_more_than_is_left_is_refused_beside_its_field(desk, mug):
    desk.post(refund_of(mug), {"amount": "30"})
    answer = desk.post(refund_of(mug), {"amount": "20"})
    assert answer.status_code == 422
    assert "CN¥15.00" in answer.context["form"].errors["amount"][0]


def test_orders_of_others_are_not_there(client, consumer, outsider, agent, mug):
    for stranger in (consumer, outsider, agent):
        client.force_login(stranger)
        assert client.get(refund_of(mug)).status_code == 404
        assert client.post(refund_of(mug), {"amount": "1"}).status_code == 404
        assert client.get("/desk/refunds/G-1001/").status_code == 404


def test_an_order_is_found_by_its_number(desk, mug):
    assert "Blue mug" in desk.get("/desk/refunds/", {"number": "G-1001"}).text
    assert "You have no order with this number" in desk.get("/desk/refunds/", {"number": "G-9"}).text


def test_orders_of_many_lines_take_a_few_rows_and_no_more_questions(desk, mug):
    desk.get("/desk/refunds/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/desk/refunds/")
    for position in range(100, 160):
        Line.objects.create(
            order=mug.order, position=position, title=f"Thing {position}", quantity=1, unit_price="10.00", paid=10_00,
            bought_at=mug.bought_at,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = desk.get("/desk/refunds/")
    assert len(many) == len(few) <= 10
    assert "All lines of G-1001" in page.text
    assert len(desk.get("/desk/refunds/G-1001/").context["sold"].lines) == 50
