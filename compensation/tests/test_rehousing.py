"""A hotel without the booked room: another room, another hotel that the guest answers in time, or money."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from compensation.actions import (
    Offered,
    accept_other_hotel,
    attend_rehousings,
    decline_other_hotels,
    report_no_room,
)
from compensation.actions.rehousing import (
    FUND_AGAIN_AFTER,
    AlreadyAnswered,
    AlreadyReported,
    NoAlternativesPromised,
    OtherHotelTooDear,
    RoomIsLesser,
    RoomOrHotels,
    StayIsOver,
    TooManyHotels,
    UnknownHotel,
    UnknownRehousing,
    UnknownRoom,
    UnknownStay,
    owed_in_money,
)
from compensation.models import Affected, Honouring, Rehousing
from compensation.options import LINE_RELATED, circumstances, options
from compensation.proofs import prove
from compensation.schemes.registry import names_of
from disputes.happenings import pay_for_events
from ledger.actions import set_floor
from ledger.chart import balance_of, settlement_of, wallet_of
from notices.models import Notice
from notices.wording import words
from orders.models import Line, RoomType, Stay
from policies.actions import leave
from policies.traces import canonical
from policies.wording import because_sentence
from policies.words import Reason, Remedy

MOMENT = timedelta(microseconds=1)
OTHER = Offered(name="River Inn", address="8 Quay", room="Double", difference=200_00, transport=60_00)
SECOND = Offered(name="Hill Inn", address="1 Hill", room="Twin", difference=0, transport=0)


@pytest.fixture
def booked(stay_order, enrolled_shop, hotel, now):
    """The stay is to come in three days, and the guest was given no room yet."""
    RoomType.objects.create(store=hotel, code="suite", mean_rate_rank=3)
    arrival_on = (now + timedelta(days=3)).date()
    Stay.objects.update(outcome="booked", room_type_assigned=None, arrival_on=arrival_on)
    return Line.objects.get(order=stay_order)


@pytest.fixture
def offered(booked, merchant, now):
    return report_no_room(line=booked.pk, hotels=[OTHER, SECOND], by=merchant, at=now)


def paid_to(consumer):
    return balance_of(wallet_of(consumer.pk, "CNY")).posted


def stay_of(line):
    return Stay.objects.select_related("room_type_assigned").get(line=line)


# --- a room of the hotel's own -----------------------------------------------------------------------


def test_a_room_of_the_same_class_or_better_makes_it_good_at_no_cost(booked, merchant, consumer, now):
    assert report_no_room(line=booked.pk, room="suite", by=merchant, at=now) is None
    assert (stay_of(booked).room_type_assigned.code, stay_of(booked).outcome) == ("suite", "booked")
    assert Honouring.objects.values_list("remedy", "cause", "amount").get() == ("upgrade", "no_room", 0)
    assert Notice.objects.filter(recipient=consumer, kind="room_given").exists()


@pytest.mark.parametrize(("language", "given"), [("en", "Corner suite"), ("zh-hans", "转角套房")])
def test_rooms_are_called_by_their_names_and_without_one_by_their_code(
    client, booked, merchant, consumer, now, language, given
):
    RoomType.objects.filter(code="suite").update(name="Corner suite", name_zh="转角套房")
    for reader in (merchant, consumer):
        reader.language = language
        reader.save()
    client.force_login(merchant)
    asked = client.get(f"/stays/{booked.pk}/").text
    assert f'<option value="suite">{given}</option>' in asked
    report_no_room(line=booked.pk, room="suite", by=merchant, at=now)
    shown = client.get(f"/stays/{booked.pk}/").text
    assert ("<dd>deluxe</dd>" in shown, f"<dd>{given}</dd>" in shown) == (True, True)
    notice = Notice.objects.get(recipient=consumer, kind="room_given")
    with translation.override(language):
        assert given in words(kind=notice.kind, values=notice.values, role=consumer.role).text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The room given (Corner suite) is no lesser room than the one booked (deluxe), at no cost."),
     ("zh-hans", "转角套房")],
)  # fmt: skip
def test_a_verdict_keeps_the_code_of_a_room_and_is_told_with_its_name(booked, merchant, now, language, sentence):
    RoomType.objects.filter(code="suite").update(name="Corner suite", name_zh="转角套房")
    report_no_room(line=booked.pk, room="suite", by=merchant, at=now)
    line = Line.objects.select_related(*LINE_RELATED).get(pk=booked.pk)
    verdict = owed(booked, now)
    with translation.override(language):
        assert sentence in because_sentence(verdict, names=names_of(line))
    assert '"values":{"assigned":"suite","reserved":"deluxe"}' in canonical(verdict)


@pytest.mark.parametrize(("room", "refusal"), [("standard", RoomIsLesser), ("broom cupboard", UnknownRoom)])
def test_a_lesser_room_makes_nothing_good(booked, merchant, now, room, refusal):
    with pytest.raises(refusal):
        report_no_room(line=booked.pk, room=room, by=merchant, at=now)
    assert stay_of(booked).room_type_assigned is None


def test_a_room_whose_class_nobody_knows_makes_nothing_good(booked, merchant, now):
    RoomType.objects.filter(code="suite").update(mean_rate_rank=None)
    with pytest.raises(RoomIsLesser):
        report_no_room(line=booked.pk, room="suite", by=merchant, at=now)


# --- another hotel -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "minutes"),
    [
        (timedelta(hours=24), 30),
        (timedelta(hours=24) + MOMENT, 120),
        (timedelta(days=7), 120),
        (timedelta(days=7) + MOMENT, 24 * 60),
        (-timedelta(hours=1), 30),
    ],
)
def test_the_guest_has_the_less_time_the_nearer_the_arrival_is(booked, merchant, ahead, minutes):
    arrival = datetime.combine(stay_of(booked).arrival_on, time(7), UTC)  # 15:00 in Shanghai
    at = arrival - ahead
    report_no_room(line=booked.pk, hotels=[OTHER], by=merchant, at=at)
    rehousing = Rehousing.objects.get()
    assert rehousing.answer_by == rehousing.due_at == at + timedelta(minutes=minutes)


def test_the_other_hotel_takes_the_place_of_money_and_the_way_there_is_paid(offered, consumer, now):
    hotel = offered.hotels.get(name="River Inn")
    accept_other_hotel(rehousing=offered.pk, hotel=hotel.pk, by=consumer, at=now)
    offered.refresh_from_db()
    assert (offered.status, offered.chosen, offered.due_at) == (Rehousing.Status.KEPT, hotel, None)
    assert list(Honouring.objects.order_by("id").values_list("remedy", "cause", "amount")) == [
        ("alternative", "no_room", 0),
        ("compensation", "no_room:transport", 60_00),
    ]
    assert paid_to(consumer) == 60_00
    moves = offered.moves.order_by("id").values_list("was", "became")
    assert list(moves) == [("offered", "accepted"), ("accepted", "kept")]
    assert list(prove()) == []


def test_a_way_that_costs_nothing_is_not_paid(offered, consumer, now):
    accept_other_hotel(rehousing=offered.pk, hotel=offered.hotels.get(name="Hill Inn").pk, by=consumer, at=now)
    assert paid_to(consumer) == 0
    assert Rehousing.objects.get().status == Rehousing.Status.KEPT


def test_a_way_that_nobody_can_pay_now_is_paid_as_soon_as_somebody_can(offered, consumer, shop, now):
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=0)
    accept_other_hotel(rehousing=offered.pk, hotel=offered.hotels.get(name="River Inn").pk, by=consumer, at=now)
    waiting = Rehousing.objects.get()
    assert (waiting.status, paid_to(consumer)) == (Rehousing.Status.ACCEPTED, 0)
    set_floor(account=settlement_of(shop.pk, "CNY"), floor=-60_00)
    again = now + FUND_AGAIN_AFTER
    assert waiting.due_at == again
    assert (attend_rehousings(now=again - MOMENT), attend_rehousings(now=again)) == (0, 1)
    assert (Rehousing.objects.get().status, paid_to(consumer)) == (Rehousing.Status.KEPT, 60_00)
    assert attend_rehousings(now=again + timedelta(days=9)) == 0


def test_who_declines_is_paid_the_price_and_three_nights_without_a_claim(offered, consumer, now):
    decline_other_hotels(rehousing=offered.pk, by=consumer, at=now)
    pay_for_events(now=now)
    assert Affected.objects.get().status == Affected.Status.PAID
    assert paid_to(consumer) == 1_200_00 + 3 * 600_00
    assert list(prove()) == []


def test_silence_is_taken_as_no_at_the_deadline_and_not_before(offered, consumer, now):
    assert attend_rehousings(now=offered.answer_by - MOMENT) == 0
    assert attend_rehousings(now=offered.answer_by) == 1
    offered.refresh_from_db()
    assert (offered.status, offered.due_at) == (Rehousing.Status.LAPSED, None)
    pay_for_events(now=offered.answer_by)
    assert paid_to(consumer) == 3_000_00


def test_a_hotel_with_nothing_to_offer_pays_at_once(booked, merchant, consumer, now):
    assert report_no_room(line=booked.pk, by=merchant, at=now) is None
    pay_for_events(now=now)
    assert paid_to(consumer) == 3_000_00
    assert (stay_of(booked).outcome, stay_of(booked).told_at) == ("turned_away", now)


# --- what the rule says meanwhile --------------------------------------------------------------------


def owed(line, now):
    line = Line.objects.select_related(*LINE_RELATED).get(pk=line.pk)
    around = circumstances(line.order, now=now, lines=[line])
    found = options(line, reason=Reason.NO_ROOM, circumstances=around, now=now)
    option = found.by_rule("hotel_overbooking")
    assert option is not None
    return option.verdict


def test_while_the_offer_is_open_and_after_it_was_taken_no_money_is_owed(booked, offered, consumer, now):
    assert owed(booked, now).because == "no_alternative_waits"
    accept_other_hotel(rehousing=offered.pk, hotel=offered.hotels.first().pk, by=consumer, at=now)
    assert owed(booked, now).because == "no_alternative_was_taken"


def test_after_it_was_declined_the_money_is_owed(booked, offered, consumer, now):
    decline_other_hotels(rehousing=offered.pk, by=consumer, at=now)
    assert (owed(booked, now).because, owed(booked, now).remedy) == ("no_room", Remedy.COMPENSATION)


def test_what_the_guest_is_told_before_choosing_is_what_is_paid_after(booked, offered, consumer, now, client):
    told = owed_in_money(offered, at=now)
    client.force_login(consumer)
    page = client.get(offered.get_absolute_url()).text
    assert "None of them: pay me CN¥3,000.00" in page
    assert "Your CN¥1,200.00 come back, and the guarantee adds CN¥1,800.00." in page
    decline_other_hotels(rehousing=offered.pk, by=consumer, at=now)
    pay_for_events(now=now)
    assert told.amount == paid_to(consumer)


# --- what is refused ---------------------------------------------------------------------------------


def test_a_report_is_made_once_and_only_while_the_stay_is_open(booked, offered, merchant, now):
    with pytest.raises(AlreadyReported):
        report_no_room(line=booked.pk, hotels=[OTHER], by=merchant, at=now)


@pytest.mark.parametrize("outcome", ["checked_out", "cancelled", "no_show", "turned_away"])
def test_a_stay_with_an_outcome_cannot_be_reported(booked, merchant, now, outcome):
    Stay.objects.update(outcome=outcome)
    with pytest.raises(StayIsOver):
        report_no_room(line=booked.pk, by=merchant, at=now)


def test_a_stay_that_has_ended_cannot_be_reported(booked, merchant):
    ends = datetime.combine(stay_of(booked).arrival_on + timedelta(days=2), time.min, UTC)
    with pytest.raises(StayIsOver):
        report_no_room(line=booked.pk, by=merchant, at=ends)
    assert report_no_room(line=booked.pk, hotels=[OTHER], by=merchant, at=ends - MOMENT)


def test_nobody_elses_stay_can_be_reported(booked, outsider, consumer, now):
    for stranger in (outsider, consumer):
        with pytest.raises((UnknownStay, AlreadyReported)):
            report_no_room(line=booked.pk if stranger == outsider else 0, by=stranger, at=now)
    with pytest.raises(UnknownStay):
        report_no_room(line=booked.pk, by=outsider, at=now)


def test_a_room_and_hotels_at_once_and_more_than_two_hotels_are_refused(booked, merchant, now):
    with pytest.raises(RoomOrHotels):
        report_no_room(line=booked.pk, room="suite", hotels=[OTHER], by=merchant, at=now)
    with pytest.raises(TooManyHotels):
        report_no_room(line=booked.pk, hotels=[OTHER, SECOND, OTHER], by=merchant, at=now)
    assert stay_of(booked).outcome == "booked"


@pytest.mark.parametrize("dear", ["transport", "difference"])
def test_the_way_there_costs_no_more_than_the_stay(booked, merchant, now, dear):
    too_dear = replace(OTHER, **{dear: booked.paid + 1})
    with pytest.raises(OtherHotelTooDear):
        report_no_room(line=booked.pk, hotels=[SECOND, too_dear], by=merchant, at=now)
    assert stay_of(booked).outcome == "booked"
    report_no_room(line=booked.pk, hotels=[replace(OTHER, **{dear: booked.paid})], by=merchant, at=now)


def test_a_hotel_outside_the_guarantee_offers_no_other_hotel(booked, shop, merchant, now):
    leave(merchant=shop, policy="hotel_overbooking", at=booked.order.placed_at)
    with pytest.raises(NoAlternativesPromised):
        report_no_room(line=booked.pk, hotels=[OTHER], by=merchant, at=now)
    assert report_no_room(line=booked.pk, by=merchant, at=now) is None
    pay_for_events(now=now)
    assert Affected.objects.get().status == Affected.Status.REFUSED


def test_an_offer_is_answered_once_by_its_guest_in_time(offered, consumer, consumer2, now):
    hotel = offered.hotels.first().pk
    with pytest.raises(UnknownRehousing):
        accept_other_hotel(rehousing=offered.pk, hotel=hotel, by=consumer2, at=now)
    with pytest.raises(UnknownHotel):
        accept_other_hotel(rehousing=offered.pk, hotel=0, by=consumer, at=now)
    with pytest.raises(AlreadyAnswered):
        accept_other_hotel(rehousing=offered.pk, hotel=hotel, by=consumer, at=offered.answer_by)
    decline_other_hotels(rehousing=offered.pk, by=consumer, at=now)
    with pytest.raises(AlreadyAnswered):
        accept_other_hotel(rehousing=offered.pk, hotel=hotel, by=consumer, at=now)


# --- the deadline contract ---------------------------------------------------------------------------


def test_every_state_waits_for_its_moment_or_is_final(offered, now):
    hotel = offered.hotels.first()
    for status, following in Rehousing.MOVES.items():
        fits = {
            "status": status,
            "chosen": hotel if status in ("accepted", "kept") else None,
            "answered_at": None if status == "offered" else now,
        }
        with pytest.raises(IntegrityError, match="rehousing_never_sticks"), transaction.atomic():
            Rehousing.objects.filter(pk=offered.pk).update(**fits, due_at=None if following else now)
        assert Rehousing.objects.filter(pk=offered.pk).update(**fits, due_at=now if following else None)


def test_what_happened_to_an_offer_never_changes(offered, consumer, now):
    decline_other_hotels(rehousing=offered.pk, by=consumer, at=now)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        offered.moves.update(became="kept")


# --- over the API ------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_hotel_is_told_by_its_place_and_field(booked, merchant, api):
    hotel = {"name": "Hill Inn", "address": "1 Hill", "room": "Twin", "difference": 0, "transport": -1}
    given = {"hotels": [hotel | {"transport": 0}, hotel | {"name": ""}]}
    answer = api(merchant).post(
        f"/api/v1/stays/{booked.pk}/report", given, format="json", headers={"Idempotency-Key": "1"}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid")
    assert sorted(answer.json()["fields"]) == ["hotels[1].name", "hotels[1].transport"]
    assert all(sentence for [sentence] in answer.json()["fields"].values())
