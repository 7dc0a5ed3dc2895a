"""Of one line nobody is paid both for what was given badly and because it was not given."""

from datetime import timedelta

import pytest

from compensation.actions import happenings
from compensation.models import Honouring
from compensation.schemes.registry import SCHEMES, denied_by
from disputes.actions import time_out, withdraw
from disputes.actions.file_claim import SaidOtherwise
from disputes.entitlements import entitlements
from disputes.happenings import look_through_events, pay_for_events
from disputes.models import Claim
from disputes.tests.label_cases import carried
from orders.models import Booking, Line

A_DAY = timedelta(days=1)


@pytest.fixture
def table(table_order, enrolled_shop, now):
    """A table for yesterday, at a restaurant with the label and firm reservations. Nothing is on record of it."""
    carried(enrolled_shop, now - 20 * A_DAY, label="peace_of_mind_dining")
    Booking.objects.update(outcome="booked", queue_joined_at=None, called_at=None, recorded_at=None)
    return table_order.lines.get()


@pytest.fixture
def treatment(voucher_order, enrolled_shop, now):
    """A voucher for a treatment, at a store with the label that closed two days ago."""
    carried(enrolled_shop, now - 20 * A_DAY, label="peace_of_mind_beauty")
    Line.objects.update(category="beauty")
    return voucher_order.lines.get()


@pytest.fixture
def refused_at_the_door(table, file, now):
    told = {"arrived_at": (now - A_DAY).isoformat()}
    return lambda: file(table, reason="reservation_refused", remedy="compensation", particulars=told)


@pytest.fixture
def fell_ill(table, file):
    return lambda: file(table, reason="food_unsafe", remedy="compensation", particulars={"loss": 0})


def reasons_offered(line, now):
    return {it.reason for it in entitlements(line.order, now=now)}


def test_who_was_refused_at_the_door_has_no_claim_for_the_meal(table, refused_at_the_door, fell_ill, now):
    assert "food_unsafe" in reasons_offered(table, now)
    refused = refused_at_the_door()
    time_out(claim=refused, at=refused.due_at)
    assert not reasons_offered(table, now) & {"food_unsafe", "portion_short", "set_not_as_sold"}
    with pytest.raises(SaidOtherwise):
        fell_ill()
    assert Claim.objects.count() == 1


def test_who_fell_ill_of_the_meal_was_not_refused_at_the_door(refused_at_the_door, fell_ill):
    fell_ill()
    with pytest.raises(SaidOtherwise):
        refused_at_the_door()


def test_a_claim_that_was_withdrawn_denies_nothing(refused_at_the_door, fell_ill, consumer, now):
    withdraw(claim=refused_at_the_door(), by=consumer, statement="I mixed it up.", at=now)
    assert fell_ill().reason == "food_unsafe"


def test_whom_an_event_paid_for_a_closed_door_has_no_claim_for_the_treatment(treatment, closed_store, file, now):
    assert "product_replaced" in reasons_offered(treatment, now)
    said = {"kind": "store_closed", "store": closed_store.code, "starts_at": now - 2 * A_DAY}
    happenings.announce(key="feed-1", by=None, at=now, **said)
    look_through_events(now=now)
    pay_for_events(now=now)
    assert Honouring.objects.get().cause == "store_closed"
    assert "product_replaced" not in reasons_offered(treatment, now)
    with pytest.raises(SaidOtherwise):
        file(treatment, reason="product_replaced", remedy="compensation")


def test_who_gave_an_unused_voucher_back_was_not_treated(treatment, file, now):
    returned = file(treatment, reason="unused_voucher", remedy="refund")
    assert returned.amount == treatment.paid
    with pytest.raises(SaidOtherwise):
        file(treatment, reason="product_replaced", remedy="compensation")


def test_what_was_put_right_in_kind_denies_nothing(table, fell_ill, now):
    Honouring.objects.create(
        key="rehousing:1", line=table, cause="reservation_refused", scheme="hard_reservation", remedy="upgrade",
        currency="CNY", honoured_at=now,
    )  # fmt: skip
    assert fell_ill().reason == "food_unsafe"


def test_two_things_about_the_same_meal_are_two_claims(table, fell_ill, file):
    fell_ill()
    dishes = {"dishes": 4, "dishes_missing": 1}
    assert file(table, reason="set_not_as_sold", remedy="compensation", particulars=dishes)


def test_each_side_denies_all_of_the_other():
    assert denied_by("food_unsafe") == denied_by("product_replaced") >= {"store_closed", "unused_voucher"}
    assert "food_unsafe" in denied_by("store_closed")
    assert denied_by("long_queue") == denied_by("damaged") == frozenset()


def test_no_cause_is_on_both_sides_and_each_is_a_cause_of_its_scheme():
    for scheme in SCHEMES.values():
        assert not scheme.given & scheme.not_given
        assert scheme.given | scheme.not_given <= scheme.causes.keys()
