"""Who has another room, or is to choose one, is not paid the price as well."""

from datetime import timedelta

import pytest

from compensation.actions import Offered, accept_other_hotel, decline_other_hotels, report_no_room
from disputes.actions.file_claim import NothingOffered
from disputes.entitlements import entitlements
from disputes.models import Status
from disputes.rehoused import end_claims_of_the_rehoused
from disputes.tests.conftest import breaks, fresh
from orders.models import Line, RoomType, Stay

pytestmark = pytest.mark.usefixtures("enrolled_shop")

OTHER = Offered(name="River Inn", address="8 Quay", room="Double", difference=200_00, transport=60_00)


@pytest.fixture
def booked(stay_order, hotel, now):
    """The stay is to come in three days, and the guest was given no room yet."""
    RoomType.objects.create(store=hotel, code="suite", mean_rate_rank=3)
    Stay.objects.update(outcome="booked", room_type_assigned=None, arrival_on=(now + timedelta(days=3)).date())
    return Line.objects.get(order=stay_order)


@pytest.fixture
def offered(booked, merchant, now):
    return lambda: report_no_room(line=booked.pk, hotels=[OTHER], by=merchant, at=now)


def reasons_offered(line, now):
    return {it.reason for it in entitlements(line.order, now=now)}


ABOUT_THE_ROOM = ("no_room", "worse_room")


@pytest.mark.parametrize("reason", ABOUT_THE_ROOM)
def test_who_is_to_choose_a_hotel_answers_first(booked, offered, file, now, reason):
    offered()
    assert reason not in reasons_offered(booked, now)
    with pytest.raises(NothingOffered, match="another hotel"):
        file(booked, reason=reason, remedy="refund")


@pytest.mark.parametrize("reason", ABOUT_THE_ROOM)
def test_who_took_another_hotel_is_not_paid_the_price_as_well(booked, offered, file, consumer, now, reason):
    choice = offered()
    accept_other_hotel(rehousing=choice.pk, hotel=choice.hotels.get().pk, by=consumer, at=now)
    assert reason not in reasons_offered(booked, now)
    with pytest.raises(NothingOffered, match="took another hotel"):
        file(booked, reason=reason, remedy="refund")


@pytest.mark.parametrize(("reason", "remedy"), [("no_room", "compensation"), ("worse_room", "refund")])
def test_taking_another_hotel_ends_the_claim_that_was_open(booked, offered, file, consumer, now, reason, remedy):
    claim = file(booked, reason=reason, remedy=remedy)
    choice = offered()
    assert end_claims_of_the_rehoused(now=now) == 0
    accept_other_hotel(rehousing=choice.pk, hotel=choice.hotels.get().pk, by=consumer, at=now)
    assert end_claims_of_the_rehoused(now=now) == 1
    ended = fresh(claim)
    assert (ended.status, ended.close_reason, ended.paid) == (Status.CLOSED, "given_in_kind", 0)
    assert Line.objects.get(pk=booked.pk).taken == 0
    assert end_claims_of_the_rehoused(now=now) == 0
    assert breaks() == []


def test_who_declined_the_other_hotel_can_still_claim_a_lesser_room(booked, offered, consumer, now):
    decline_other_hotels(rehousing=offered().pk, by=consumer, at=now)
    assert "worse_room" in reasons_offered(booked, now)


def test_a_better_room_ends_the_claim_that_was_open(booked, file, merchant, now):
    claim = file(booked, reason="no_room", remedy="compensation")
    report_no_room(line=booked.pk, room="suite", by=merchant, at=now)
    assert end_claims_of_the_rehoused(now=now) == 1
    assert fresh(claim).status == Status.CLOSED
