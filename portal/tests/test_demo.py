"""The demo marketplace is made once, only where a demo is wanted, and has something to try for everybody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from accounts.demo import DEMO_LOGINS
from accounts.models import Merchant, User
from compensation.models import LABELS, Admission, Advance, ForceMajeure, Recovery, Rehousing
from disputes.entitlements import entitlements, owed
from disputes.label_reviews import review_due_labels
from disputes.models import Claim
from ledger.chart import balance_of, fund_budget
from orders.demo import demo_purchases
from orders.demo.catalogue import LAKESIDE
from orders.models import Booking, Order, OrderKind, RoomType, Stay, StoreClosure, Voucher
from policies.models import Enrolment
from portal.demo import make_demo
from portal.testing import QUICK


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo takes seconds to make: all tests here share one, and undo what they do to it."""
    with django_db_blocker.unblock(), override_settings(DEMO=True, PASSWORD_HASHERS=QUICK), transaction.atomic():
        make_demo(now=timezone.now())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(made_once: None, db: None, settings: Settings) -> None:
    settings.DEMO = True


def test_everybody_of_the_contract_signs_in(demo: None):
    for login in DEMO_LOGINS:
        person = authenticate(username=login.email, password="redress")
        assert isinstance(person, User)
        assert (person.role, person.agent_level) == (login.role, login.agent_level)


def test_is_made_once(demo: None):
    out = StringIO()
    call_command("demo", stdout=out)
    assert out.getvalue() == "There are people here already: nothing was changed.\n"


