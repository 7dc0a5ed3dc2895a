"""Force majeure: claims it covers are paid first, whatever the merchant says; nothing else is."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from compensation import actions as fund
from compensation.actions.declaring import AlreadyEnded, NoSuchPlace, PeriodIsEmpty, PlaceMissing, SeniorsOnly
from compensation.models import Advance, ForceMajeure
from disputes.actions import file_claim
from disputes.advances import advance_due
from disputes.models import Claim
from disputes.tests.conftest import breaks, fresh, in_wallet
from orders.models import Order, Stay, Store
from payouts.statements import ReasonMissing


@pytest.fixture
def storm(senior: User, now: datetime):
    """Declares a storm that began an hour ago."""

    def declare(place: str, where: str, **changes) -> ForceMajeure:
        given = {"starts_at": now - timedelta(hours=1), "ends_at": None, "because": "Typhoon Muifa.", "by": senior}
        return fund.declare_force_majeure(kind="storm", place=place, where=where, at=now, **given | changes)

    return declare


@pytest.fixture
def stayed(stay_order: Order, consumer: User, special_fund: int, now: datetime) -> Claim:
    """The guest of the Lake Hotel in Hangzhou says that it was not as described; the merchant has to answer."""
    line = stay_order.lines.get()
    return file_claim(
        consumer=consumer, order=stay_order.number, line=line.pk, reason="not_as_described", remedy="refund",
        statement="No light, no water.", at=now,
    )  # fmt: skip


@pytest.fixture
def claimed_before(card_order: Order, consumer: User, special_fund: int, now: datetime) -> Claim:
    """About a card of the Yoga Studio in Hangzhou; the merchant has to answer."""
    line = card_order.lines.get()
    return file_claim(
        consumer=consumer, order=card_order.number, line=line.pk, reason="not_as_described", remedy="refund",
        statement="Cold.", at=now,
    )  # fmt: skip


@pytest.mark.parametrize(("place", "where"), [("store", "lake-hotel"), ("city", "Hangzhou"), ("market", "")])
def test_a_claim_about_the_place_is_paid_first_at_once(
    stayed: Claim, storm, consumer: User, now: datetime, place: str, where: str
):
    declared = storm(place, where)
    assert advance_due(now=now) == 1
    claim = fresh(stayed)
    assert claim.status == "awaiting_merchant"
    assert in_wallet(consumer) == claim.advanced == 1_200_00
    assert Advance.objects.get().force_majeure == declared
    assert breaks() == []
    assert advance_due(now=now) == 0


def test_other_places_are_not_covered(stayed: Claim, storm, goods_order: Order, closed_store: Store, now: datetime):
    storm("store", closed_store.code)
    Order.objects.filter(pk=goods_order.pk).update(market="elsewhere")
    Store.objects.create(merchant=closed_store.merchant, code="far", kind="hotel", name="Far", city="Beijing")
    storm("city", "Beijing")
    storm("market", "elsewhere")
    assert advance_due(now=now) == 0
    assert fresh(stayed).advanced == 0


def test_its_period_is_half_open(stayed: Claim, storm, now: datetime):
    Claim.objects.filter(pk=stayed.pk).update(filed_at=now)
    stay = stayed.line.stay
    stay.arrival_on = (now - timedelta(days=30)).date()
    stay.save()
    stayed.order.delivered_at = now - timedelta(days=28)
    stayed.order.save()
    storm("store", "lake-hotel", starts_at=now - timedelta(days=2), ends_at=now)
    assert advance_due(now=now + timedelta(hours=1)) == 0
    storm("store", "lake-hotel", starts_at=now, ends_at=now + timedelta(seconds=1))
    assert advance_due(now=now + timedelta(hours=1)) == 1


@pytest.mark.parametrize(("arrives", "leaves", "covered"), [(-1, 0, 0), (-1, 1, 1), (1, 3, 1), (2, 3, 0)])
def test_of_the_nights_those_that_end_with_its_beginning_or_begin_with_its_end_are_outside(
    stayed: Claim, storm, now: datetime, arrives: int, leaves: int, covered: int
):
    midnight = now.replace(hour=0, minute=0, second=0) - timedelta(days=9)
    arrival_on = (midnight + timedelta(days=arrives)).date()
    Stay.objects.filter(line=stayed.line).update(arrival_on=arrival_on, nights=leaves - arrives)
    Order.objects.filter(pk=stayed.order_id).update(delivered_at=midnight + timedelta(days=leaves))
    storm("store", "lake-hotel", starts_at=midnight, ends_at=midnight + timedelta(days=2))
    assert advance_due(now=now) == covered


def test_nights_in_its_period_count_whenever_the_guest_claims(stayed: Claim, storm, now: datetime):
    storm("store", "lake-hotel", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1, hours=12))
    assert advance_due(now=now) == 1
    assert fresh(stayed).advanced


def test_what_ended_covers_nothing_filed_later(stayed: Claim, storm, senior: User, card_order, consumer, now):
    declared = storm("city", "Hangzhou")
    fund.end_force_majeure(force_majeure=declared, by=senior, at=now)
    later = now + timedelta(minutes=5)
    line = card_order.lines.get()
    claim = file_claim(
        consumer=consumer, order=card_order.number, line=line.pk, reason="not_as_described", remedy="refund",
        statement="Cold.", at=later,
    )  # fmt: skip
    assert claim.status == "awaiting_merchant"
    advance_due(now=later)
    assert fresh(claim).advanced == 0
    with pytest.raises(AlreadyEnded), transaction.atomic():
        fund.end_force_majeure(force_majeure=declared, by=senior, at=later)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"place": "city", "where": "Atlantis"}, NoSuchPlace),
        ({"place": "store", "where": "nowhere"}, NoSuchPlace),
        ({"place": "market", "where": "nowhere"}, NoSuchPlace),
        ({"place": "store", "where": " "}, PlaceMissing),
        ({"because": " "}, ReasonMissing),
        ({"ends_at": datetime(2020, 1, 1).astimezone()}, PeriodIsEmpty),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_paid(stayed: Claim, storm, now: datetime, changes, refusal):
    with pytest.raises(refusal), transaction.atomic():
        storm(**{"place": "city", "where": "Hangzhou", **changes})
    assert not ForceMajeure.objects.exists()
    assert advance_due(now=now) == 0


def test_what_has_not_begun_is_called_off_and_covers_nothing(stayed: Claim, storm, senior: User, now: datetime):
    noon = now.replace(hour=12, minute=0, second=0)
    arrived_on = (noon + timedelta(days=4)).date()
    Stay.objects.filter(line=stayed.line).update(arrival_on=arrived_on)
    Order.objects.filter(pk=stayed.order_id).update(delivered_at=noon + timedelta(days=6))
    declared = storm("city", "Hangzhou", starts_at=noon + timedelta(days=5))
    called_off = fund.end_force_majeure(force_majeure=declared, by=senior, at=now)
    assert called_off.ends_at == called_off.starts_at
    with pytest.raises(AlreadyEnded), transaction.atomic():
        fund.end_force_majeure(force_majeure=declared, by=senior, at=now)
    assert advance_due(now=noon + timedelta(days=7)) == 0


def test_claims_too_small_to_be_paid_first_keep_nobody_waiting(
    claimed_before: Claim, request: pytest.FixtureRequest, storm, now: datetime
):
    Claim.objects.filter(pk=claimed_before.pk).update(amount=1)
    stayed = request.getfixturevalue("stayed")
    storm("city", "Hangzhou")
    assert advance_due(now=now, limit=1) == 1
    assert fresh(stayed).advanced


@pytest.mark.parametrize("lasts_too_long", [False, True])
def test_an_empty_fund_of_another_currency_keeps_nobody_waiting(
    claimed_before: Claim, request: pytest.FixtureRequest, storm, now: datetime, lasts_too_long: bool
):
    Claim.objects.filter(pk=claimed_before.pk).update(currency="EUR")
    Order.objects.filter(pk=claimed_before.order_id).update(currency="EUR")
    stayed = request.getfixturevalue("stayed")
    if lasts_too_long:
        Claim.objects.update(status="awaiting_evidence", turn="both", advance_due_at=now)
    else:
        storm("city", "Hangzhou")
    assert advance_due(now=now, limit=1) == 1
    assert fresh(stayed).advanced


def test_a_claim_that_fails_keeps_nobody_waiting(
    claimed_before: Claim, request: pytest.FixtureRequest, storm, now: datetime, monkeypatch
):
    stayed = request.getfixturevalue("stayed")
    storm("city", "Hangzhou")
    pays = fund.advance

    def fails_once(**given):
        if given["claim"] == claimed_before.number:
            raise DatabaseError
        return pays(**given)

    monkeypatch.setattr(fund, "advance", fails_once)
    assert advance_due(now=now, limit=1) == 1
    assert fresh(stayed).advanced


def test_only_a_senior_agent_declares_and_ends_it(storm, agent: User, finance: User, stayed: Claim, now: datetime):
    declared = storm("city", "Hangzhou")
    for person in (agent, finance):
        with pytest.raises(SeniorsOnly), transaction.atomic():
            fund.declare_force_majeure(
                kind="storm",
                place="city",
                where="Hangzhou",
                starts_at=now,
                ends_at=None,
                because="x",
                by=person,
                at=now,
            )
        with pytest.raises(SeniorsOnly), transaction.atomic():
            fund.end_force_majeure(force_majeure=declared, by=person, at=now)
