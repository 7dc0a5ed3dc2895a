"""An event pays everybody it affects without a claim, each once and by their own terms, whatever else goes on."""

from datetime import datetime, time, timedelta, timezone

import pytest
from django.db import transaction

from common.formats import day_text
from common.states import move_to
from compensation.actions import happenings
from compensation.actions.happenings import keeping
from compensation.models import Affected, CapUse, Honouring
from compensation.proofs import prove as prove_guarantees
from conftest import bought, line
from disputes.actions import decide, file_claim
from disputes.actions.contest import (
    ClaimedAlready,
    ContestedAlready,
    ContestedAmountDoesNotFit,
    NothingToContest,
    TooLateToContest,
    contest,
)
from disputes.actions.file_claim import PaidByEvent
from disputes.happenings import look_through_events, pay_for_events
from disputes.models import Claim, CloseReason, Status
from disputes.proofs import prove as prove_cases
from ledger.chart import balance_of, receivable_from, settlement_of, wallet_of
from notices.models import Notice
from orders.models import Booking, Line, OrderKind, Stay, StoreClosure
from orders.proofs import prove as prove_ceilings
from policies.actions import enrol, replay
from policies.models import Enrolment
from refunds.models import Refund
from refunds.proofs import prove as prove_refunds

pytestmark = pytest.mark.django_db


@pytest.fixture
def voucher(voucher_order):
    """A dinner for 188.00 at a store that nobody knows to be closed yet."""
    StoreClosure.objects.all().delete()
    return voucher_order.lines.get()


@pytest.fixture
def closes(closed_store, voucher, now):
    """Announces that the store is closed, and lets the sweeps find and pay."""

    def closes(key="feed-1", *, at=now, sweep=True, **given):
        said = {"kind": "store_closed", "store": closed_store.code, "starts_at": now - timedelta(days=1)} | given
        happening = happenings.announce(key=key, by=None, at=at, **said)
        if sweep:
            sweep_events(at)
        return happening

    return closes


def sweep_events(now):
    while look_through_events(now=now):
        pass
    while pay_for_events(now=now):
        pass


@pytest.fixture(autouse=True)
def _everything_adds_up(db):
    yield
    assert [*prove_guarantees(), *prove_cases(), *prove_ceilings(), *prove_refunds()] == []


def test_who_could_not_use_a_voucher_is_paid_the_price_and_something_on_top(closes, voucher, consumer, shop):
    closes()
    affected = Affected.objects.get()
    assert (affected.status, affected.amount, affected.compensation) == ("paid", 244_40, 56_40)
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 244_40
    assert balance_of(settlement_of(shop.pk, "CNY")).posted == -244_40
    assert Refund.objects.get().amount == 188_00
    assert Honouring.objects.get().cause == "store_closed"


def test_the_verdict_is_kept_and_comes_out_the_same_again(closes):
    closes()
    verdict = Affected.objects.get().verdict
    assert verdict is not None
    assert replay(verdict) == verdict.body


def test_the_consumer_is_told_once(closes, consumer):
    closes()
    (told,) = Notice.objects.filter(recipient=consumer, kind="event_paid")
    assert told.values["amount"] == 244_40


def test_the_same_event_twice_pays_once(closes, consumer):
    closes()
    closes()
    closes("feed-2", starts_at=Affected.objects.get().happening.starts_at - timedelta(hours=1))
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 244_40
    assert sorted(Affected.objects.values_list("status", "because")) == [("left", "made_good_before"), ("paid", "")]


def test_a_claim_after_the_event_is_refused_as_paid(closes, voucher, consumer, now):
    closes()
    with pytest.raises(PaidByEvent):
        file_claim(
            consumer=consumer, order="V-1001", line=voucher.pk, reason="store_closed", remedy="compensation", at=now
        )


