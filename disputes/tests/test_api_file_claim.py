"""Filing through the API: the lightning refund in one request, and every bad request refused with nothing changed."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import issue_token
from disputes.models import Claim
from ledger.chart import balance_of, settlement_of, wallet_of
from orders.models import Exposure, Line

CLAIMS = "/api/v1/claims"


@pytest.fixture
def wanted(mug):
    """A lightning refund: the mug for 45.00 arrived damaged."""
    return {
        "order": "G-1001",
        "line": mug.pk,
        "reason": "damaged",
        "remedy": "refund",
        "statement": "It arrived in pieces.",
    }


@pytest.fixture
def nothing_changed(wanted):
    """The rows that hold claims and money are the same after the test as before it."""
    before = rows()
    yield
    assert rows() == before


def rows():
    tables = [
        "common_storedanswer", "disputes_claim", "disputes_event", "ledger_balance", "ledger_hold", "ledger_transfer",
        "notices_notice", "orders_exposure", "orders_line", "payouts_payout", "policies_verdict", "refunds_refund",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t")  # noqa: S608 (our own tables)
            found[table] = cursor.fetchone()[0]
    return found


def post(client, wanted, *, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(CLAIMS, wanted, format="json", headers=headers)


# --- what is settled at once ---------------------------------------------------------------------


def test_a_lightning_refund_is_paid_in_the_same_request(api, consumer, shop, mug, wanted):
    answer = post(api(consumer), wanted)
    claim = answer.json()
    assert answer.status_code == 201
    assert claim["status"] == "settled"
    assert claim["view"]["actions"] == []
    assert (claim["view"]["turn"], claim["view"]["due_at"]) == ("", None)
    assert claim["view"]["sentence"]
    [payout] = claim["payouts"]
    assert (payout["status"], payout["amount"], payout["currency"]) == ("settled", 45_00, "CNY")
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -45_00
    mug.refresh_from_db()
    assert mug.refundable == 0


def test_the_decision_says_which_rule_and_why(api, consumer, wanted):
    decision = post(api(consumer), wanted).json()["decision"]
    assert (decision["by"], decision["outcome"], decision["amount"]) == ("rule", "consumer", 45_00)
    assert (decision["trace"]["rule"], decision["trace"]["version"]) == ("lightning_refund", 1)
    assert "¥45.00" in decision["because"]
    assert all(test["passed"] and test["sentence"] for test in decision["trace"]["tests"])
    assert sum(step["amount"] for step in decision["trace"]["steps"]) == 45_00
    assert "standing" not in decision["trace"]["inputs"]


def test_a_part_of_the_line_can_be_claimed(api, consumer, jackets, wanted):
    claim = post(api(consumer), {**wanted, "line": jackets.pk, "amount": 50_00, "currency": "CNY"}).json()
    assert (claim["amount"], claim["payouts"][0]["amount"]) == (50_00, 50_00)


def test_what_the_merchant_must_answer_waits_for_them(api, consumer, jackets, wanted):
    claim = post(api(consumer), {**wanted, "line": jackets.pk, "reason": "not_as_described"}).json()
    assert (claim["status"], claim["decision"], claim["payouts"]) == ("awaiting_merchant", None, [])
    assert claim["view"]["turn"] == "merchant"
    assert claim["view"]["due_at"] is not None
    assert {"withdrawal", "messages", "evidence"} <= set(claim["view"]["actions"])


def test_what_was_shown_as_owed_is_what_is_filed(api, consumer, mug, wanted):
    client = api(consumer)
    owed = client.get("/api/v1/orders/G-1001/entitlements").json()["entitlements"]
    [shown] = [row for row in owed if (row["line"], row["reason"], row["remedy"]) == (mug.pk, "damaged", "refund")]
    assert (shown["amount"], shown["currency"], shown["settles"]) == (45_00, "CNY", "at_once")
    decision = post(client, wanted).json()["decision"]
    assert (shown["because"], shown["trace"]["tests"]) == (decision["because"], decision["trace"]["tests"])


@pytest.mark.django_db(transaction=True)
def test_it_takes_at_most_twenty_statements(consumer, jackets, wanted):
    client = APIClient(headers={"Authorization": f"Token {issue_token(user=consumer).token}"})
    post(client, {**wanted, "line": jackets.pk, "amount": 1_00})  # the first payment opens the accounts
    with CaptureQueriesContext(connection) as queries:
        answer = post(client, wanted, key="k-1")
    assert answer.json()["status"] == "settled"
    assert len(queries) <= 20, "\n".join(query["sql"][:160] for query in queries)


# --- sent more than once -------------------------------------------------------------------------


def test_the_same_key_and_body_again_is_the_same_claim(api, consumer, wanted):
    client = api(consumer)
    first, second = post(client, wanted, key="k-1"), post(client, wanted, key="k-1")
    assert (second.status_code, second.content) == (201, first.content)
    assert Claim.objects.count() == 1


def test_the_same_key_and_another_body_is_refused(api, consumer, wanted):
    client = api(consumer)
    post(client, wanted, key="k-1")
    answer = post(client, {**wanted, "statement": "Something else."}, key="k-1")
    assert (answer.status_code, answer.json()["error"]) == (422, "idempotency_key_reused")
    assert Claim.objects.count() == 1


def test_a_second_claim_on_a_refunded_line_is_refused(api, consumer, wanted):
    client = api(consumer)
    post(client, wanted)
    before = rows()
    answer = post(client, wanted)
    assert answer.status_code == 409
    assert answer.json()["message"]
    assert rows() == before


# --- refused, with nothing changed ---------------------------------------------------------------


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"order": "G-9999"}, (404, {"order"})),
        ({"line": 999_999_999}, (404, {"line"})),
        ({"amount": 45_01}, (409, {"amount"})),
        ({"amount": 0}, (400, {"amount"})),
        ({"amount": -1}, (400, {"amount"})),
        ({"amount": "4500"}, (400, {"amount"})),
        ({"amount": 45.0}, (400, {"amount"})),
        ({"amount": True}, (400, {"amount"})),
        ({"amount": 10**30}, (400, {"amount"})),
        ({"quantity": 0}, (400, {"quantity"})),
        ({"quantity": -1}, (400, {"quantity"})),
        ({"quantity": 2}, (409, {"quantity"})),
        ({"quantity": 2**31}, (400, {"quantity"})),
        ({"amount": 10_00, "currency": "USD"}, (400, {"currency"})),
        ({"currency": "cny"}, (400, {"currency"})),
        ({"order": "G-9999", "currency": "CNY"}, (404, {"order"})),
        ({"line": "1"}, (400, {"line"})),
        ({"line": 2**63}, (400, {"line"})),
        ({"order": 1001}, (400, {"order"})),
        ({"reason": "boredom"}, (400, {"reason"})),
        ({"reason": "no_room"}, (400, {"reason"})),
        ({"reason": ["damaged"]}, (400, {"reason"})),
        ({"remedy": "gift"}, (400, {"remedy"})),
        ({"remedy": "upgrade"}, (409, {"remedy"})),
        ({"statement": "x" * 100_000}, (400, {"statement"})),
        ({"statement": "a\0b"}, (400, {"statement"})),
        ({"statement": 5}, (400, {"statement"})),
        ({"consumer": 7}, (400, {"consumer"})),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else None,
)
def test_a_bad_request_is_refused_by_field(api, consumer, wanted, change, refusal):
    answer = post(api(consumer), wanted | change, key="k-1")
    body = answer.json()
    assert (answer.status_code, set(body["fields"])) == refusal, body
    assert body["message"]
    assert body["error"]


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize("missing", ["order", "line", "reason", "remedy"])
def test_what_is_missing_is_named(api, consumer, wanted, missing):
    del wanted[missing]
    answer = post(api(consumer), wanted)
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {missing})


def test_a_line_of_another_order_is_unknown(api, consumer, wanted, stay_order):
    before = rows()
    unknown = post(api(consumer), {**wanted, "line": 999_999_999})
    answer = post(api(consumer), {**wanted, "line": stay_order.lines.get().pk})
    assert (answer.status_code, answer.json()) == (404, unknown.json())
    assert rows() == before


@pytest.mark.usefixtures("nothing_changed")
def test_somebody_else_s_order_is_unknown(api, consumer2, wanted):
    unknown = post(api(consumer2), {**wanted, "order": "G-9999"})
    answer = post(api(consumer2), wanted)
    assert (answer.status_code, answer.json()) == (404, unknown.json())


def test_after_the_window_it_is_too_late(api, consumer, goods_order, wanted, now):
    goods_order.placed_at, goods_order.delivered_at = now - timedelta(days=390), now - timedelta(days=388)
    goods_order.save()
    Line.objects.update(bought_at=goods_order.placed_at)
    before = rows()
    answer = post(api(consumer), wanted)
    assert (answer.status_code, answer.json()["error"]) == (409, "window_closed")
    assert rows() == before


@pytest.mark.parametrize(
    "body", ["{", "", "[]", "null", '"claim"', '{"line": NaN}', "[" * 50_000, '{"order": "\\ud800"}']
)
def test_a_body_that_cannot_be_read_is_refused(api, consumer, wanted, body):
    answer = api(consumer).post(CLAIMS, body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "message", "fields"}


@pytest.mark.usefixtures("nothing_changed")
def test_ten_megabytes_are_refused(api, consumer, wanted):
    answer = post(api(consumer), {**wanted, "statement": "x" * 10_000_000})
    assert (answer.status_code, answer.json()["error"]) == (413, "body_too_large")


@pytest.mark.usefixtures("nothing_changed")
@pytest.mark.parametrize("key", ["", " ", "x" * 201, "schlüssel"])
def test_a_key_that_is_no_key_is_refused(api, consumer, wanted, key):
    answer = api(consumer).post(CLAIMS, wanted, format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_idempotency_key")


@pytest.mark.parametrize("person", ["merchant", "clerk", "agent", "senior", "finance", "operator"])
def test_only_consumers_file_claims(api, person, request, wanted):
    answer = post(api(request.getfixturevalue(person)), wanted)
    assert (answer.status_code, Exposure.objects.count()) == (403, 0)


@pytest.mark.usefixtures("nothing_changed")
def test_a_stranger_is_asked_who_they_are(client, wanted):
    answer = client.post(CLAIMS, wanted, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (401, "not_authenticated")
