"""Peace of Mind from the claim on: the label decides, silence pays, and bad particulars change nothing."""

from datetime import timedelta

import pytest

from compensation import actions
from compensation.models import Honouring
from compensation.schemes.pledges import Proof
from conftest import bought, line
from disputes.actions import file_claim
from disputes.actions.file_claim import AlreadyClaimed, NothingOffered, WrongReason
from disputes.entitlements import entitlements
from disputes.models import Claim, CloseReason, Evidence, Status
from disputes.overdue import time_out_due
from disputes.tests.label_cases import TRAVEL, carried
from ledger.chart import balance_of, settlement_of, wallet_of
from orders.models import Booking, Order, OrderKind
from payouts.models import Payout
from policies.actions import replay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def carrying(shop, merchant, published_policies, now):
    """`shop` has carried the travel label for twenty days."""
    return carried(shop, now - 20 * DAY)


@pytest.fixture
def tour(consumer, shop, published_policies, now):
    """Three days for 5,000.00, booked twelve days ago, back since yesterday."""
    return tour_of(consumer, shop, now)


def tour_of(consumer, shop, now, *, placed_days_ago=12, number="T-1001", **booking) -> Order:
    order = bought(consumer, shop, OrderKind.BOOKING, number, placed_at=now - placed_days_ago * DAY)
    trip = line(order, 1, "tour", "Three days by the lake", "湖畔三日游", paid=5_000_00, category="travel")
    kept = {"outcome": "kept", "recorded_at": now - DAY, "starts_at": now - 3 * DAY, "ends_at": now - DAY}
    Booking.objects.create(line=trip, kind="tour", **{**kept, **booking})
    return order


def filed(order, now, *, reason="hidden_charge", remedy="compensation", particulars=None):
    only = order.lines.get()
    return file_claim(
        consumer=order.consumer, order=order.number, line=only.pk, reason=reason, remedy=remedy,
        particulars=particulars, at=now,
    )  # fmt: skip


def offered(order, now, reason):
    return [(it.remedy, it.amount, it.verdict.rule) for it in entitlements(order, now=now) if it.reason == reason]


def test_silence_of_the_merchant_pays_a_hidden_charge_back_and_more(tour, carrying, consumer, shop, now):
    claim = filed(tour, now, particulars={"charged": 100_00})
    assert (claim.status, claim.amount, claim.compensation) == (Status.AWAITING_MERCHANT, 600_00, 600_00)
    time_out_due(now=claim.due_at)
    claim.refresh_from_db()
    assert (claim.status, claim.close_reason, claim.paid) == (Status.SETTLED, CloseReason.MERCHANT_SILENT, 600_00)
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 600_00
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -600_00
    honouring = Honouring.objects.get()
    assert (honouring.cause, honouring.scheme, honouring.amount) == ("hidden_charge", TRAVEL, 600_00)
    assert replay(claim.verdict) == claim.verdict.body


def test_a_departure_that_was_cancelled_on_record_is_paid_at_once(consumer, shop, carrying, now):
    order = tour_of(consumer, shop, now, outcome="cancelled_by_merchant", recorded_at=now - 4 * DAY)
    claim = filed(order, now, reason="departure_cancelled")
    assert (claim.status, claim.paid, claim.compensation) == (Status.SETTLED, 5_750_00, 750_00)


def test_stepping_back_gives_a_part_of_the_price_back_once(consumer, shop, carrying, now):
    order = tour_of(
        consumer, shop, now, outcome="booked", recorded_at=None, starts_at=now + 2 * DAY, ends_at=now + 4 * DAY
    )
    claim = filed(order, now, reason="free_cancellation", remedy="refund")
    assert (claim.status, claim.paid, claim.compensation) == (Status.SETTLED, 3_000_00, 0)
    assert offered(order, now, "free_cancellation") == []


def test_who_stepped_back_has_no_other_right_of_the_tour(consumer, shop, carrying, now):
    order = tour_of(
        consumer, shop, now, outcome="booked", recorded_at=None, starts_at=now + 2 * DAY, ends_at=now + 4 * DAY
    )
    filed(order, now, reason="free_cancellation", remedy="refund")
    with pytest.raises(NothingOffered, match="given this tour back"):
        filed(order, now, reason="departure_cancelled")
    with pytest.raises(NothingOffered, match="given this tour back"):
        filed(order, now + 3 * DAY, reason="itinerary_changed", particulars={"sights_missed": 3})
    with pytest.raises(NothingOffered, match="given this tour back"):
        filed(order, now + 3 * DAY, particulars={"charged": 5_000_00})
    assert entitlements(order, now=now + 3 * DAY) == []
    assert Claim.objects.count() == 1


