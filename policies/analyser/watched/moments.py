"""Moments, days and spans that remember what a rule asked about them. Pure."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from policies.analyser.watched.figures import NotFollowed, Watched

SECONDS_A_DAY = 86_400


def seconds_of(span: timedelta) -> int:
    """A span in whole seconds. Raises NotFollowed for a part of one."""
    if span.microseconds:
        raise NotFollowed("a moment between two seconds")
    return span.days * SECONDS_A_DAY + span.seconds


class _Unasked:
    """What nobody may ask of a watched moment, day or span: everything that is not followed."""

    __hash__ = None  # type: ignore[assignment]  # whoever asks for its hash asks for its value

    def __getattr__(self, name: str) -> Any:
        raise NotFollowed(f"“{name}” of a moment")

    def __str__(self) -> str:
        raise NotFollowed("a moment is written as text")

    # Two of a kind are compared as the figures that they are; `_gap` is how far one lies beyond the other.

    def _gap(self, other: Any) -> Any:
        raise NotImplementedError

    def __lt__(self, other: Any) -> Any:
        gap = self._gap(other)
        return gap if gap is NotImplemented else gap < 0

    def __le__(self, other: Any) -> Any:
        gap = self._gap(other)
        return gap if gap is NotImplemented else gap <= 0

    def __gt__(self, other: Any) -> Any:
        gap = self._gap(other)
        return gap if gap is NotImplemented else gap > 0

    def __ge__(self, other: Any) -> Any:
        gap = self._gap(other)
        return gap if gap is NotImplemented else gap >= 0

    def __eq__(self, other: object) -> Any:
        gap = self._gap(other)
        return gap if gap is NotImplemented else gap == 0

    def __ne__(self, other: object) -> Any:
        gap = self._gap(other)
        return gap if gap is NotImplemented else gap != 0


class WatchedSpan(_Unasked):
    """A span of watched seconds."""

    def __init__(self, seconds: Any) -> None:
        self.in_seconds = seconds

    def _gap(self, other: Any) -> Any:
        if isinstance(other, WatchedSpan):
            return self.in_seconds - other.in_seconds
        return self.in_seconds - seconds_of(other) if isinstance(other, timedelta) else NotImplemented

    def __floordiv__(self, other: Any) -> Any:
        return self.in_seconds // seconds_of(other) if isinstance(other, timedelta) else NotImplemented

    def __neg__(self) -> "WatchedSpan":
        return WatchedSpan(-self.in_seconds)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, WatchedSpan):
            return WatchedSpan(self.in_seconds + other.in_seconds)
        if isinstance(other, timedelta):
            return WatchedSpan(self.in_seconds + seconds_of(other))
        return other + self if isinstance(other, datetime | date) else NotImplemented

    __radd__ = __add__

    @property
    def days(self) -> Any:
        return self.in_seconds // SECONDS_A_DAY


class WatchedMoment(_Unasked):
    """A moment so many watched seconds after a plain one."""

    def __init__(self, start: datetime, seconds: Any) -> None:
        self.start, self.seconds = start, seconds

    def now(self) -> datetime:
        """The moment that the rule sees."""
        return self.start + timedelta(seconds=plainly(self.seconds))

    def _gap(self, other: Any) -> Any:
        if isinstance(other, WatchedMoment):
            return self.seconds - other.seconds + seconds_of(self.start - other.start)
        return self.seconds + seconds_of(self.start - other) if isinstance(other, datetime) else NotImplemented

    def __add__(self, other: Any) -> Any:
        if isinstance(other, WatchedSpan):
            return WatchedMoment(self.start, self.seconds + other.in_seconds)
        return WatchedMoment(self.start + other, self.seconds) if isinstance(other, timedelta) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta | WatchedSpan):
            return self + -other
        gap = self._gap(other)
        return gap if gap is NotImplemented else WatchedSpan(gap)

    def __rsub__(self, other: Any) -> Any:
        return WatchedSpan(-self._gap(other)) if isinstance(other, datetime) else NotImplemented

    def astimezone(self, zone: tzinfo) -> "WatchedMoment":
        if zone is not UTC:
            raise NotFollowed("a watched moment in another zone than UTC")
        return self

    def date(self) -> "WatchedDay":
        start = self.start.astimezone(UTC)
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        return WatchedDay(start.date(), (self.seconds + seconds_of(start - midnight)) // SECONDS_A_DAY)


class WatchedDay(_Unasked):
    """A calendar day so many watched days after a plain one."""

    def __init__(self, start: date, days: Any) -> None:
        self.start, self.in_days = start, days

    def now(self) -> date:
        return self.start + timedelta(days=plainly(self.in_days))

    def _gap(self, other: Any) -> Any:
        if isinstance(other, WatchedDay):
            return self.in_days - other.in_days + (self.start - other.start).days
        if not isinstance(other, date) or isinstance(other, datetime):
            return NotImplemented
        return self.in_days + (self.start - other).days

    def __add__(self, other: Any) -> Any:
        return WatchedDay(self.start + other, self.in_days) if isinstance(other, timedelta) else NotImplemented

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        gap = self._gap(other)
        return gap if gap is NotImplemented else WatchedSpan(gap * SECONDS_A_DAY)

    def __rsub__(self, other: Any) -> Any:
        plain_day = isinstance(other, date) and not isinstance(other, datetime)
        return WatchedSpan(-self._gap(other) * SECONDS_A_DAY) if plain_day else NotImplemented


def plainly(value: Any) -> Any:
    """A watched value as the plain one that the rule saw; anything else as it is."""
    return value.now() if isinstance(value, Watched | WatchedMoment | WatchedDay) else value
