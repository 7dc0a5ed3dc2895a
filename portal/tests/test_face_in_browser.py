"""The face in a real Chromium: no accessibility violation, nothing sideways, focus where it should be."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from portal.style_guide import LAYOUTS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("portal.tests.urls_with_style_guide"),
]
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PAGES = [f"/style/?layout={layout}" for layout in LAYOUTS if layout != "mail"] + ["/", "/sign-in/"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    system = "/usr/bin/chromium"
    was_async_unsafe = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system if os.path.exists(system) else None, args=SWITCHES)
        yield browser
        browser.close()
    if was_async_unsafe is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opened(
        path: str, *, width: int = 1280, scheme: Any = "light", language: str = "en", script: bool = True
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        context.add_cookies([{"name": "redress_language", "value": language, "url": live_server.url}])
        page: Any = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(390, "zh-hans", "dark"), (390, "en", "light"), (1280, "en", "dark")]
)
def test_axe_finds_nothing(open_page, live_server, width, language, scheme):
    page = open_page("/", width=width, scheme=scheme, language=language)
    violations = {}
    for path in PAGES:
        page.goto(live_server.url + path)
        if found := Axe().run(page).response["violations"]:
            violations[path] = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
    assert violations == {}


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_scrolls_sideways_on_phones_and_no_page_breaks_its_content_policy(
    open_page, live_server, language, width
):
    page = open_page("/", width=width, language=language)
    wide = []
    for path in PAGES:
        page.goto(live_server.url + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []
    assert page.problems == []


def test_what_is_touched_on_phones_is_large_enough(open_page):
    page = open_page("/style/?layout=consumer", width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".button, button, summary, .navigation a, .back")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
            .map((one) => one.outerHTML)"""
    )
    assert small == []


def test_the_first_tab_leads_past_the_navigation(open_page):
    page = open_page("/style/?layout=desk")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_errors_take_the_focus_and_lead_to_their_fields(open_page):
    page = open_page("/sign-in/")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error:")


def test_the_sheet_of_keys_opens_and_can_switch_them_off(open_page):
    page = open_page("/style/?layout=bench")
    page.keyboard.press("j")
    assert "R-202" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.get_by_label("Single keys work on this device").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.get_by_role("dialog").is_visible()


def test_a_form_is_sent_once(open_page):
    page = open_page("/sign-in/")
    sent = page.evaluate(
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


def test_the_language_changes_without_any_script(open_page):
    page = open_page("/sign-in/", script=False)
    page.get_by_role("button", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
