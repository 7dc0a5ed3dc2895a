"""Events and chargebacks over the API: told once, strictly, by those who may; contested by those they are about."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from compensation.models import Affected, Bulletin, Happening
from disputes.happenings import look_through_events, pay_for_events
from orders.models import StoreClosure

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events"


@pytest.fixture
def closure(closed_store, voucher_order, now):
    """What the feed says of a store that nobody knew to be closed."""
    StoreClosure.objects.all().delete()
    return {
        "key": "feed-1",
        "kind": "store_closed",
        "store": closed_store.code,
        "starts_at": (now - timedelta(hours=1)).isoformat(),
    }


@pytest.fixture
def tell(api, agent):
    def tell(said, by=agent):
        return api(by).post(EVENTS, said, format="json")

    return tell


@pytest.fixture
def paid(tell, closure):
    assert tell(closure).status_code == 201
    look_through_events(now=timezone.now())
    pay_for_events(now=timezone.now())
    return Affected.objects.get()


def test_an_event_is_told_once_and_read_with_what_became_of_it(tell, closure, paid, api, agent):
    assert tell(closure).json()["id"] == Happening.objects.get().pk
    (found,) = api(agent).get(EVENTS).json()["results"]
    assert found["affected"] == [
        {"status": "paid", "because": "", "currency": "CNY", "lines": 1, "amount": paid.amount}
    ]


def test_moments_are_utc_the_first_time_as_well(tell, closure, now):
    closure["starts_at"] = (now - timedelta(hours=1)).astimezone(ZoneInfo("Asia/Shanghai")).isoformat()
    with timezone.override("Asia/Shanghai"):
        first = tell(closure).json()
    assert first["starts_at"].endswith("Z")
    assert tell(closure).json()["starts_at"] == first["starts_at"]


def test_the_same_key_with_other_content_is_refused(tell, closure):
    tell(closure)
    answer = tell(closure | {"reason": "moved"})
    assert (answer.status_code, answer.json()["error"]) == (422, "event_key_reused")
    assert Bulletin.objects.count() == 1


def test_a_later_message_ends_or_cancels_it(tell, closure, now):
    tell(closure)
    ends_at = (now + timedelta(days=1)).isoformat()
    assert tell({"key": "feed-2", "about": "feed-1", "ends_at": ends_at}).status_code == 201
    assert StoreClosure.objects.get().ends_at == now + timedelta(days=1)
    assert tell({"key": "feed-3", "about": "feed-1", "cancelled": True}).json()["cancelled_at"]
    assert tell({"key": "feed-4", "about": "feed-1", "cancelled": True}).json()["error"] == "event_is_over"
    assert not StoreClosure.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"store": "nowhere"}, 400, "unknown_store"),
        ({"kind": "hotel_walk"}, 400, "wrong_kind"),
        ({"kind": "earthquake"}, 400, "invalid"),
        ({"starts_at": "yesterday"}, 400, "invalid"),
        ({"starts_at": "2026-01-01T00:00:00"}, 400, "invalid"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, 400, "period_is_empty"),
        ({"orders": "V-1001"}, 400, "invalid"),
        ({"who": "me"}, 400, "invalid"),
        ({"key": 7}, 400, "invalid"),
        ({"about": "feed-0"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(tell, closure, changes, status, error):
    answer = tell(closure | changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not Happening.objects.exists()
    assert not StoreClosure.objects.exists()


@pytest.mark.parametrize("missing", ["key", "kind", "store", "starts_at"])
def test_what_is_missing_is_named(tell, closure, missing):
    closure.pop(missing)
    answer = tell(closure)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [missing])


def test_only_agents_tell_of_events(tell, closure, consumer, merchant, finance):
    assert [tell(closure, by).status_code for by in (consumer, merchant, finance)] == [403] * 3


def test_an_event_about_which_nothing_is_known_is_refused(tell, closure):
    answer = tell({"key": "feed-2", "about": "feed-1", "cancelled": True})
    assert (answer.status_code, answer.json()["error"]) == (409, "unknown_event")


# --- contested ---------------------------------------------------------------------------------------


def test_the_consumer_sees_what_was_paid_and_contests_it(paid, api, consumer):
    (event,) = api(consumer).get("/api/v1/orders/V-1001/events").json()["events"]
    assert (event["status"], event["amount"]) == ("paid", paid.amount)
    answer = api(consumer).post(
        f"/api/v1/orders/V-1001/events/{event['id']}/contest",
        {"amount": 10_00, "statement": "The taxi there."},
        format="json",
    )
    assert (answer.status_code, answer.json()["status"]) == (201, "awaiting_evidence")


def test_strangers_see_nothing_of_it(paid, api, consumer2):
    assert api(consumer2).get("/api/v1/orders/V-1001/events").status_code == 404
    contest = api(consumer2).post(
        f"/api/v1/orders/V-1001/events/{paid.pk}/contest", {"amount": 1, "statement": "Me."}, format="json"
    )
    assert contest.status_code == 404


# --- chargebacks -------------------------------------------------------------------------------------


@pytest.fixture
def charge(api, finance, jackets):
    def charge(by=finance, **said):
        return api(by).post("/api/v1/chargebacks", {"key": "net-1", **said}, format="json")

    return charge


def test_a_chargeback_ends_the_open_claim_and_takes_the_price(charge, claim, jackets):
    answer = charge(line=jackets.pk, amount=2_598_00)
    assert (answer.status_code, answer.json()["counted"], answer.json()["twice"]) == (201, 2_598_00, 0)
    claim.refresh_from_db()
    assert (claim.status, claim.close_reason) == ("closed", "superseded_by_chargeback")
    jackets.refresh_from_db()
    assert jackets.refundable == 0


def test_a_reversal_lets_it_be_refunded_again(charge, jackets):
    charge(line=jackets.pk, amount=2_598_00)
    assert charge(key="net-2", reverses="net-1").json()["reversed_at"]
    assert charge(key="net-2", reverses="net-1").status_code == 201
    jackets.refresh_from_db()
    assert jackets.refundable == 2_598_00


def test_what_the_consumer_had_already_is_said_to_be_twice(charge, file, mug):
    file(mug)
    assert charge(line=mug.pk, amount=45_00).json()["twice"] == 45_00


def test_finance_is_told_of_what_was_got_twice_and_finds_it_until_it_is_won_back(
    charge, file, mug, jackets, finance, api, agent, client
):
    file(mug)
    charge(line=mug.pk, amount=45_00)
    charge(line=mug.pk, amount=45_00)
    charge(key="net-2", line=jackets.pk, amount=10_00)
    assert [notice.kind for notice in finance.notices.all()] == ["chargeback_twice"]
    listed = api(finance).get("/api/v1/chargebacks").json()["results"]
    assert [(one["key"], one["twice"]) for one in listed] == [("net-2", 0), ("net-1", 45_00)]
    assert api(agent).get("/api/v1/chargebacks").status_code == 403
    client.force_login(finance)
    twice = client.get(finance.notices.get().link)
    assert [one.key for one in twice.context["chargebacks"]] == ["net-1"]
    charge(key="net-3", reverses="net-1")
    assert "Nobody has got anything twice." in client.get("/fund/chargebacks/?status=twice").text
    assert "Won back from the network" in client.get("/fund/chargebacks/").text


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"amount": 10_00}, 400, "invalid"),
        ({}, 400, "invalid"),
        ({"reverses": "net-0"}, 409, "unknown_chargeback"),
        ({"key": "net-1", "reverses": "net-1", "amount": 1}, 400, "invalid"),
    ],
)
def test_a_chargeback_that_cannot_be_understood_changes_nothing(charge, said, status, error):
    answer = charge(**said)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_chargeback_is_of_the_price_at_most_and_its_key_is_its_own(charge, jackets):
    assert charge(line=jackets.pk, amount=2_598_01).json()["error"] == "above_the_price"
    charge(line=jackets.pk, amount=10_00)
    assert charge(line=jackets.pk, amount=11_00).json()["error"] == "chargeback_key_reused"


def test_only_finance_tells_of_chargebacks(charge, jackets, agent, merchant):
    assert [charge(by, line=jackets.pk, amount=1).status_code for by in (agent, merchant)] == [403, 403]
