"""The fields of a JSON object, each read with its type and limits, or refused with the name of the field."""

import math
import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from orders.importers.values import LONGEST_NUMBER, PLAUSIBLE_YEARS, Unusable, read_decimal
from orders.purchases import LARGEST_AMOUNT, LARGEST_QUANTITY

T = TypeVar("T")

LONGEST_PATTERN = 254


class Fields:
    """An object of a file on its way to a fact. Every field that is there must be read: `finish` says which was not.

    A field that is absent or null is read as missing. Every method raises Unusable.
    """

    def __init__(self, value: Any, where: str = "") -> None:
        if not isinstance(value, dict):
            raise Unusable(f"{where or 'the row'} is not an object")
        self._left = dict(value)
        self._where = f"{where}." if where else ""

    def has(self, name: str) -> bool:
        return self._left.get(name) is not None

    def text(self, name: str, longest: int) -> str:
        """Text that says something, of at most that many characters."""
        value = self._required(name)
        if not isinstance(value, str) or not value.strip():
            raise self.unusable(name, "is not text")
        return self._clean(name, value, longest)

    def text_or_empty(self, name: str, longest: int) -> str:
        return self.text(name, longest) if self.has(name) else self._drop(name, "")

    def pattern(self, name: str, pattern: re.Pattern[str], reason: str) -> str:
        """Text of that form, or `reason` why not."""
        text = self.text(name, LONGEST_PATTERN)
        if not pattern.fullmatch(text):
            raise self.unusable(name, f"{reason}: {text[:60]!r}")
        return text

    def choice(self, name: str, choices: Collection[str]) -> str:
        value = self._required(name)
        if value not in choices:
            raise self.unusable(name, f"is none of {', '.join(choices)}")
        return str(value)

    def whole(self, name: str, least: int = 0, most: int = LARGEST_QUANTITY) -> int:
        value = self._required(name)
        if type(value) is not int or not least <= value <= most:
            raise self.unusable(name, f"is not a whole number from {least} to {most}")
        return value

    def amount(self, name: str) -> int:
        """Minor units, 0 or more."""
        return self.whole(name, most=LARGEST_AMOUNT)

    def decimal_text(self, name: str) -> tuple[str, Decimal]:
        """A number written as text, so that no digit is lost on the way, and the same as a number."""
        text = self.text(name, LONGEST_NUMBER).strip()
        return text, read_decimal(text, f"{self._where}{name}")

    def moment(self, name: str) -> datetime:
        """ISO 8601 with its offset from UTC."""
        moment = self._iso(name, datetime.fromisoformat)
        if moment.tzinfo is None:
            raise self.unusable(name, "has no offset from UTC")
        return moment

    def day(self, name: str) -> date:
        return self._iso(name, date.fromisoformat)

    def clock(self, name: str) -> time:
        value = self._required(name)
        try:
            clock = time.fromisoformat(value)
        except (TypeError, ValueError):
            clock = None
        if clock is None or clock.tzinfo:
            raise self.unusable(name, "is not a time of day like 09:30")
        return clock

    def degrees(self, name: str, most: int) -> float:
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.fabs(value) <= most:
            raise self.unusable(name, f"is not a number from -{most} to {most}")
        return float(value)

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        return read(name) if self.has(name) else self._drop(name, None)

    def inner(self, name: str) -> "Fields":
        return Fields(self._required(name), f"{self._where}{name}")

    def each(self, name: str) -> list["Fields"]:
        """The objects of a list that is not empty."""
        value = self._required(name)
        if not isinstance(value, list) or not value:
            raise self.unusable(name, "is not a list with something in it")
        return [Fields(one, f"{self._where}{name}[{index}]") for index, one in enumerate(value)]

    def finish(self) -> None:
        """Raises Unusable when there was a field nobody asked for."""
        if self._left:
            raise Unusable(f"{self._where}{min(self._left)} is not a field of this format")

    def unusable(self, name: str, reason: str) -> Unusable:
        """What to raise about this field."""
        return Unusable(f"{self._where}{name} {reason}")

    def _required(self, name: str) -> Any:
        value = self._left.pop(name, None)
        if value is None:
            raise self.unusable(name, "is missing")
        return value

    def _drop(self, name: str, instead: T) -> T:
        self._left.pop(name, None)
        return instead

    def _clean(self, name: str, value: str, longest: int) -> str:
        if len(value) > longest:
            raise self.unusable(name, f"is longer than {longest} characters")
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise self.unusable(name, "holds a character that is no text")
        return value

    def _iso(self, name: str, read: Callable[[str], T]) -> T:
        value = self._required(name)
        try:
            found = read(value)
        except (TypeError, ValueError):
            raise self.unusable(name, "is not a date in the form of ISO 8601") from None
        if isinstance(found, date) and found.year not in PLAUSIBLE_YEARS:
            raise self.unusable(name, "is out of this world")
        return found
