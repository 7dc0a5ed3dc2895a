"""What a dead worker had in hand is due at once; what a living one has in hand stays its own."""

from datetime import timedelta

import pytest
from django.db import connection
from psycopg import connect

from common.sessions import LOCK, this_session
from payouts.actions import send_next, take_over_from_the_dead
from payouts.models import Payout, Status
from payouts.tests.worker import wait_until_it_is_gone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sender():
    """Another worker's database session, which says that it lives."""
    with connect(**connection.get_connection_params(), autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, session.info.backend_pid])
        yield session


@pytest.fixture
def in_hand(pay, sender, now) -> Payout:
    """A payout that the other worker is sending."""
    payout: Payout = pay()
    Payout.objects.filter(pk=payout.pk).update(
        status=Status.SENDING, next_at=now + timedelta(seconds=60), in_hand_of=sender.info.backend_pid
    )
    return payout


def test_what_a_living_worker_has_in_hand_is_left_to_it(in_hand, now):
    assert take_over_from_the_dead(now=now) == 0
    assert not send_next(now=now)


def test_what_a_dead_worker_had_in_hand_is_due_at_once(in_hand, sender, now):
    sender.close()
    wait_until_it_is_gone(in_hand_of(in_hand))
    assert take_over_from_the_dead(now=now) == 1
    in_hand.refresh_from_db()
    assert (in_hand.next_at, in_hand.in_hand_of, in_hand.status) == (now, None, Status.SENDING)


def test_our_own_work_is_never_taken_for_that_of_the_dead(pay, now):
    payout = pay()
    later = now + timedelta(seconds=60)
    Payout.objects.filter(pk=payout.pk).update(status=Status.SENDING, next_at=later, in_hand_of=this_session())
    assert take_over_from_the_dead(now=now) == 0


def test_what_was_recorded_is_in_nobodys_hand(pay, provider, now):
    payout = pay()
    assert send_next(now=now)
    assert in_hand_of(payout) is None


def in_hand_of(payout: Payout) -> int | None:
    return Payout.objects.values_list("in_hand_of", flat=True).get(pk=payout.pk)
