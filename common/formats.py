"""Money and time as the reader of the current language and zone writes them.

The only place that turns an amount or a moment into words: the template components, the mails and the sentences of
every room use it, so the same sum never appears in two spellings.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name
from babel.numbers import NumberPattern, get_currency_symbol, parse_pattern
from django.utils import timezone
from django.utils.translation import get_language

from common.money import exponent, major_units

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

# English dates are written day first, which no reader takes for another day.
LOCALES = {"en": "en_GB", "zh-hans": "zh_Hans_CN"}
MOMENTS = {"en": "EEE d MMM y, HH:mm", "zh-hans": "y年M月d日EEE HH:mm"}
DAYS = {"en": "d MMM y", "zh-hans": "y年M月d日"}

# Below these the time left is told in the smaller unit, so that a promise is never rounded up.
TOLD_IN_HOURS = timedelta(days=2)
TOLD_IN_MINUTES = timedelta(hours=2)


def money_text(amount: int, currency: str, *, signed: bool = False) -> str:
    """The amount (minor units) with sign, grouping and the symbol the reader knows; `signed` shows a plus as well."""
    language = _language()
    return f"{_sign(amount, signed=signed)}{_symbol(currency, language)}{_digits(abs(amount), currency, language)}"


@lru_cache(maxsize=1024)  # the sentences of one verdict tell the same few sums again and again
def _digits(amount: int, currency: str, language: str) -> str:
    pattern, major = _pattern(language, exponent(currency)), major_units(amount, currency)
    digits: str = pattern.apply(major, _locale(language), currency_digits=False)
    return digits


def _sign(amount: int, *, signed: bool) -> str:
    if amount < 0:
        return MINUS
    return "+" if signed and amount > 0 else ""


def money_symbol(currency: str) -> str:
    """The currency's symbol in the reader's language, with a space after it when it is made of letters."""
    return _symbol(currency, _language())


@lru_cache
def _symbol(currency: str, language: str) -> str:
    symbol = get_currency_symbol(currency, _locale(language))
    return f"{symbol}{NO_BREAK_SPACE}" if symbol[-1].isalpha() else symbol


def moment_text(at: datetime) -> str:
    """Day, month, year, hour and minute in the reader's zone, with the day of the week."""
    language = _language()
    return format_datetime(timezone.localtime(at), MOMENTS[language], locale=_locale(language))


def day_text(on: date) -> str:
    """Day, month and year of a calendar day; a moment is first taken to the reader's zone."""
    if isinstance(on, datetime):
        on = timezone.localdate(on)
    return format_date(on, DAYS[_language()], locale=_locale(_language()))


def distance_text(at: datetime, *, now: datetime) -> str:
    """How far away a moment is ("in 2 days", "3 hours ago"), in whole units and never more than is left."""
    distance = at - now
    unit = _unit(abs(distance))
    whole = timedelta(seconds=_whole_units(abs(distance), unit) * unit.total_seconds())
    return format_timedelta(
        whole if distance >= timedelta() else -whole,
        granularity=UNITS[unit],
        threshold=float("inf"),
        add_direction=True,
        locale=_locale(_language()),
    )


def zone_text() -> str:
    """The name of the zone every time on the page is written in."""
    if timezone.get_current_timezone_name() == "UTC":
        return "UTC"
    return get_timezone_name(timezone.get_current_timezone_name(), locale=_locale(_language()))


UNITS: dict[timedelta, Literal["day", "hour", "minute"]] = {
    timedelta(days=1): "day",
    timedelta(hours=1): "hour",
    timedelta(minutes=1): "minute",
}


def _unit(distance: timedelta) -> timedelta:
    if distance >= TOLD_IN_HOURS:
        return timedelta(days=1)
    return timedelta(hours=1) if distance >= TOLD_IN_MINUTES else timedelta(minutes=1)


def _whole_units(distance: timedelta, unit: timedelta) -> int:
    return max(1, distance // unit)


def _language() -> str:
    language = get_language() or "en"
    return language if language in LOCALES else "en"


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


@lru_cache
def _pattern(language: str, decimals: int) -> NumberPattern:
    """The language's grouping with our own number of decimals, which the books, not CLDR, decide."""
    pattern = parse_pattern(_locale(language).decimal_formats[None].pattern)
    pattern.frac_prec = (decimals, decimals)
    return pattern
