"""Reminders: to whom, when, and exactly once for each step."""

from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import User
from disputes import tasks
from disputes.actions import make_offer
from disputes.models import Claim
from disputes.reminders import remind_of_deadlines, remind_of_expiring_vouchers
from disputes.tests.conftest import due, fresh, told
from notices.models import Notice
from orders.models import Order, Voucher

HOURS = timedelta(hours=1)


def reminders_of(person: User) -> list[str]:
    return [kind for kind in told(person) if kind in REMINDERS]


REMINDERS = {"claim_answer_due", "confirm_return_by", "offer_lapsing", "ship_by", "escalate_by", "evidence_due"}


def remind(claim: Claim, before: timedelta) -> int:
    return remind_of_deadlines(now=due(claim) - before)


def test_a_merchant_is_reminded_a_day_and_four_hours_before(claim: Claim, merchant: User, clerk: User):
    for before in (25 * HOURS, 24 * HOURS, 23 * HOURS, 4 * HOURS, HOURS):
        remind(claim, before)
    assert reminders_of(merchant) == reminders_of(clerk) == ["claim_answer_due"] * 2


def test_running_it_again_tells_nobody_twice(claim: Claim, merchant: User):
    assert remind(claim, 24 * HOURS) == 1
    assert remind(claim, 24 * HOURS) == 0
    Claim.objects.update(reminded_minutes=None)  # as if the sweep had died between telling and remembering
    remind(claim, 24 * HOURS)
    assert reminders_of(merchant) == ["claim_answer_due"]


def test_a_sweep_that_slept_through_the_first_step_tells_the_second_only(claim: Claim, merchant: User):
    remind(claim, 3 * HOURS)
    remind(claim, 2 * HOURS)
    assert reminders_of(merchant) == ["claim_answer_due"]


def test_a_clock_of_a_day_has_no_reminder_a_day_before(file, voucher_order: Order, merchant: User):
    Voucher.objects.update(redeemed_at=F("usable_from"))  # one that was not used is paid at once
    claim = file(voucher_order.lines.get(), reason="not_as_described")
    remind(claim, 24 * HOURS - timedelta(minutes=1))
    assert reminders_of(merchant) == []
    remind(claim, 4 * HOURS)
    assert reminders_of(merchant) == ["claim_answer_due"]


@pytest.mark.parametrize(
    ("state", "kind", "who"),
    [
        ("offered", "offer_lapsing", {"consumer"}),
        ("countered", "offer_lapsing", {"merchant"}),
        ("returning", "ship_by", {"consumer"}),
        ("shipped", "confirm_return_by", {"merchant"}),
        ("rejected", "escalate_by", {"consumer"}),
        ("disputed", "evidence_due", {"consumer", "merchant"}),
        ("sealed", "", set()),
        ("decided", "", set()),
        ("appealed", "", set()),
    ],
)
def test_who_must_act_is_reminded(state, kind, who, request, consumer: User, merchant: User):
    remind(request.getfixturevalue(state), 4 * HOURS)
    reminded = {"consumer": reminders_of(consumer), "merchant": reminders_of(merchant)}
    assert reminded == {side: [kind] if side in who else [] for side in reminded}


def test_the_sum_of_the_offer_is_named(offered: Claim, consumer: User):
    remind(offered, 4 * HOURS)
    assert Notice.objects.get(kind="offer_lapsing").values["amount"] == 500_00


def test_a_new_turn_is_reminded_of_anew(claim: Claim, merchant: User, consumer: User):
    remind(claim, 24 * HOURS)
    make_offer(claim=claim, by=merchant, amount=500_00, at=due(claim) - 20 * HOURS)
    remind(fresh(claim), 24 * HOURS)
    assert (reminders_of(merchant), reminders_of(consumer)) == (["claim_answer_due"], ["offer_lapsing"])


def test_after_the_deadline_nobody_is_reminded(claim: Claim, merchant: User):
    remind_of_deadlines(now=due(claim))
    assert reminders_of(merchant) == []


def test_history_reminds_nobody(file, jackets, merchant: User):
    remind(file(jackets, replayed=True), 4 * HOURS)
    assert reminders_of(merchant) == []


# --- vouchers ------------------------------------------------------------------------------------------


@pytest.fixture
def voucher(voucher_order: Order) -> Voucher:
    return Voucher.objects.get(line__order=voucher_order)


def expiring(person: User) -> int:
    return told(person).count("voucher_expiring")


def test_a_voucher_is_reminded_of_a_week_and_a_day_before(voucher: Voucher, consumer: User):
    for before in (169 * HOURS, 168 * HOURS, 167 * HOURS, 24 * HOURS, HOURS):
        remind_of_expiring_vouchers(now=voucher.expires_at - before)
    assert expiring(consumer) == 2
    assert Notice.objects.filter(kind="voucher_expiring")[0].values["store"] == "Noodle Bar"


def test_again_and_again_is_still_once(voucher: Voucher, consumer: User):
    at = voucher.expires_at - 24 * HOURS
    assert [remind_of_expiring_vouchers(now=at) for _time in range(3)] == [1, 0, 0]


@pytest.mark.parametrize("change", ["used", "refunded", "expired"])
def test_of_a_voucher_that_is_gone_nobody_is_reminded(voucher: Voucher, consumer: User, change, file, now):
    at = voucher.expires_at - 24 * HOURS
    if change == "used":
        Voucher.objects.update(redeemed_at=now)
    elif change == "refunded":
        file(voucher.line, reason="unused_voucher")
    else:
        at = voucher.expires_at
    remind_of_expiring_vouchers(now=at)
    assert expiring(consumer) == 0


def test_a_week_before_is_not_told_six_days_before(voucher: Voucher, consumer: User):
    """A reminder that is long overdue would only confuse."""
    remind_of_expiring_vouchers(now=voucher.expires_at - 143 * HOURS)
    assert expiring(consumer) == 0


def test_the_tasks_read_the_clock(claim: Claim, voucher: Voucher, monkeypatch):
    monkeypatch.setattr("disputes.tasks.timezone.now", lambda: due(claim) - 4 * HOURS)
    assert tasks.remind_of_deadlines() == 1
    monkeypatch.setattr("disputes.tasks.timezone.now", lambda: voucher.expires_at - 24 * HOURS)
    assert tasks.remind_of_expiring_vouchers() == 1


def test_without_terms_in_force_nobody_is_reminded(claim: Claim, now):
    assert remind_of_deadlines(now=now - timedelta(days=1000)) == 0