def test_a_tour_that_did_not_depart_was_not_a_lesser_one(tour, carrying, now):
    Booking.objects.update(outcome="booked", recorded_at=None)
    filed(tour, now, reason="departure_cancelled")
    with pytest.raises(NothingOffered, match="given this tour back"):
        filed(tour, now, reason="lesser_hotel", particulars={"nights": 1})


def test_who_stepped_back_is_told_so_when_stepping_back_again(consumer, shop, carrying, now):
    order = tour_of(
        consumer, shop, now, outcome="booked", recorded_at=None, starts_at=now + 2 * DAY, ends_at=now + 4 * DAY
    )
    filed(order, now, reason="free_cancellation", remedy="refund")
    with pytest.raises(AlreadyClaimed):
        filed(order, now, reason="free_cancellation", remedy="refund")


def test_the_merchants_own_word_is_not_asked_where_a_guarantee_says_the_sum(tour, carrying, now):
    """Otherwise its silence would give the whole tour back for one sight that was left out."""
    assert offered(tour, now, "itinerary_changed") == [("compensation", 500_00, TRAVEL)]


def test_without_the_label_one_sight_is_not_the_whole_tour(tour, now):
    assert offered(tour, now, "itinerary_changed") == []
    with pytest.raises(NothingOffered, match="did not carry the Peace of Mind label"):
        filed(tour, now, reason="itinerary_changed", remedy="refund", particulars={"sights_missed": 1})


def test_without_the_label_the_merchant_is_asked_about_a_tour_that_did_not_depart(tour, now):
    assert offered(tour, now, "departure_cancelled") == [("refund", 5_000_00, "ask_merchant")]


def test_an_order_keeps_the_label_it_was_placed_under(consumer, shop, merchant, carrying, now):
    actions.give_up_label(merchant=shop, label=TRAVEL, by=merchant, at=now - 8 * DAY)
    before = tour_of(consumer, shop, now, placed_days_ago=9)
    after = tour_of(consumer, shop, now, placed_days_ago=7, number="T-1002")
    assert offered(before, now, "lesser_hotel") == [("compensation", 500_00, TRAVEL)]
    assert offered(after, now, "lesser_hotel") == []


def test_a_tour_is_not_asked_about_its_food(tour, carrying, now):
    assert not {"food_unsafe", "product_replaced"} & {it.reason for it in entitlements(tour, now=now)}
    with pytest.raises(WrongReason):
        filed(tour, now, reason="food_unsafe")


@pytest.mark.parametrize(
    ("particulars", "field"),
    [
        (None, "particulars"),
        ({"charged": -1}, "particulars"),
        ({"charged": "100.00"}, "particulars"),
        ({"charged": 10**30}, "particulars"),
        ({"charged": 100_00, "tip": 1}, "particulars"),
        ({"charged": True}, "particulars"),
        ([100_00], "particulars"),
    ],
)
def test_bad_particulars_say_what_is_wrong_and_change_nothing(api, tour, carrying, consumer, particulars, field):
    given = {
        "order": tour.number, "line": tour.lines.get().pk, "reason": "hidden_charge", "remedy": "compensation",
        "statement": "", **({} if particulars is None else {"particulars": particulars}),
    }  # fmt: skip
    answer = api(consumer).post("/api/v1/claims", given, format="json", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 400
    assert any(name.startswith(field) for name in answer.json()["fields"])
    assert not Claim.objects.exists()
    assert not Payout.objects.exists()


def test_a_hidden_charge_of_nothing_is_no_charge(api, tour, carrying, consumer):
    given = {
        "order": tour.number, "line": tour.lines.get().pk, "reason": "hidden_charge", "remedy": "compensation",
        "statement": "", "particulars": {"charged": 0},
    }  # fmt: skip
    answer = api(consumer).post("/api/v1/claims", given, format="json", headers={"Idempotency-Key": "k"})
    assert answer.status_code in (400, 409)
    assert not Claim.objects.exists()


def test_what_counts_as_proof_are_kinds_of_evidence_that_a_case_keeps():
    assert set(Proof) == set(Evidence.Kind.values)


def test_the_order_page_shows_the_label_that_covers_it(client, consumer, tour, carrying):
    client.force_login(consumer)
    page = client.get(tour.get_absolute_url()).content.decode()
    assert "Peace of Mind: travel" in page


def test_an_order_that_no_label_covers_shows_none(client, consumer, tour):
    client.force_login(consumer)
    assert "Peace of Mind: travel" not in client.get(tour.get_absolute_url()).content.decode()


def test_any_program_can_ask_for_a_merchants_labels(api, consumer, shop, carrying, now):
    answer = api(consumer).get(f"/api/v1/merchants/{shop.code}/labels")
    assert answer.json()["labels"][0]["code"] == TRAVEL
    assert api(consumer).get("/api/v1/merchants/nobody/labels").status_code == 404
