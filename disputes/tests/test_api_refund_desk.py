import pytest

from disputes.models import Claim
from ledger.chart import balance_of, settlement_of, wallet_of
from ledger.models import Transfer
from orders.models import Exposure
from refunds.models import Refund

REFUNDS = "/api/v1/merchant/refunds"


def refund(client, *, key=None, **body):
    return client.post(REFUNDS, body, format="json", headers={"Idempotency-Key": key} if key else {})


def test_money_is_given_back_before_anybody_asks(api, merchant, consumer, shop, mug):
    answer = refund(api(merchant), order="G-1001", line=mug.pk)
    given = answer.json()
    assert answer.status_code == 201
    assert (given["order"], given["line"], given["amount"], given["quantity"]) == ("G-1001", mug.pk, 45_00, 1)
    assert (given["currency"], given["claim"], given["payout"]["status"]) == ("CNY", None, "settled")
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -45_00
    assert not Claim.objects.exists()


def test_it_can_be_given_in_parts_until_nothing_is_left(api, clerk, mug):
    client = api(clerk)
    assert refund(client, line=mug.pk, amount=40_00, currency="CNY").status_code == 201
    assert refund(client, line=mug.pk, amount=5_01).status_code == 409
    assert refund(client, line=mug.pk).json()["amount"] == 5_00
    assert refund(client, line=mug.pk).status_code == 409
    assert sum(Refund.objects.values_list("amount", flat=True)) == 45_00


def test_the_list_shows_refunds_that_were_claimed_too(api, merchant, file, mug, jackets):
    claim = file(mug)
    refund(api(merchant), line=jackets.pk, quantity=1)
    listed = api(merchant).get(REFUNDS).json()["results"]
    assert [(row["claim"], row["amount"]) for row in listed] == [(None, 1_299_00), (claim.number, 45_00)]
    assert listed[0]["payout"]["amount"] == 1_299_00


def test_the_list_is_the_merchant_s_own(api, outsider, file, mug):
    file(mug)
    assert api(outsider).get(REFUNDS).json() == {"results": [], "next": None}


def test_sent_twice_with_one_key_it_is_given_once(api, merchant, mug):
    first, second = (refund(api(merchant), key="k-1", line=mug.pk, amount=10_00) for _time in range(2))
    assert (second.status_code, second.content) == (201, first.content)
    assert Refund.objects.count() == 1


def test_the_key_of_another_refund_is_refused(api, merchant, mug):
    refund(api(merchant), key="k-1", line=mug.pk, amount=10_00)
    assert refund(api(merchant), key="k-1", line=mug.pk, amount=10_01).status_code == 422
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"line": None}, (400, {"line"})),
        ({"amount": 0}, (400, {"amount"})),
        ({"amount": -1}, (400, {"amount"})),
        ({"amount": "1"}, (400, {"amount"})),
        ({"amount": 45_01}, (409, {"amount"})),
        ({"quantity": 0}, (400, {"quantity"})),
        ({"quantity": 2}, (409, {"quantity"})),
        ({"amount": 5_00, "currency": "USD"}, (400, {"currency"})),
        ({"note": "sorry"}, (400, {"note"})),
    ],
)
def test_a_bad_request_is_refused_by_field(api, merchant, mug, body, refusal):
    answer = refund(api(merchant), **{"line": mug.pk, **body})
    assert (answer.status_code, set(answer.json()["fields"])) == refusal, answer.json()
    assert not Exposure.objects.exists()
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("body", [{"line": 999_999_999}, {"order": "S-1001"}])
def test_an_unknown_line_is_404(api, merchant, mug, body, stay_order):
    assert refund(api(merchant), **{"line": mug.pk, **body}).status_code == 404


def test_a_line_of_another_business_is_404(api, outsider, mug):
    foreign, unknown = refund(api(outsider), line=mug.pk), refund(api(outsider), line=999_999_999)
    assert (foreign.status_code, foreign.json()) == (404, unknown.json())
    assert not Exposure.objects.exists()


@pytest.mark.parametrize("person", ["consumer", "consumer2", "agent", "senior", "finance", "operator"])
def test_the_desk_is_for_merchants(api, person, request, mug):
    client = api(request.getfixturevalue(person))
    assert (refund(client, line=mug.pk).status_code, client.get(REFUNDS).status_code) == (403, 403)
    assert not Exposure.objects.exists()
