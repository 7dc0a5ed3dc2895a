"""The sandbox keeps Stripe's promises about keys, and no others: what Stripe would do twice, it does twice."""

from typing import Any

import pytest

from payouts.gateways.sandbox.faults import FAULTS, Course, Fault
from payouts.gateways.sandbox.provider import Reply
from payouts.gateways.sandbox.stripe_api import StripeApi

NOW = 1_000_000.0
DAY = 24 * 60 * 60.0
FORM = "payment_intent=pi_1&amount=1250&metadata[redress_payout]=key-1"


class Account:
    """Calls to the sandbox with what every call needs."""

    def __init__(self, api: StripeApi) -> None:
        self.api = api

    def post(self, form: str = FORM, key: str = "key-1", **given: Any) -> Reply:
        name = given.get("fault", "")
        return self.api.post(
            given.get("address", "/v1/refunds"),
            form,
            key=key,
            secret=given.get("secret", "sk_test"),
            now=given.get("now", NOW),
            fault=Fault(name, 60) if name else None,
            course=FAULTS[name] if name else Course(),
        )

    def paid(self) -> list[int]:
        return [movement["amount"] for movement in self.api.movements()]


@pytest.fixture
def account(tmp_path) -> Account:
    account = Account(StripeApi(str(tmp_path / "stripe.sqlite3"), settle_after_seconds=0))
    account.post("amount=10000&currency=gbp", key="1", address="/v1/payment_intents")
    return account


def kind(reply: Reply) -> str:
    return str(reply.body["error"]["type"])


def test_the_same_key_and_parameters_give_the_first_answer_again_and_pay_once(account):
    first = account.post()
    assert (first.status, first.body["status"]) == (200, "succeeded")
    assert account.post() == first
    assert account.paid() == [12_50]


@pytest.mark.parametrize(
    "other", [{"form": FORM.replace("1250", "1251")}, {"address": "/v1/payment_intents/pi_1", "form": "metadata[x]=y"}]
)
def test_other_parameters_or_another_address_under_the_key_are_an_error(account, other):
    account.post()
    reply = account.post(**other)
    assert (reply.status, kind(reply)) == (400, "idempotency_error")
    assert account.paid() == [12_50]


@pytest.mark.parametrize(("fault", "paid"), [("error_after", [12_50]), ("error_kept", [])])
def test_a_500_is_kept_and_given_again_whether_it_paid_or_not(account, fault, paid):
    assert account.post(fault=fault).status == 500
    assert account.post().status == 500
    assert account.paid() == paid


def test_a_500_before_the_key_was_looked_at_is_not_kept(account):
    assert account.post(fault="error_before").status == 500
    assert account.post().status == 200


def test_an_error_of_the_call_itself_is_kept(account):
    wrong = account.post(FORM.replace("pi_1", "pi_2"))
    assert wrong.status == 404
    assert account.post(FORM.replace("pi_1", "pi_2")) == wrong


@pytest.mark.parametrize(
    ("given", "status"),
    [({"fault": "rate_limited"}, 429), ({"fault": "busy"}, 409), ({"secret": "wrong"}, 401)],
)
def test_what_is_met_before_the_key_leaves_no_trace(account, given, status):
    assert account.post(**given).status == status
    assert account.post().status == 200


def test_parameters_that_make_no_sense_leave_no_trace(account):
    assert account.post(FORM.replace("1250", "much")).status == 400
    assert account.post().status == 200


def test_a_key_is_forgotten_after_a_day_and_pays_again(account):
    account.post()
    account.post(now=NOW + DAY - 1)
    assert account.paid() == [12_50]
    account.post(now=NOW + DAY)
    assert account.paid() == [12_50, 12_50]


def test_never_more_is_given_back_than_was_paid(account):
    account.post(FORM.replace("1250", "9000"), key="a")
    assert account.post(key="b").body["error"]["param"] == "amount"
    account.post(FORM.replace("1250", "1000"), key="c")
    assert account.post(key="d").body["error"]["code"] == "charge_already_refunded"
    assert account.paid() == [90_00, 10_00]


def test_only_what_its_payee_has_not_taken_is_canceled(account):
    refund = account.post(fault="confirm").body["id"]
    assert account.post("", key="x", address=f"/v1/refunds/{refund}/cancel").body["status"] == "canceled"
    other = account.post(key="key-2").body["id"]
    assert account.post("", key="y", address=f"/v1/refunds/{other}/cancel").status == 400


def test_refunds_of_a_payment_are_listed_in_pages_the_latest_first(account):
    for number in range(3):
        account.post(FORM.replace("1250", str(number + 1)), key=f"k{number}")
    query = "payment_intent=pi_1&limit=2"
    page = account.api.get("/v1/refunds", query, secret="sk_test", now=NOW).body
    assert ([refund["amount"] for refund in page["data"]], page["has_more"]) == ([3, 2], True)
    rest = account.api.get("/v1/refunds", f"{query}&starting_after={page['data'][-1]['id']}", secret="sk_test", now=NOW)
    assert ([refund["amount"] for refund in rest.body["data"]], rest.body["has_more"]) == ([1], False)


def test_addresses_that_stripe_does_not_have_are_not_found(account):
    assert account.post(address="/v1/charges").status == 404
    for address in ("/v1/charges", "/v1/payment_intents/pi_2", "/v1/refunds/re_9"):
        assert account.api.get(address, "", secret="sk_test", now=NOW).status == 404
