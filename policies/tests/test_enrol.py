"""A merchant takes part with its own terms, from a moment on; what it promised before stays promised."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from policies.actions import EnrolmentInThePast, TermsNotAccepted, UnknownPolicy, enrol, leave
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