def test_is_refused_where_no_demo_is_wanted(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    settings.DEMO = False
    monkeypatch.setattr("portal.management.commands.demo.is_empty", lambda: True)
    before = User.objects.count()
    with pytest.raises(CommandError, match="not a demo"):
        call_command("demo")
    assert User.objects.count() == before


def test_nobody_but_the_people_of_the_contract_can_sign_in_or_be_written_to(demo: None):
    others = User.objects.exclude(email__in=[login.email for login in DEMO_LOGINS])
    assert all(not other.is_active and other.email.endswith(".invalid") for other in others)
    assert not any(other.has_usable_password() for other in others)


def test_the_work_lists_have_a_second_page(demo: None):
    lakeside = Merchant.objects.get(code=LAKESIDE.code)
    senior = User.objects.get(email="senior@example.com")
    assert Claim.objects.filter(merchant=lakeside).waiting_for_merchant().count() > 25
    assert Claim.objects.visible_to(senior).for_agents(senior).count() > 25


def test_lists_have_a_second_page(demo: None):
    assert Order.objects.filter(consumer__email="consumer@example.com").count() > 60
    assert Order.objects.filter(merchant__code=LAKESIDE.code).count() > 60


def test_the_consumer_has_every_kind_over_every_gateway(demo: None):
    bought = Order.objects.filter(consumer__email="consumer@example.com")
    assert set(bought.values_list("kind", "paid_through")) == {
        (kind, gateway) for kind in OrderKind.values for gateway in ("wallet", "sandbox")
    }


def test_every_trouble_of_a_stay_is_there(demo: None):
    stays = Stay.objects.filter(line__order__consumer__email="consumer@example.com").select_related(
        "room_type_reserved", "room_type_assigned"
    )
    kinds: set[object] = set()
    for stay in stays:
        reserved, assigned = stay.room_type_reserved.mean_rate_rank, stay.room_type_assigned
        if assigned is None:
            kinds.add(str(stay.outcome))
        elif assigned.mean_rate_rank is None or reserved is None:
            kinds.add("no rank")
        else:
            kinds.add((assigned.mean_rate_rank > reserved) - (assigned.mean_rate_rank < reserved))
    assert kinds == {-1, 0, 1, "no rank", "turned_away", "booked", "cancelled"}


def test_rooms_rank_by_what_they_cost(demo: None):
    for hotel in set(RoomType.objects.values_list("store", flat=True)):
        ranked = RoomType.objects.filter(store=hotel).exclude(mean_rate_rank=None).order_by("mean_rate_rank")
        assert list(ranked.values_list("code", flat=True)) == ["standard", "deluxe", "lake-view", "suite"]


def test_vouchers_meet_closed_doors_and_their_last_days(demo: None, now: datetime):
    own = Voucher.objects.filter(line__order__consumer__email="consumer@example.com")
    closed = own.filter(line__store__closures__isnull=False)
    assert set(closed.values_list("line__store__closures__reason", flat=True)) == {"renovating", "moved"}
    assert StoreClosure.objects.filter(store__kind__in=["restaurant", "tea house"]).count() == 2
    unused = own.filter(redeemed_at=None)
    assert unused.filter(expires_at__gt=now).exists()
    assert unused.filter(expires_at__lt=now).exists()


def test_merchants_promised_something_and_the_fund_is_filled(demo: None):
    assert set(Enrolment.objects.values_list("merchant__code", flat=True)) == set(
        Merchant.objects.values_list("code", flat=True)
    )
    paid_first = sum(Advance.objects.values_list("amount", flat=True))
    assert balance_of(fund_budget("special", "CNY")).available == 300_000_00 - paid_first


def test_every_way_to_settle_is_there_to_try(demo: None, now: datetime):
    found = set()
    for order in Order.objects.filter(consumer__email="consumer@example.com").select_related("consumer", "merchant"):
        found |= {
            (order.kind, entitlement.verdict.rule, str(entitlement.remedy), str(entitlement.settles))
            for entitlement in entitlements(order, now=now)
        }
    assert found >= {
        ("goods", "lightning_refund", "refund", "at_once"),
        ("goods", "refund_without_return", "refund", "at_once"),
        ("goods", "return_first", "return", "after_return"),
        ("goods", "ask_merchant", "refund", "after_merchant"),
        ("stay", "hotel_overbooking", "upgrade", "at_once"),
        ("stay", "hotel_overbooking", "compensation", "at_once"),
        ("stay", "hotel_overbooking", "compensation", "by_agent"),
        ("stay", "hotel_overbooking", "compensation", "after_merchant"),
        ("voucher", "closed_store", "alternative", "at_once"),
        ("voucher", "closed_store", "compensation", "at_once"),
        ("voucher", "lightning_refund", "refund", "at_once"),
        ("booking", "long_queue", "compensation", "at_once"),
        ("booking", "hard_reservation", "compensation", "at_once"),
        ("booking", "cancelled_performance", "compensation", "at_once"),
        ("card", "session_card", "refund", "at_once"),
        ("card", "session_card", "refund", "after_merchant"),
        ("goods", "out_of_stock", "coupon", "at_once"),
        ("goods", "out_of_stock", "compensation", "at_once"),
    }


@pytest.mark.parametrize(
    ("kind", "cause", "told", "rule"),
    [
        ("tour", "forced_purchase", {"stops": 1, "charged": 300_00}, "peace_of_mind_travel"),
        ("treatment", "practitioner_replaced", {"treatment": "declined"}, "peace_of_mind_beauty"),
        ("table", "portion_short", {"promised_grams": 500, "served_grams": 300}, "peace_of_mind_dining"),
        ("table", "long_queue", {"waited_minutes": 60}, "long_queue"),
    ],
)
def test_what_only_the_consumer_knows_is_there_to_try(
    demo: None, now: datetime, kind: str, cause: str, told: dict[str, Any], rule: str
):
    booked = Booking.objects.filter(line__order__consumer__email="consumer@example.com", kind=kind, outcome="kept")
    assert rule in {
        entitlement.verdict.rule
        for booking in booked.select_related("line")
        for entitlement in owed(booking.line, reason=cause, now=now, particulars=told)
    }


def test_the_houses_with_a_label_keep_it_when_they_are_looked_at_again(demo: None, now: datetime):
    carried = Admission.objects.held()
    assert set(carried.values_list("label", flat=True)) == set(LABELS)
    review_due_labels(now=now + timedelta(days=1))
    assert Admission.objects.held().count() == len(LABELS)


def test_the_fund_paid_first_in_a_storm_and_for_a_long_dispute_that_its_hotel_owes(demo: None):
    assert ForceMajeure.objects.get().ends_at is None
    assert set(Advance.objects.values_list("cause", "status")) == {
        ("force_majeure", "outstanding"),
        ("lengthy", "charged"),
    }
    assert Recovery.objects.get().merchant.code == LAKESIDE.code


def test_a_guest_has_other_hotels_to_choose_from_and_the_hotel_a_stay_to_report(demo: None):
    offered = Rehousing.objects.get(status="offered")
    assert (offered.line.order.consumer.email, offered.hotels.count()) == ("consumer@example.com", 2)
    assert offered.answer_by == offered.offered_at + timedelta(days=1)
    to_come = Stay.objects.filter(outcome="booked", line__order__merchant__code=LAKESIDE.code)
    assert to_come.filter(line__order__consumer__email="consumer2@example.com").exists()


def test_is_the_same_for_the_same_seed(now: datetime):
    assert demo_purchases(now=now) == demo_purchases(now=now)
    assert demo_purchases(now=now) != demo_purchases(now=now, seed=2)
    numbers = [purchase.number for purchase in demo_purchases(now=now)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("seed", range(20))
def test_every_fact_of_it_is_one_that_can_be(now: datetime, seed: int):
    for purchase in demo_purchases(now=now, seed=seed):
        assert purchase.placed_at < now
        assert purchase.delivered_at is None or purchase.placed_at <= purchase.delivered_at <= now
        for item in purchase.items:
            assert item.paid > 0
            assert item.ticket is None or item.ticket.usable_from < item.ticket.expires_at
            assert item.reservation is None or (item.reservation.recorded_at or now) <= now
            assert item.shortage is None or purchase.placed_at < item.shortage.reported_at < now