def test_a_claim_that_waits_ends_when_the_event_pays_as_much(closes, voucher, consumer, now):
    claim = file_claim(
        consumer=consumer, order="V-1001", line=voucher.pk, reason="store_closed", remedy="compensation", at=now
    )
    assert claim.status == Status.AWAITING_MERCHANT
    closes()
    claim.refresh_from_db()
    assert (claim.status, claim.close_reason, claim.paid) == ("closed", CloseReason.PAID_BY_EVENT, 0)
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 244_40


def test_a_claim_goes_on_when_the_event_was_cancelled_before_it_paid(closes, voucher, consumer, now):
    claim = file_claim(
        consumer=consumer, order="V-1001", line=voucher.pk, reason="store_closed", remedy="compensation", at=now
    )
    closes(sweep=False)
    look_through_events(now=now)
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    pay_for_events(now=now)
    assert Affected.objects.get().status == "dropped"
    claim.refresh_from_db()
    assert claim.status == Status.AWAITING_MERCHANT


def test_a_claim_that_is_decided_goes_on_and_the_event_leaves_the_line_to_it(closes, voucher, consumer, now):
    claim = file_claim(
        consumer=consumer, order="V-1001", line=voucher.pk, reason="store_closed", remedy="compensation", at=now
    )
    Claim.objects.filter(pk=claim.pk).update(amount=300_00, compensation=112_00)
    closes()
    assert Affected.objects.get().status == "left"
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 0


def test_where_the_merchant_takes_no_part_nothing_is_paid_and_the_verdict_says_why(
    closes, consumer, shop, voucher, now
):
    Enrolment.objects.filter(policy__code="closed_store").update(ends_at=now - timedelta(days=20))
    closes()
    affected = Affected.objects.get()
    assert (affected.status, affected.because) == ("refused", "merchant_takes_part")
    assert affected.verdict
    assert Notice.objects.filter(recipient=consumer, kind="event_refused").exists()


def test_where_the_settlement_is_at_its_floor_the_fund_pays_and_the_merchant_owes_it(
    closes, consumer, shop, merchant_at_its_limit, special_fund
):
    closes()
    affected = Affected.objects.get()
    assert (affected.status, affected.payer) == ("paid", "fund")
    assert balance_of(receivable_from(shop.pk, "CNY")).posted == 244_40
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 244_40


def test_what_an_empty_fund_cannot_pay_it_owes_and_pays_when_it_is_filled(
    closes, consumer, merchant_at_its_limit, request, now
):
    closes()
    assert Affected.objects.get().status == "owed"
    assert Notice.objects.filter(recipient=consumer, kind="event_owed").exists()
    request.getfixturevalue("special_fund")
    sweep_events(now + timedelta(hours=1))
    assert Affected.objects.get().status == "paid"
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 244_40


def test_a_cancelled_event_pays_nobody_any_more_and_is_no_fact_any_more(closes, consumer, now):
    closes(sweep=False)
    look_through_events(now=now)
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    sweep_events(now)
    assert Affected.objects.get().status == "dropped"
    assert not StoreClosure.objects.exists()
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 0


def test_what_was_paid_stays_paid_when_the_event_is_cancelled(closes, now):
    closes()
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    sweep_events(now)
    assert Affected.objects.get().status == "paid"


@pytest.fixture
def owed(closes, merchant_at_its_limit):
    """The settlement is at its floor and the fund is empty: the line's price is held until the fund can pay."""
    happening = closes()
    row = happening.affected.get()
    assert (row.status, row.line.refundable) == ("owed", 0)
    return row


def test_what_was_only_owed_is_dropped_when_the_event_is_cancelled(owed, consumer, shop, request, now):
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    request.getfixturevalue("special_fund")
    while pay_for_events(now=now + timedelta(hours=1)):
        pass
    owed.refresh_from_db()
    assert (owed.status, owed.because, owed.amount, owed.compensation) == ("dropped", "event_cancelled", 0, 0)
    assert Line.objects.get(pk=owed.line_id).refundable == 188_00
    assert CapUse.objects.get(key=owed.key).given_back == 56_40
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 0
    assert balance_of(receivable_from(shop.pk, "CNY")).posted == 0


