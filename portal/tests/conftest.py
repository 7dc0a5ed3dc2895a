"""One Chromium for all tests of the portal that look at pages, and visitors who come with it."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings as project
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Merchant, User
from compensation.models import LABELS
from conftest import bought, line
from disputes.tests.label_cases import carried
from orders.models import Booking, Order, OrderKind
from policies.actions import enrol
from portal.tests.visitor import Visitor

# The first that is there; the one without windows takes half the processor time.
SYSTEM_CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
HEIGHT = 844
DAY = timedelta(days=1)
PATIENCE_MS = 60_000  # for a page to come, on a machine that has other work


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, else Playwright's own."""
    installed = next(filter(os.path.exists, SYSTEM_CHROMIUM), None)
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
        context.set_default_timeout(PATIENCE_MS)
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


# --- what Peace of Mind covers ---------------------------------------------------------------------


@pytest.fixture
def labelled_shop(enrolled_shop: Merchant, merchant: User, now: datetime) -> Merchant:
    """`shop` has carried every Peace of Mind label for a month."""
    for label in LABELS:
        carried(enrolled_shop, now - timedelta(days=30), label=label)
    return enrolled_shop


@pytest.fixture
def tour_order(consumer: User, labelled_shop: Merchant, now: datetime) -> Order:
    """Three days by the lake for 5,000.00, back since yesterday."""
    order = bought(consumer, labelled_shop, OrderKind.BOOKING, "T-1001", placed_at=now - timedelta(days=12))
    return booked(order, "Three days by the lake", "湖畔三日游", paid=5_000_00, kind="tour", ended_at=now - DAY)


@pytest.fixture
def treatment_order(consumer: User, labelled_shop: Merchant, now: datetime) -> Order:
    """A facial for 800.00, given yesterday."""
    order = bought(consumer, labelled_shop, OrderKind.BOOKING, "B-1001", placed_at=now - timedelta(days=5))
    return booked(order, "Facial", "面部护理", paid=800_00, kind="treatment", ended_at=now - DAY)


@pytest.fixture
def performance_order(consumer: User, enrolled_shop: Merchant, now: datetime) -> Order:
    """A seat for 380.00 in a concert that was to begin an hour ago, of a merchant that gives the guarantee."""
    enrol(merchant=enrolled_shop, policy="cancelled_performance", terms={}, starts_at=now - timedelta(days=300))
    order = bought(consumer, enrolled_shop, OrderKind.BOOKING, "P-1001", placed_at=now - timedelta(days=5))
    seat = line(order, 1, "concert", "Concert", "音乐会", paid=380_00, category="performance")
    Booking.objects.create(line=seat, kind="performance", starts_at=now - timedelta(hours=1))
    return order


def booked(order: Order, title: str, title_zh: str, *, paid: int, kind: str, ended_at: datetime) -> Order:
    bought_line = line(order, 1, kind, title, title_zh, paid=paid, category=kind)
    Booking.objects.create(
        line=bought_line, kind=kind, starts_at=ended_at - DAY, ends_at=ended_at, outcome="kept", recorded_at=ended_at
    )
    return order
