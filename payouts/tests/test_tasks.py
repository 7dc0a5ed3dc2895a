"""The sweeps say how many rows they moved on, so that whoever runs them knows whether to go on."""

import pytest

from payouts.models import Payout, Status
from payouts.tasks import handle_webhook_events, send_due_payouts
from payouts.tests.test_receive_webhook import deliver

pytestmark = pytest.mark.django_db


def test_the_sweeps_work_off_what_is_due_and_then_find_nothing(pay, provider):
    for number in range(3):
        pay(f"claim:{number}:refund:1")
    assert (send_due_payouts(), send_due_payouts()) == (3, 0)
    for event in provider.events(Payout.objects.filter(status=Status.SETTLED)[0]):
        deliver(event)
    assert (handle_webhook_events(), handle_webhook_events()) == (1, 0)