def test_whoever_was_told_that_it_is_owed_is_told_that_it_is_not(owed, consumer, now):
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    sweep_events(now)
    assert Notice.objects.filter(recipient=consumer, kind="event_dropped").count() == 1


def test_what_was_owed_and_waits_for_an_agent_gives_the_price_back_when_the_event_is_cancelled(owed, now):
    move_to(owed, Affected.Status.PARKED, at=now, because="could_not_be_paid", due_at=None)
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    sweep_events(now)
    owed.refresh_from_db()
    assert owed.status == "dropped"
    assert Line.objects.get(pk=owed.line_id).refundable == 188_00


def test_a_line_that_was_never_owed_is_dropped_in_silence(closes, consumer, now):
    closes(sweep=False)
    look_through_events(now=now)
    happenings.change(key="feed-2", about="feed-1", cancelled=True, by=None, at=now)
    sweep_events(now)
    assert not Notice.objects.filter(recipient=consumer, kind="event_dropped").exists()


def test_an_event_to_come_is_paid_when_it_begins(closes, now):
    closes(starts_at=now + timedelta(days=2))
    assert not Affected.objects.exists()
    sweep_events(now + timedelta(days=2, minutes=1))
    assert Affected.objects.get().status == "paid"


def test_the_end_of_an_event_is_the_end_of_the_closure(closes, now):
    closes(sweep=False)
    happenings.change(key="feed-2", about="feed-1", ends_at=now + timedelta(days=1), by=None, at=now)
    assert StoreClosure.objects.get().ends_at == now + timedelta(days=1)


def test_the_same_key_with_other_content_is_refused_and_nothing_changes(closes, closed_store, now):
    closes()
    with pytest.raises(happenings.EventKeyReused):
        closes(reason="moved")
    assert StoreClosure.objects.get().reason == "closed"


def test_a_line_that_cannot_be_paid_waits_for_an_agent_in_the_end(closes, agent, now, monkeypatch):
    closes(sweep=False)
    look_through_events(now=now)
    with monkeypatch.context() as broken:
        broken.setattr(keeping, "judge_all", lambda rows, at: 1 / 0)
        for day in range(5):
            pay_for_events(now=now + timedelta(hours=day))
    affected = Affected.objects.get()
    assert (affected.status, affected.because) == ("parked", "could_not_be_paid")
    happenings.try_again(affected=affected.pk, by=agent, at=now)
    sweep_events(now)
    assert Affected.objects.get().status == "paid"


# --- contested ---------------------------------------------------------------------------------------


@pytest.fixture
def contested(closes, consumer, now):
    closes()
    return contest(
        affected=Affected.objects.get().pk, consumer=consumer, amount=50_00, statement="The taxi there.", at=now
    )


def test_who_contests_comes_before_a_person_at_once(contested):
    assert (contested.status, contested.settles, contested.amount) == ("awaiting_evidence", "by_agent", 50_00)


def test_what_is_awarded_comes_on_top_and_nothing_is_paid_twice(contested, agent, consumer, now):
    decide(claim=contested, by=agent, outcome="consumer", reason="evidence_for_consumer", statement="Right.", at=now)
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == 244_40 + 50_00
    assert sorted(Honouring.objects.values_list("cause", flat=True)) == ["store_closed", "store_closed:contest"]


def test_an_event_is_contested_once(contested, consumer, now):
    with pytest.raises(ContestedAlready):
        contest(affected=Affected.objects.get().pk, consumer=consumer, amount=1, statement="More.", at=now)


def test_two_events_of_one_line_and_cause_are_contested_once(contested, closes, consumer, now):
    closes("feed-2")
    second = Affected.objects.latest("pk")
    Affected.objects.filter(pk=second.pk).update(status="refused")
    with pytest.raises(ClaimedAlready), transaction.atomic():
        contest(affected=second.pk, consumer=consumer, amount=1, statement="More.", at=now)
    assert Claim.objects.count() == 1


