"""One spelling for every sum and moment, in the reader's language, and never a promise rounded up."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from common import formats

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("en", 1_234_567, "CNY", "CN¥12,345.67"),
        ("zh-hans", 1_234_567, "CNY", "¥12,345.67"),
        ("en", 1_234_567, "GBP", "£12,345.67"),
        ("zh-hans", 1_234_567, "GBP", "£12,345.67"),
        ("en", -9_905, "USD", "−US$99.05"),
        ("en", 120_000, "JPY", "JP¥120,000"),
        ("en", 1_500, "KWD", "KWD\N{NO-BREAK SPACE}1.500"),
        ("en", 0, "CNY", "CN¥0.00"),
        ("en", 1, "GBP", "£0.01"),
        ("de", 100, "EUR", "€1.00"),
    ],
)
def test_a_sum_is_written_as_its_reader_writes_it(language, amount, currency, text):
    with translation.override(language):
        assert formats.money_text(amount, currency) == text


@pytest.mark.parametrize(("amount", "text"), [(500, "+£5.00"), (0, "£0.00"), (-500, "−£5.00")])
def test_a_signed_sum_shows_its_plus_too(amount, text):
    assert formats.money_text(amount, "GBP", signed=True) == text


def test_no_cent_is_lost_in_sums_that_floats_cannot_hold():
    assert formats.money_text(9_007_199_254_740_993, "GBP") == "£90,071,992,547,409.93"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Sun 22 Nov 2026, 14:05"), ("zh-hans", "2026年11月22日周日 14:05")]
)
def test_a_moment_is_told_in_the_readers_zone_and_language(language, text):
    with translation.override(language), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert formats.moment_text(NOW) == text


def test_a_day_is_the_day_it_is_where_the_reader_is():
    late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert formats.day_text(late) == "23 Nov 2026"
    assert formats.day_text(date(2026, 11, 22)) == "22 Nov 2026"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=2, hours=23, minutes=59), "in 2 days"),
        (timedelta(days=2) - timedelta(seconds=1), "in 47 hours"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(hours=2) - timedelta(seconds=1), "in 119 minutes"),
        (timedelta(seconds=30), "in 1 minute"),
        (-timedelta(minutes=5), "5 minutes ago"),
        (-timedelta(days=3), "3 days ago"),
    ],
)
def test_time_left_is_never_rounded_up(left, text):
    assert formats.distance_text(NOW + left, now=NOW) == text


def test_time_left_is_told_in_chinese_too():
    with translation.override("zh-hans"):
        assert formats.distance_text(NOW + timedelta(days=2), now=NOW) == "2天后"


@pytest.mark.parametrize(("zone", "text"), [("UTC", "UTC"), ("Asia/Shanghai", "China Time")])
def test_the_zone_has_a_name_people_know(zone, text):
    with timezone.override(ZoneInfo(zone)):
        assert formats.zone_text() == text
