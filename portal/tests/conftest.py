"""One Chromium for all tests of the portal that look at pages, and visitors who come with it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings as project
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from portal.tests.visitor import Visitor

SYSTEM_CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
HEIGHT = 844
PATIENCE_MS = 20_000  # for a page to come, on a machine that has other work


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, else Playwright's own."""
    installed = SYSTEM_CHROMIUM if os.path.exists(SYSTEM_CHROMIUM) else None
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop running in this thread, which Django takes for asynchronous code.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=installed, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def visit(
    chromium: Browser, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> Iterator[Callable[..., Visitor]]:
    """Somebody comes with a browser of their own: `visit("/orders/", person=consumer, width=390)`."""
    settings.MEDIA_ROOT = tmp_path
    contexts = []

    def come(
        path: str = "/",
        *,
        person: User | None = None,
        language: str = "en",
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        script: bool = True,
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            java_script_enabled=script,
            base_url=live_server.url,
            reduced_motion="reduce",
        )
        contexts.append(context)
        cookies = {project.LANGUAGE_COOKIE_NAME: language, **(session_of(person) if person else {})}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        visitor = Visitor(context.new_page(), language)
        visitor.open(path)
        return visitor

    yield come
    for context in contexts:
        context.close()


def session_of(person: User) -> dict[str, str]:
    """The cookie of somebody who has signed in."""
    client = Client()
    client.force_login(person)
    return {project.SESSION_COOKIE_NAME: client.cookies[project.SESSION_COOKIE_NAME].value}
