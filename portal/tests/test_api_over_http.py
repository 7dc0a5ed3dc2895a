"""The API as programs meet it: a real server, real connections, several at once."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from disputes.models import Claim
from ledger.chart import balance_of, wallet_of
from orders.models import Exposure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program(live_server, consumer):
    """A program of the consumer's that signed in over HTTP."""
    with httpx.Client(base_url=f"{live_server.url}/api/v1/", timeout=30) as client:
        pair = {"email": "consumer@example.com", "password": "redress"}
        token = client.post("auth/tokens", json=pair).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Token {token}"
        yield client


@pytest.fixture
def wanted(goods_order, enrolled_shop):
    line = goods_order.lines.get(position=1)
    return {"order": "G-1001", "line": line.pk, "reason": "damaged", "remedy": "refund", "statement": "Broken."}


def test_a_claim_is_found_filed_paid_and_followed(program, wanted, consumer):
    order = program.get("orders").json()["results"][0]["number"]
    owed = program.get(f"orders/{order}/entitlements").json()["entitlements"]
    assert any((row["line"], row["settles"]) == (wanted["line"], "at_once") for row in owed)
    filed = program.post("claims", json=wanted)
    assert filed.status_code == 201
    payout = program.get(f"payouts/{filed.json()['payouts'][0]['id']}").json()
    assert (payout["status"], payout["amount"]) == ("settled", 45_00)
    assert program.get(f"claims/{filed.json()['number']}").json() == filed.json()


def test_eight_at_once_with_one_key_file_one_claim_and_hear_one_answer(program, wanted, consumer):
    def file_it(_time):
        return program.post("claims", json=wanted, headers={"Idempotency-Key": "k-1"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(file_it, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7
    assert Claim.objects.count() == 1
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00


def test_eight_at_once_with_keys_of_their_own_are_paid_once(program, wanted, consumer):
    def file_it(time):
        return program.post("claims", json=wanted, headers={"Idempotency-Key": f"k-{time}"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(file_it, range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert Exposure.objects.count() == 1
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 45_00


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"", 400), (json.dumps({"statement": "x" * 2_000_000}).encode(), 413), (iter([b"{}"]), 411)],
    ids=["malformed", "empty", "two megabytes", "in chunks"],
)
def test_a_body_that_cannot_be_taken_is_refused_in_the_one_shape(program, wanted, body, status):
    answer = program.post("claims", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, set(answer.json())) == (status, {"error", "message", "fields"})
    assert not Claim.objects.exists()
