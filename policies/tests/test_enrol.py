"""A merchant takes part with its own terms, from a moment on; what it promised before stays promised."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.errors import Refusal
from policies.actions import (
    EnrolmentInThePast,
    OnlyTheOwner,
    StartsInThePast,
    TakesNoPart,
    TermsNotAccepted,
    UnknownPolicy,
    enrol,
    join,
    leave,
    resign,
)
from policies.in_force import enrolments
from policies.models import Enrolment

RULE = {"price_from": {"CNY": "0"}, "price_until": {"CNY": "50.00"}, "reasons": ["damaged"]}


def test_new_terms_end_the_ones_before(shop, now):
    first = enrol(merchant=shop, policy="closed_store", terms={"percent": 10}, starts_at=now)
    enrol(merchant=shop, policy="closed_store", terms={"percent": 20}, starts_at=now + timedelta(days=1))
    first.refresh_from_db()
    assert first.ends_at == now + timedelta(days=1)
    assert enrolments(shop.pk, at=now)["closed_store"].percent == 10


def test_terms_cannot_be_slipped_in_before_later_ones(shop, now):
    enrol(merchant=shop, policy="closed_store", terms={}, starts_at=now)
    with pytest.raises(EnrolmentInThePast):
        enrol(merchant=shop, policy="closed_store", terms={}, starts_at=now)


def test_leaving_ends_the_promise_for_new_orders(shop, now):
    enrol(merchant=shop, policy="closed_store", terms={}, starts_at=now)
    leave(merchant=shop, policy="closed_store", at=now + timedelta(days=1))
    assert "closed_store" in enrolments(shop.pk, at=now)
    assert "closed_store" not in enrolments(shop.pk, at=now + timedelta(days=1))


def test_rules_that_conflict_are_refused_by_name(shop, now):
    rules = {"rules": [{"name": "cheap", **RULE}, {"name": "toys", "categories": ["toys"], **RULE}]}
    with pytest.raises(TermsNotAccepted) as refusal:
        enrol(merchant=shop, policy="refund_without_return", terms=rules, starts_at=now)
    assert refusal.value.sentence() == (
        "These terms cannot be used. At “rules[1]”: the rule “toys” conflicts with the rule “cheap”: some goods would"
        " fit both."
    )
    assert not Enrolment.objects.exists()


def test_an_owner_joins_changes_and_leaves_and_it_stays_on_record(shop, merchant, now):
    tomorrow, later = now + timedelta(days=1), now + timedelta(days=2)
    join(merchant=shop, policy="closed_store", terms={"percent": 10}, starts_at=now, by=merchant, at=now)
    join(merchant=shop, policy="closed_store", terms={"percent": 20}, starts_at=tomorrow, by=merchant, at=now)
    resign(merchant=shop, policy="closed_store", ends_at=later, by=merchant, at=now)
    kept = Enrolment.objects.order_by("starts_at")
    assert [(one.terms["percent"], one.ends_at, one.joined_by, one.left_by) for one in kept] == [
        (10, tomorrow, merchant, merchant),
        (20, later, merchant, merchant),
    ]
    assert enrolments(shop.pk, at=tomorrow)["closed_store"].percent == 20
    assert "closed_store" not in enrolments(shop.pk, at=later)


def test_what_has_not_begun_is_called_off_and_can_begin_again(shop, merchant, now):
    tomorrow = now + timedelta(days=1)
    join(merchant=shop, policy="closed_store", terms={"percent": 10}, starts_at=tomorrow, by=merchant, at=now)
    resign(merchant=shop, policy="closed_store", ends_at=now, by=merchant, at=now)
    assert "closed_store" not in enrolments(shop.pk, at=tomorrow)
    with pytest.raises(TakesNoPart):
        resign(merchant=shop, policy="closed_store", ends_at=now, by=merchant, at=now)
    join(merchant=shop, policy="closed_store", terms={"percent": 20}, starts_at=tomorrow, by=merchant, at=now)
    assert enrolments(shop.pk, at=tomorrow)["closed_store"].percent == 20


def test_nothing_is_promised_or_left_in_the_past(shop, merchant, now):
    yesterday = now - timedelta(days=1)
    with pytest.raises(StartsInThePast):
        join(merchant=shop, policy="closed_store", terms={}, starts_at=yesterday, by=merchant, at=now)
    enrol(merchant=shop, policy="closed_store", terms={}, starts_at=yesterday - timedelta(days=1))
    with pytest.raises(StartsInThePast):
        resign(merchant=shop, policy="closed_store", ends_at=yesterday, by=merchant, at=now)


def test_only_an_owner_decides(shop, clerk, outsider, now):
    for somebody in (clerk, outsider):
        with pytest.raises(OnlyTheOwner):
            join(merchant=shop, policy="closed_store", terms={}, starts_at=now, by=somebody, at=now)
        with pytest.raises(OnlyTheOwner):
            resign(merchant=shop, policy="closed_store", ends_at=now, by=somebody, at=now)
    assert not Enrolment.objects.exists()


BEYOND = {
    "more nights than the platform": ("hotel_overbooking", {"no_room_factor": 4}, "no_room_factor"),
    "a higher limit than the platform's": ("lightning_refund", {"per_claim": {"CNY": "1000.01"}}, "per_claim.CNY"),
    "a reason the platform does not allow": (
        "refund_without_return",
        {"rules": [{"name": "all", **RULE, "reasons": ["damaged", "not_received"]}]},
        "rules[0].reasons[1]",
    ),
}


@pytest.mark.parametrize(("policy", "terms", "path"), list(BEYOND.values()), ids=list(BEYOND))
def test_own_terms_stay_within_the_platforms_limits(shop, published_policies, now, policy, terms, path):
    with pytest.raises(TermsNotAccepted) as refusal:
        enrol(merchant=shop, policy=policy, terms=terms, starts_at=now)
    assert refusal.value.values["path"] == path
    assert not Enrolment.objects.exists()


def test_terms_at_the_platforms_limits_are_within_them(shop, published_policies, now):
    for policy, terms in (
        ("hotel_overbooking", {"no_room_factor": 3}),
        ("lightning_refund", {"per_claim": {"CNY": "1000"}}),
    ):
        enrol(merchant=shop, policy=policy, terms=terms, starts_at=now)
    assert Enrolment.objects.count() == 2


class Closed(Refusal):
    code = "closed"
    message = "Not by hand."


def keeps_out(*, merchant, policy, at):
    raise Closed


def test_a_gate_above_keeps_a_merchant_out(shop, merchant, now, settings):
    settings.POLICY_GATES = ("policies.tests.test_enrol.keeps_out",)
    with pytest.raises(Closed):
        join(merchant=shop, policy="closed_store", terms={}, starts_at=now, by=merchant, at=now)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("policy", ["ask_merchant", "clocks", "free_lunch"])
def test_only_what_takes_part_can_be_joined(shop, now, policy):
    with pytest.raises(UnknownPolicy):
        enrol(merchant=shop, policy=policy, terms={}, starts_at=now)


def test_terms_of_an_enrolment_never_change(shop, now):
    enrol(merchant=shop, policy="closed_store", terms={}, starts_at=now)
    with pytest.raises(IntegrityError, match="Terms of an enrolment never change"), transaction.atomic():
        Enrolment.objects.update(terms={"percent": 1})
    with pytest.raises(IntegrityError, match="Enrolments never change"), transaction.atomic():
        Enrolment.objects.all().delete()
