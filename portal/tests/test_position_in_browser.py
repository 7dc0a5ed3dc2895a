"""Whoever is asked where they were can let the device say it; without a script they write it, as before."""

import re

import pytest
from playwright.sync_api import expect

from orders.models import StoreClosure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(visit, consumer, voucher_order, published_policies, enrolled_shop):
    """Somebody at the question where they were, with or without a script."""
    StoreClosure.objects.all().delete()
    dinner = voucher_order.lines.get()

    def asked(**how):
        visitor = visit(person=consumer, **how)
        visitor.open(f"{voucher_order.get_absolute_url()}lines/{dinner.pk}/claim/remedy/?reason=store_closed")
        return visitor

    return asked


def test_the_device_fills_in_the_position_that_the_claim_then_holds(asked):
    visitor = asked(language="zh-hans", width=390)
    visitor.page.context.grant_permissions(["geolocation"])
    visitor.page.context.set_geolocation({"latitude": 30.25013, "longitude": 120.16508, "accuracy": 5})
    visitor.press(visitor.says("Use my position"))
    visitor.sees(visitor.says("Your position was filled in."))
    expect(latitude(visitor)).to_have_value("30.25013")
    assert visitor.violations() == []
    visitor.press(visitor.says("Continue"))
    visitor.page.wait_for_url(re.compile("/remedy/"))
    assert visitor.problems == []


def test_who_does_not_let_the_device_say_it_is_told_so_and_goes_on(asked):
    visitor = asked()
    visitor.press("Use my position")
    visitor.sees(re.compile("could not be found"))
    expect(latitude(visitor)).to_have_value("")
    visitor.press("Continue")
    visitor.page.wait_for_url(re.compile("/remedy/"))


def test_without_a_script_nothing_is_offered_that_would_do_nothing(asked):
    visitor = asked(script=False)
    expect(latitude(visitor)).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Use my position")).to_have_count(0)


def latitude(visitor):
    return visitor.control("textbox", visitor.says("Where were you then? Latitude"))
