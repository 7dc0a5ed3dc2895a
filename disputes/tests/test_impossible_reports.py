"""What the line's own record shows to be impossible is refused with a sentence, and nothing is filed."""

from datetime import timedelta

import pytest

from common.errors import Refusal
from disputes.models import Claim
from disputes.tests.label_cases import carried
from orders.models import Booking

A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def table(table_order, enrolled_shop):
    """A table for yesterday. Nothing is on record of it."""
    Booking.objects.update(outcome="booked", queue_joined_at=None, called_at=None, recorded_at=None)
    return table_order.lines.get()


@pytest.fixture
def tour(table_order, enrolled_shop, now):
    """From three days to one day ago: two nights, and parts of three days."""
    carried(enrolled_shop, now - 20 * A_DAY)
    Booking.objects.update(
        kind=Booking.Kind.TOUR, outcome="booked", recorded_at=None, queue_joined_at=None, called_at=None,
        starts_at=now - 3 * A_DAY, ends_at=now - A_DAY,
    )  # fmt: skip
    return table_order.lines.get()


def test_nobody_waited_for_longer_than_since_the_booked_time(table, file, now):
    Booking.objects.update(starts_at=now - 40 * A_MINUTE)
    with pytest.raises(Refusal, match="no more minutes than 40") as refused:
        file(table, reason="long_queue", remedy="compensation", particulars={"waited_minutes": 41})
    assert (refused.value.code, Claim.objects.count()) == ("particulars_not_usable", 0)
    assert file(table, reason="long_queue", remedy="compensation", particulars={"waited_minutes": 40}).amount == 20_00


@pytest.mark.parametrize(("ahead", "possible"), [(A_DAY, True), (A_DAY + A_MINUTE, False)])
def test_nobody_was_refused_more_than_a_day_before_what_they_booked(table, file, ahead, possible):
    told = {"arrived_at": (table.booking.starts_at - ahead).isoformat()}
    if possible:
        assert file(table, reason="reservation_refused", remedy="compensation", particulars=told)
        return
    with pytest.raises(Refusal, match="more than a day before"):
        file(table, reason="reservation_refused", remedy="compensation", particulars=told)
    assert Claim.objects.count() == 0


@pytest.mark.parametrize(
    ("cause", "asked", "most"),
    [("lesser_hotel", "nights", 2), ("lesser_service", "days", 3), ("call_unanswered", "minutes", 3 * 24 * 60)],
)
def test_a_tour_has_no_more_nights_days_and_minutes_than_it_took(tour, file, cause, asked, most):
    with pytest.raises(Refusal, match=str(most)):
        file(tour, reason=cause, remedy="compensation", particulars={asked: most + 1})
    assert file(tour, reason=cause, remedy="compensation", particulars={asked: most})


def test_where_the_end_of_a_tour_is_not_on_record_nothing_is_known_to_be_impossible(tour, file):
    Booking.objects.update(ends_at=None)
    assert file(tour, reason="lesser_hotel", remedy="compensation", particulars={"nights": 9})


def test_the_page_says_so_beside_the_question(client, consumer, table, now):
    Booking.objects.update(starts_at=now - 40 * A_MINUTE)
    client.force_login(consumer)
    steps = f"/orders/{table.order.number}/lines/{table.pk}/claim"
    client.post(f"{steps}/reason/", {"reason": "long_queue"})
    answer = client.post(f"{steps}/particulars/", {"waited_minutes": "1440"})
    assert answer.status_code == 422
    assert "no more minutes than" in answer.context["form"].errors["waited_minutes"][0]
