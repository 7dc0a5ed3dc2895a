"""The face in a real Chromium: no accessibility violation, nothing sideways, focus where it should be."""

import pytest
from playwright.sync_api import expect

from portal.style_guide import LAYOUTS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("portal.tests.urls_with_style_guide"),
]
PAGES = [f"/style/?layout={layout}" for layout in LAYOUTS if layout != "mail"] + ["/", "/sign-in/"]


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(390, "zh-hans", "dark"), (390, "en", "light"), (1280, "en", "dark")]
)
def test_axe_finds_nothing(visit, width, language, scheme):
    visitor = visit(width=width, scheme=scheme, language=language)
    wrong = {}
    for path in PAGES:
        visitor.open(path)
        if found := visitor.violations():
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_scrolls_sideways_on_phones_and_no_page_breaks_its_content_policy(visit, language, width):
    visitor = visit(width=width, language=language)
    wide = []
    for path in PAGES:
        visitor.open(path)
        if visitor.has_to_scroll_sideways():
            wide.append(path)
    assert wide == []
    assert visitor.problems == []


def test_what_is_touched_on_phones_is_large_enough(visit):
    page = visit("/style/?layout=consumer", width=390).page
    small = page.evaluate(
        """() => [...document.querySelectorAll(".button, button, summary, .navigation a, .back")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML)"""
    )
    assert small == []


def test_the_first_tab_leads_past_the_navigation(visit):
    page = visit("/style/?layout=desk").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_places_stand_in_one_line_on_phones_and_the_rest_opens_by_key_without_any_script(visit):
    page = visit("/style/?layout=desk", width=390, script=False).page
    rest = page.get_by_role("link", name="All claims")
    assert not rest.is_visible()
    assert page.locator(".navigation").bounding_box()["height"] < 70
    page.get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(rest).to_be_focused()
    page.keyboard.press("Escape")
    assert not rest.is_visible()


def test_all_places_are_in_sight_where_there_is_room(visit):
    page = visit("/style/?layout=desk", width=1280).page
    assert page.get_by_role("link", name="All claims").is_visible()
    assert not page.get_by_role("button", name="More").is_visible()


def test_errors_take_the_focus_and_lead_to_their_fields(visit):
    visitor = visit("/sign-in/")
    visitor.write("E-mail address", "nobody@example.com")
    visitor.write("Password", "wrong")
    visitor.press("Sign in")
    expect(visitor.page.locator(".error-summary")).to_be_focused()
    assert visitor.page.title().startswith("Error:")


def test_the_sheet_of_keys_opens_and_can_switch_them_off(visit):
    page = visit("/style/?layout=bench").page
    page.keyboard.press("j")
    assert "R-202" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.get_by_label("Single keys work on this device").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.get_by_role("dialog").is_visible()


def test_a_form_is_sent_once(visit):
    sent = visit("/sign-in/").page.evaluate(
        """() => {
            const form = document.querySelector("main form");
            let sent = 0;
            form.addEventListener("submit", (event) => { event.preventDefault(); sent += 1; });
            form.noValidate = true;
            form.requestSubmit();
            form.requestSubmit();
            return sent;
        }"""
    )
    assert sent == 1


def test_the_language_changes_without_any_script(visit):
    page = visit("/sign-in/", script=False).page
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
