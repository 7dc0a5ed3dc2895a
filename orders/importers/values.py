"""Single values as they stand in files: numbers and moments, read exactly or refused with a reason."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from orders.purchases import LARGEST_QUANTITY

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
US_MOMENT = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
PLAIN_CODE = re.compile(r"[A-Za-z0-9]{1,30}", re.ASCII)
MAIL_NAME = re.compile(r"[a-z0-9]{1,30}([.-][a-z0-9]{1,20})?", re.ASCII)
MAIL_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
LONGEST_NUMBER = 24
PLAUSIBLE_YEARS = range(1900, 2200)


class Unusable(Exception):
    """Why a row cannot be used, in words."""


def read_decimal(text: str, column: str) -> Decimal:
    """The number exactly as written. Raises Unusable."""
    text = text.strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise Unusable(f"{column} is not a number: {text[:40]!r}")
    return Decimal(text)


def read_whole(text: str, column: str) -> int:
    """A whole number, also when it is written as 6.0. Raises Unusable."""
    number = read_decimal(text, column)
    if number != number.to_integral_value():
        raise Unusable(f"{column} is not a whole number: {text.strip()[:40]!r}")
    if abs(number) > LARGEST_QUANTITY:
        raise Unusable(f"{column} is too large: {text.strip()[:40]!r}")
    return int(number)


@lru_cache(maxsize=4096)
def read_moment(text: str, column: str) -> datetime:
    """A moment as month/day/year hour:minute or ISO 8601. The file names no zone, so it is UTC. Raises Unusable."""
    try:
        moment = _us_moment(text.strip()) or _iso_moment(text.strip())
    except (ValueError, OverflowError):
        raise Unusable(f"{column} is not a date: {text[:40]!r}") from None
    if moment.year not in PLAUSIBLE_YEARS:
        raise Unusable(f"{column} is out of this world: {text[:40]!r}")
    return moment


def read_day(text: str, column: str) -> date:
    """The calendar day of such a moment. Raises Unusable."""
    return read_moment(text, column).date()


def _us_moment(text: str) -> datetime | None:
    match = US_MOMENT.fullmatch(text)
    if not match:
        return None
    month, day, year, hour, minute, second = (int(part or 0) for part in match.groups())
    century = 2000 if year < 100 else 0  # noqa: PLR2004 (two digits name a year of ours)
    return datetime(century + year, month, day, hour, minute, second, tzinfo=UTC)


def _iso_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def stranger_address(code: str, market: str) -> str:
    """An address at which nobody is ever reached, one for each code of that market."""
    return f"{code if MAIL_NAME.fullmatch(code) else f'x{digest(code)}'}@{market}.invalid"


def plain_code(text: str) -> str:
    """The code itself where it can stand in an address as it is, else a digest of it: never two codes in one."""
    return text if PLAIN_CODE.fullmatch(text) else f"x{digest(text)}"


def digest(text: str) -> str:
    """Sixteen characters that stand for the text."""
    return sha256(text.encode()).hexdigest()[:16]
