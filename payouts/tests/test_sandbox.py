"""The sandbox provider keeps the promises that a provider makes: one key pays once, whatever happens around it."""

import uuid

import httpx
import pytest

from payouts.gateways.sandbox.provider import Provider
from payouts.tests.sandbox import running_provider

ORDER = {"reference": "r-1", "payee": "user:7", "amount": 12_50, "currency": "GBP"}
NOW = 1_000_000.0


@pytest.fixture
def bank(tmp_path) -> Provider:
    return Provider(str(tmp_path / "sandbox.sqlite3"), settle_after_seconds=2)


def amounts(bank: Provider) -> list[int]:
    return [movement["amount"] for movement in bank.movements("r-1")]


def test_an_order_is_pending_until_its_time_has_come_and_then_paid(bank):
    first = bank.pay("r-1", ORDER, now=NOW)
    assert (first.status, first.body["status"]) == (201, "pending")
    assert bank.find("r-1", now=NOW + 1.9).body["status"] == "pending"
    assert bank.find("r-1", now=NOW + 2).body["status"] == "paid"
    assert amounts(bank) == [12_50]


def test_the_same_key_pays_once_and_always_answers_with_that_payment(bank):
    for late in range(5):
        again = bank.pay("r-1", ORDER, now=NOW + late)
    assert (again.status, again.body["status"]) == (200, "paid")
    assert amounts(bank) == [12_50]


def test_the_same_key_with_another_order_is_a_conflict(bank):
    bank.pay("r-1", ORDER, now=NOW)
    for change in ({"amount": 12_51}, {"payee": "user:8"}, {"currency": "CNY"}):
        assert bank.pay("r-1", ORDER | change, now=NOW).status == 409
    assert bank.pay("r-2", ORDER, now=NOW).status == 400


def test_a_payment_that_failed_may_be_sent_again_under_its_key(bank):
    assert bank.pay("r-1", ORDER, now=NOW, ends="failed").status == 402
    assert bank.pay("r-1", ORDER, now=NOW).body["status"] == "pending"
    bank.settle_due(now=NOW + 2)
    assert amounts(bank) == [12_50]


def test_a_payment_that_was_refused_is_never_paid(bank):
    bank.pay("r-1", ORDER, now=NOW, ends="refused")
    assert (bank.pay("r-1", ORDER, now=NOW).status, amounts(bank)) == (422, [])


def test_an_order_that_comes_after_it_was_called_off_is_never_paid(bank):
    assert bank.call_off("r-1", ORDER, now=NOW).body["status"] == "cancelled"
    assert bank.pay("r-1", ORDER, now=NOW).body["status"] == "cancelled"
    bank.settle_due(now=NOW + 2)
    assert amounts(bank) == []


def test_what_is_on_its_way_or_paid_is_not_called_off(bank):
    bank.pay("r-1", ORDER, now=NOW)
    assert bank.call_off("r-1", ORDER, now=NOW).body["status"] == "pending"
    assert bank.call_off("r-1", ORDER, now=NOW + 2).body["status"] == "paid"


def test_each_end_of_a_payment_is_told_and_told_again_until_it_is_received(bank):
    bank.pay("r-1", ORDER, now=NOW, ends="failed")
    bank.pay("r-1", ORDER, now=NOW)
    bank.settle_due(now=NOW + 2)
    failed, paid = bank.events_due(now=NOW + 2)
    assert ('"payment.failed"' in failed["body"], '"payment.paid"' in paid["body"]) == (True, True)
    bank.record_delivery(failed["id"], received=True, now=NOW + 2)
    bank.record_delivery(paid["id"], received=False, now=NOW + 2)
    assert bank.events_due(now=NOW + 2) == []
    assert [event["id"] for event in bank.events_due(now=NOW + 3)] == [paid["id"]]


def test_the_record_outlives_the_process(tmp_path):
    key = str(uuid.uuid4())
    for _ in range(2):
        with running_provider(tmp_path) as provider:
            answer = httpx.post(
                f"{provider.url}/payments", json=ORDER | {"reference": key}, headers={"Idempotency-Key": key}
            )
            assert answer.json()["status"] == "paid"
            assert len(httpx.get(f"{provider.url}/movements").json()["movements"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/payments", b"not json", 400),
        ("/payments", b"[]", 400),
        ("/payments", b'{"reference": "r", "payee": "user:7", "amount": "5", "currency": "GBP"}', 400),
        ("/payments", b'{"reference": "r", "payee": "user:7", "amount": 0, "currency": "GBP"}', 400),
        ("/payments", b'{"payee": "' + b"x" * 70_000 + b'"}', 400),
        ("/payments/r/cancellation", b"{}", 400),
        ("/faults", b'{"reference": "r", "faults": ["explode"]}', 400),
        ("/nowhere", b"{}", 404),
    ],
)
def test_what_it_cannot_use_is_answered_and_changes_nothing(provider_process, path, body, status):
    answer = httpx.post(provider_process.url + path, content=body, headers={"Idempotency-Key": "r"})
    assert answer.status_code == status
    assert httpx.get(f"{provider_process.url}/payments/r").status_code == 404
