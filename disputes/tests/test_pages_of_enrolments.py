"""A merchant joins, changes and leaves guarantees on pages and through the API; orders keep what was promised."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disputes.actions import file_claim
from disputes.costs import Cost, costs_of
from disputes.entitlements import entitlements
from policies.in_force import enrolments
from policies.models import Enrolment

pytestmark = pytest.mark.django_db

GUARANTEES = "/desk/guarantees/"


def test_the_list_says_in_what_the_business_takes_part_and_what_it_cost(
    client, merchant, consumer, shop, enrolled_shop, goods_order, now
):
    mug = goods_order.lines.get(position=1)
    file_claim(consumer=consumer, order=goods_order.number, line=mug.pk, reason="damaged", remedy="refund", at=now)
    assert costs_of(shop.pk) == {"lightning_refund": [Cost("CNY", refunded=45_00, times=1)]}
    client.force_login(merchant)
    page = client.get(GUARANTEES)
    shown = {one.code: one for one in page.context["guarantees"]}
    assert shown["lightning_refund"].running is not None
    assert shown["lightning_refund"].costs[0].amount == 45_00
    assert shown["long_queue"].running is None or shown["long_queue"].running.merchant == shop
    assert "ask_merchant" not in shown
    assert "CN¥45.00" in page.text


@pytest.fixture
def newcomer(outsider):
    """A business that takes part in nothing yet."""
    return outsider.membership.merchant


def test_joining_from_a_day_changing_and_leaving_stand_in_the_history(client, outsider, newcomer):
    client.force_login(outsider)
    here = f"{GUARANTEES}closed_store/"
    tomorrow = timezone.localtime(timezone=timezone.get_fixed_timezone(8 * 60)) + timedelta(days=1)
    assert client.post(here, {"percent": "10", "effective_from": ""})["Location"] == here
    later = f"{tomorrow:%Y-%m-%dT%H:%M}"
    assert client.post(here, {"percent": "20", "effective_from": later})["Location"] == here
    page = client.get(here)
    assert [past.enrolment.terms for past in page.context["past"]] == [{"percent": 20}, {"percent": 10}]
    assert page.context["guarantee"].coming.terms == {"percent": 20}
    assert client.post(f"{here}leaving/", {"effective_from": ""})["Location"] == here
    now = timezone.now()
    assert "closed_store" not in enrolments(newcomer.pk, at=now)
    assert "closed_store" not in enrolments(newcomer.pk, at=now + timedelta(days=2))
    assert client.post(f"{here}leaving/", {"effective_from": ""}).status_code == 422


def test_an_order_keeps_what_was_promised_when_it_was_placed(client, merchant, shop, voucher_order, enrolled_shop, now):
    before = entitlements(voucher_order, now=now)
    client.force_login(merchant)
    client.post(f"{GUARANTEES}closed_store/leaving/", {"effective_from": ""})
    assert "closed_store" not in enrolments(shop.pk, at=timezone.now())
    after = entitlements(voucher_order, now=now)
    assert [(it.reason, it.remedy, it.amount) for it in after] == [(it.reason, it.remedy, it.amount) for it in before]
    assert "closed_store" in {it.verdict.rule for it in after}


WRONG = {
    "more than all of it": ("closed_store", {"percent": "101"}, "A percentage is at most 100, not 101."),
    "no figure": ("closed_store", {"percent": "lots"}, "A whole number is expected, not “lots”."),
    "beyond the platform": ("hotel_overbooking", {"no_room_factor": "4"}, "4 is more than the platform allows: 3."),
    "in the past": ("closed_store", {"effective_from": "2020-01-01T00:00"}, "This moment has passed."),
}


@pytest.mark.parametrize(("code", "typed", "sentence"), list(WRONG.values()), ids=list(WRONG))
def test_what_is_wrong_is_told_and_kept_and_nothing_is_promised(client, outsider, newcomer, code, typed, sentence):
    client.force_login(outsider)
    answer = client.post(f"{GUARANTEES}{code}/", typed)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert not Enrolment.objects.filter(merchant=newcomer).exists()


def test_a_clerk_sees_and_an_owner_decides(client, clerk):
    before = Enrolment.objects.count()
    client.force_login(clerk)
    page = client.get(f"{GUARANTEES}closed_store/")
    assert page.status_code == 200
    assert '<form class="flow"' not in page.text
    assert client.post(f"{GUARANTEES}closed_store/", {"percent": "10"}).status_code == 422
    assert Enrolment.objects.count() == before


@pytest.mark.parametrize("code", ["ask_merchant", "peace_of_mind_travel", "free-lunch"])
def test_only_what_can_be_joined_by_hand_has_a_page(client, merchant, code):
    client.force_login(merchant)
    assert client.get(f"{GUARANTEES}{code}/").status_code == 404


def test_a_program_joins_and_leaves(api, outsider, clerk, newcomer):
    program = api(outsider)
    address = "/api/v1/merchant/enrolments"
    joined = program.post(address, {"policy": "closed_store", "terms": {"percent": 10}}, format="json")
    assert (joined.status_code, joined.json()["terms"], joined.json()["ends_at"]) == (201, {"percent": 10}, None)
    assert enrolments(newcomer.pk, at=timezone.now())["closed_store"].percent == 10
    refused = program.post(address, {"policy": "closed_store", "terms": {"percent": 101}}, format="json")
    assert (refused.status_code, refused.json()["error"]) == (400, "terms_not_accepted")
    never = program.post(address, {"policy": "closed_store", "starts_at": "9999-12-31T23:00:00Z"}, format="json")
    assert (never.status_code, never.json()["error"]) == (400, "too_far_ahead")
    assert api(clerk).post(f"{address}/closed_store/end", {}, format="json").status_code == 403
    left = program.post(f"{address}/closed_store/end", {}, format="json")
    assert left.status_code == 200
    assert left.json()["results"][0]["ends_at"] is not None
    assert program.get(address).json()["results"] == left.json()["results"]
    assert program.post(f"{address}/closed_store/end", {}, format="json").json()["error"] == "takes_no_part"