def test_nobody_contests_what_is_somebody_elses(closes, consumer2, now):
    closes()
    with pytest.raises(NothingToContest):
        contest(affected=Affected.objects.get().pk, consumer=consumer2, amount=1, statement="More.", at=now)


def test_no_more_than_the_price_is_asked_for(closes, consumer, now):
    closes()
    with pytest.raises(ContestedAmountDoesNotFit):
        contest(affected=Affected.objects.get().pk, consumer=consumer, amount=188_01, statement="More.", at=now)


def test_the_time_to_contest_ends(closes, consumer, now):
    closes()
    late = now + timedelta(days=60)
    with pytest.raises(TooLateToContest):
        contest(affected=Affected.objects.get().pk, consumer=consumer, amount=1, statement="More.", at=late)


# --- other events ------------------------------------------------------------------------------------


def test_a_guest_without_a_room_is_paid_when_the_hotel_turns_guests_away(stay_order, hotel, consumer, now):
    Stay.objects.update(room_type_assigned=None, outcome="booked", arrival_on=now.date())
    happenings.announce(key="walk-1", kind="hotel_walk", store=hotel.code, starts_at=now, by=None, at=now)
    sweep_events(now)
    affected = Affected.objects.get()
    assert (affected.status, affected.cause) == ("paid", "no_room")
    assert Stay.objects.get().outcome == "turned_away"
    assert balance_of(wallet_of(consumer.pk, "CNY")).posted == affected.amount > 1_200_00


def test_a_guest_who_has_a_room_is_none_of_the_events_concern(stay_order, hotel, now):
    Stay.objects.update(outcome="booked", arrival_on=now.date())
    happenings.announce(key="walk-1", kind="hotel_walk", store=hotel.code, starts_at=now, by=None, at=now)
    sweep_events(now)
    assert not Affected.objects.exists()


def test_an_event_that_affects_nobody_says_what_was_looked_for(api, agent, client, stay_order, hotel, now):
    """02:00 in Shanghai is the day before in UTC."""
    Stay.objects.update(room_type_assigned=None, outcome="booked", arrival_on=now.date())
    night = datetime.combine(now.date(), time(2), timezone(timedelta(hours=8)))
    walk = happenings.announce(key="walk-1", kind="hotel_walk", store=hotel.code, starts_at=night, by=None, at=now)
    there = f"/api/v1/events/{walk.pk}"
    assert api(agent).get(there).json()["nobody_because"] == ""
    sweep_events(now)
    told = f"No stay there arrives on {day_text(now.date() - timedelta(days=1))} (UTC) and waits for its room."
    assert api(agent).get(there).json()["nobody_because"] == told
    client.force_login(agent)
    assert told in client.get(walk.get_absolute_url()).text
    other = happenings.announce(
        key="walk-2", kind="hotel_walk", store=hotel.code, starts_at=night + timedelta(hours=8), by=None, at=now
    )
    sweep_events(now)
    assert api(agent).get(f"/api/v1/events/{other.pk}").json()["nobody_because"] == ""


def test_a_cancelled_performance_pays_by_the_notice_there_was(consumer, shop, closed_store, now):
    enrol(merchant=shop, policy="cancelled_performance", terms={}, starts_at=now - timedelta(days=400))
    starts_at = now + timedelta(hours=30)
    order = bought(consumer, shop, OrderKind.BOOKING, "P-1", placed_at=now - timedelta(days=5))
    seat = line(order, 1, "concert", "Concert", "音乐会", paid=380_00, category="performance")
    Line.objects.filter(pk=seat.pk).update(store=closed_store)
    Booking.objects.create(line=seat, kind="performance", starts_at=starts_at)
    happenings.announce(
        key="show-1", kind="performance_cancelled", store=closed_store.code, starts_at=starts_at, by=None, at=now
    )
    sweep_events(now)
    affected = Affected.objects.get()
    assert (affected.status, affected.amount, affected.compensation) == ("paid", 437_00, 57_00)
    assert Booking.objects.get().outcome == "cancelled_by_merchant"
