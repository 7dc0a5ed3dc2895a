"""A merchant says that pieces cannot be delivered: once, on record, told to the consumer, and a ground to claim."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compensation.actions import report_stock_out
from compensation.actions.stock_outs import NotThatManyPieces, StockOutReported, UnknownLine, WasDelivered
from compensation.models import Coupon
from disputes.actions import file_claim
from notices.models import Notice
from orders.models import StockOut

STOCK_OUTS = "/api/v1/merchant/stock-outs"


@pytest.fixture
def lamps(missing_order, enrolled_shop):
    """Two desk lamps that were not delivered; nobody has said yet that one is missing."""
    StockOut.objects.all().delete()
    return missing_order.lines.get()


@pytest.fixture
def address(lamps):
    return f"/desk/refunds/{lamps.order.number}/{lamps.pk}/stock-out/"


def test_it_is_on_record_and_the_consumer_is_told(lamps, clerk, consumer, now):
    report_stock_out(line=lamps.pk, pieces=1, by=clerk, at=now)
    assert StockOut.objects.values_list("line", "pieces", "reported_at").get() == (lamps.pk, 1, now)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.link) == (consumer, "stock_out_reported", "/orders/G-1002/")


def test_the_consumer_claims_on_the_merchants_word_without_asking_it_again(lamps, merchant, consumer, now):
    report_stock_out(line=lamps.pk, pieces=1, by=merchant, at=now)
    claim = file_claim(
        consumer=consumer, order="G-1002", line=lamps.pk, reason="out_of_stock", remedy="coupon", at=now
    )  # fmt: skip
    assert (claim.status, Coupon.objects.get().amount) == ("settled", 30_00)


def test_it_is_said_once(lamps, merchant, clerk, now):
    report_stock_out(line=lamps.pk, pieces=1, by=merchant, at=now)
    with pytest.raises(StockOutReported):
        report_stock_out(line=lamps.pk, pieces=2, by=clerk, at=now)
    assert StockOut.objects.get().pieces == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("pieces", [-1, 0, 3])
def test_it_is_of_pieces_that_were_bought(lamps, merchant, pieces, now):
    with pytest.raises(NotThatManyPieces):
        report_stock_out(line=lamps.pk, pieces=pieces, by=merchant, at=now)
    assert not StockOut.objects.exists()


def test_what_was_delivered_has_not_run_out(goods_order, merchant, now):
    with pytest.raises(WasDelivered):
        report_stock_out(line=goods_order.lines.get(position=1).pk, pieces=1, by=merchant, at=now)
    assert not Notice.objects.exists()


def test_nobody_says_it_of_what_others_sold_or_of_what_is_no_goods(lamps, voucher_order, outsider, merchant, now):
    for line, person in ((lamps, outsider), (voucher_order.lines.get(), merchant)):
        with pytest.raises(UnknownLine):
            report_stock_out(line=line.pk, pieces=1, by=person, at=now)
    assert not StockOut.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_say_it_at_once_say_it_once(lamps, merchant, now):
    def report(pieces: int) -> int:
        try:
            report_stock_out(line=lamps.pk, pieces=pieces, by=merchant, at=now)
        except StockOutReported:
            return 0
        finally:
            connections.close_all()
        return pieces

    with ThreadPoolExecutor(2) as pool:
        said = sum(pool.map(report, (1, 2)))
    assert StockOut.objects.get().pieces == said
    assert Notice.objects.count() == 1


# --- the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_desk_leads_there_and_says_afterwards_what_is_on_record(client, merchant, address, language):
    client.force_login(merchant)
    client.cookies["redress_language"] = language
    assert address in client.get("/desk/refunds/").text
    assert 'name="pieces"' in client.get(address).text
    for _twice in range(2):
        sent = client.post(address, {"pieces": "1", "idempotency_key": "one"})
        assert sent["Location"] == "/desk/refunds/G-1002/"
    order = client.get("/desk/refunds/G-1002/").text
    assert address not in order
    assert ("1 piece" in order) == (language == "en")
    assert 'name="pieces"' not in client.get(address).text


def test_a_number_that_cannot_be_is_said_at_its_field(client, merchant, address):
    client.force_login(merchant)
    page = client.post(address, {"pieces": "3"})
    assert page.status_code == 422
    assert page.context["form"].errors == {"pieces": ["Enter a whole number from 1 to 2."]}
    assert not StockOut.objects.exists()


def test_nothing_is_asked_of_what_was_delivered(client, merchant, goods_order, enrolled_shop):
    client.force_login(merchant)
    mug = goods_order.lines.get(position=1)
    address = f"/desk/refunds/{goods_order.number}/{mug.pk}/stock-out/"
    assert address not in client.get("/desk/refunds/").text
    page = client.get(address).text
    assert "This order was delivered" in page
    assert 'name="pieces"' not in page
    assert client.post(address, {"pieces": "1"}).status_code == 422


def test_the_desk_asks_no_more_of_the_database_for_lines_on_record(client, merchant, lamps):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/refunds/").status_code == 200
        return len(captured)

    client.force_login(merchant)
    statements()
    before = statements()
    StockOut.objects.create(line=lamps, pieces=1, reported_at=timezone.now())
    assert statements() == before


# --- the API -----------------------------------------------------------------------------------------


def test_the_api_takes_it_once_however_often_it_is_sent(api, merchant, lamps):
    for _twice in range(2):
        answer = api(merchant).post(
            STOCK_OUTS, {"line": lamps.pk, "pieces": 1}, format="json", headers={"Idempotency-Key": "one"}
        )
        assert answer.status_code == 201
        assert answer.json() | {"reported_at": None} == {
            "order": "G-1002", "line": lamps.pk, "pieces": 1, "reported_at": None,
        }  # fmt: skip
    again = api(merchant).post(STOCK_OUTS, {"line": lamps.pk, "pieces": 1}, format="json")
    assert (again.status_code, again.json()["error"]) == (409, "stock_out_reported")


@pytest.mark.parametrize(
    ("who", "given", "status"),
    [
        ("outsider", {"pieces": 1}, 404),
        ("consumer", {"pieces": 1}, 403),
        ("merchant", {"pieces": 3}, 400),
        ("merchant", {"pieces": 0}, 400),
        ("merchant", {}, 400),
        ("merchant", {"pieces": 1, "order": "G-1002"}, 400),
    ],
)
def test_the_api_refuses_what_cannot_be(request, api, lamps, who, given, status):
    answer = api(request.getfixturevalue(who)).post(STOCK_OUTS, {"line": lamps.pk} | given, format="json")
    assert answer.status_code == status
    assert not StockOut.objects.exists()
