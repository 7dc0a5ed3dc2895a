"""A rule is changed by two people on the pages, without a script and in both languages, and a merchant joins it.

With REDRESS_SCREENSHOTS=<folder> each page is left there as a picture.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from policies.in_force import enrolments, in_force, terms_of
from policies.models import Version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", 390)])


def look(visitor, name):
    assert not visitor.has_to_scroll_sideways(), name
    if folder := os.environ.get("REDRESS_SCREENSHOTS"):
        width = visitor.page.viewport_size["width"]
        visitor.page.screenshot(path=Path(folder) / f"{name}-{visitor.language}-{width}.png", full_page=True)


def press(visitor, source, **values):
    """A button or a link by what it is called, the first where there are several."""
    name = visitor.says(source, **values)
    main = visitor.page.locator("main")
    visitor.click(main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first)


@WAYS
def test_two_people_change_a_rule_without_a_script(
    visit, operator, operator2, consumer, published_policies, now, language, width
):
    first = in_force(["closed_store"], at=now)["closed_store"]
    way = {"language": language, "width": width, "script": False}
    visitor = visit("/policies/", person=operator, **way)
    look(visitor, "policies")
    visitor.open("/policies/closed_store/draft/")
    moment = timezone.localtime() + timedelta(days=3)
    visitor.page.locator("[name=effective_from]").fill(f"{moment:%Y-%m-%dT%H:%M}")
    look(visitor, "draft")
    press(visitor, "Begin the draft")

    page = visitor.page
    page.locator("[name=percent]").fill("forty")
    page.locator("button[value='remove cap[0]']").click()
    expect(page.locator("[name='cap#']")).to_have_value("3")
    press(visitor, "Add a currency")
    page.locator("[name='cap[3].key']").fill("CNY")
    page.locator("[name='cap[3].value']").fill("800.00")
    press(visitor, "Save the draft")
    expect(page.locator(".error-summary")).to_contain_text("forty")
    expect(page.locator("[name='cap[3].value']")).to_have_value("800.00")
    look(visitor, "terms-wrong")
    assert Version.objects.get(status="draft").terms["percent"] == first.terms["percent"]
    page.locator("[name=percent]").fill("40")
    press(visitor, "Save the draft")
    draft = Version.objects.get(status="draft")
    visitor.is_at(visitor.says("%(name)s, version %(number)s", name=visitor.says("Closed store"), number=draft.number))
    look(visitor, "version-draft")
    visitor.open(f"/policies/closed_store/{draft.number}/file/")
    look(visitor, "file")

    second = visit(f"/policies/closed_store/{draft.number}/", person=operator2, **way)
    press(second, "Check it")
    second.sees("40 %")
    look(second, "check")
    press(second, "They are right")
    press(second, "Publish it")
    look(second, "publication")
    press(second, "Publish it")
    look(second, "version-published")
    published = Version.objects.get(pk=draft.pk)
    assert (published.status, published.checked_by, published.published_by) == (
        "published", operator2, operator2,
    )  # fmt: skip
    assert in_force(["closed_store"], at=now)["closed_store"] == first
    assert terms_of(in_force(["closed_store"], at=published.effective_from)["closed_store"]).cap.of("CNY") == 800_00

    reader = visit(f"/policies/closed_store/{draft.number}/", person=consumer, **way)
    reader.sees("40 %")
    look(reader, "terms-public")


@WAYS
def test_a_merchant_joins_within_the_limits_and_leaves_again(
    visit, merchant, shop, published_policies, now, language, width
):
    way = {"language": language, "width": width, "script": False}
    visitor = visit("/desk/guarantees/", person=merchant, **way)
    look(visitor, "guarantees")
    visitor.open("/desk/guarantees/hotel_overbooking/")
    visitor.page.locator("[name=no_room_factor]").fill("9")
    press(visitor, "Take part")
    expect(visitor.page.locator(".error-summary")).to_contain_text("9")
    expect(visitor.page.locator("[name=no_room_factor]")).to_have_value("9")
    assert not enrolments(shop.pk, at=timezone.now())
    look(visitor, "guarantee-wrong")
    visitor.page.locator("[name=no_room_factor]").fill("2")
    press(visitor, "Take part")
    assert enrolments(shop.pk, at=timezone.now())["hotel_overbooking"].no_room_factor == 2
    look(visitor, "guarantee")
    visitor.open("/desk/guarantees/hotel_overbooking/leaving/")
    look(visitor, "leaving")
    visitor.click(visitor.page.locator("button.grave"))
    assert "hotel_overbooking" not in enrolments(shop.pk, at=timezone.now())
    visitor.open("/desk/guarantees/refund_without_return/")
    press(visitor, "Add a row")
    look(visitor, "own-rules")
