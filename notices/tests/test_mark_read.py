"""A notice is new until its reader has seen it, and stays read from the first time on."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from notices.actions import mark_all_read, mark_read, tell
from notices.models import Notice


@pytest.fixture
def told(consumer: User, consumer2: User, now: datetime) -> list[Notice]:
    for person in (consumer, consumer, consumer2):
        count = Notice.objects.count()
        tell(
            key=f"payout:{count}",
            recipient=person,
            kind="payout_settled",
            values={"amount": 100, "currency": "CNY"},
            at=now,
        )
    return list(Notice.objects.order_by("id"))


def test_opening_one_reads_that_one_and_keeps_the_first_moment(told: list[Notice], consumer: User, now: datetime):
    mark_read(notice=told[0], at=now)
    mark_read(notice=told[0], at=now + timedelta(days=1))
    told[0].refresh_from_db()
    assert told[0].read_at == now
    assert list(Notice.objects.visible_to(consumer).unread()) == [told[1]]
    assert Notice.objects.visible_to(consumer).count_unread() == 1


def test_reading_all_reads_only_ones_own(told: list[Notice], consumer: User, consumer2: User, now: datetime):
    assert mark_all_read(reader=consumer, at=now) == 2
    assert mark_all_read(reader=consumer, at=now) == 0
    assert list(Notice.objects.unread()) == [told[2]]


def test_counting_stops_at_a_hundred(consumer: User, now: datetime):
    Notice.objects.bulk_create(
        Notice(key=f"k{number}", recipient=consumer, kind="payout_settled", created_at=now) for number in range(120)
    )
    assert Notice.objects.visible_to(consumer).count_unread() == 100
