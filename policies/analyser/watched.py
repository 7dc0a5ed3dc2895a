"""Figures, moments and days that remember what a rule asked about them. Pure.

A rule runs on these in place of plain facts. Each stands for a whole stretch of values at once, with one of them as
the stretch's own value. A comparison answers for that value and notes where along the stretch the answer would turn,
so when nothing was noted, every value of the stretch takes the same way through the rule. Nothing else about them can
be asked: they are no ints and no datetimes, so what they cannot follow raises instead of slipping through.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import combinations
from typing import Any

SECONDS_A_DAY = 86_400

# An axis that is left with this few values may be taken value by value.
FEW = 64


class NotFollowed(Exception):
    """The rule asks something of its facts that cannot be followed exactly; `what` says what, for the reader."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


@dataclass(eq=False)
class Stretch:
    """The values from `low` to `high` of one axis, both of them in it; the rule sees `low`.

    `cuts` are noted while the rule runs: a cut at 5 parts what is below 5 from what is not.
    """

    name: str
    low: int
    high: int

    def __post_init__(self) -> None:
        self.cuts: set[int] = set()

    @property
    def is_one_value(self) -> bool:
        return self.low == self.high

    def take_apart(self, *, by_halves: bool) -> None:
        """Into its values where they are few, else into halves. Raises NotFollowed where halves would not help."""
        if self.high - self.low < FEW:
            self.cuts.update(range(self.low + 1, self.high + 1))
        elif by_halves:
            self.cuts.add((self.low + self.high + 1) // 2)
        else:
            raise NotFollowed(f"“{self.name}” is weighed against another figure")


@dataclass(frozen=True)
class Floor:
    """`inside` divided by a whole number above 0 and rounded down. Rises or falls as `inside` does."""

    inside: "Watched"
    divisor: int


# What a figure is made of: an axis itself, or a figure over one axis that was divided.
Atom = Stretch | Floor


class Watched:
    """A whole number: a constant and so many times each of its atoms, every atom over one axis."""

    __slots__ = ("atoms", "constant")
    __hash__ = None  # type: ignore[assignment]  # whoever asks for its hash asks for its value

    def __init__(self, atoms: Mapping[Atom, int], constant: int = 0) -> None:
        self.atoms: dict[Any, int] = {}
        self.constant = constant
        for atom, times in atoms.items():
            if times and _axis(atom).is_one_value:
                self.constant += times * _value(atom, _axis(atom).low)
            elif times:
                self.atoms[atom] = times

    def __repr__(self) -> str:
        return f"<about {self.now()}>"

    def __str__(self) -> str:
        raise NotFollowed("a figure is written as text")

    def __format__(self, _spec: str) -> str:
        raise NotFollowed("a figure is written as text")

    def now(self) -> int:
        """The value that the rule sees."""
        return self.constant + sum(times * _value(atom, _axis(atom).low) for atom, times in self.atoms.items())

    def key(self) -> tuple[Any, ...]:
        """The same for figures that are equal wherever they stand."""
        return self.constant, frozenset(self.atoms.items())

    # --- arithmetic ---

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Watched):
            atoms = dict(self.atoms)
            for atom, times in other.atoms.items():
                atoms[atom] = atoms.get(atom, 0) + times
            return Watched(atoms, self.constant + other.constant)
        return Watched(self.atoms, self.constant + other) if type(other) is int else NotImplemented

    __radd__ = __add__

    def __neg__(self) -> "Watched":
        return Watched({atom: -times for atom, times in self.atoms.items()}, -self.constant)

    def __pos__(self) -> "Watched":
        return self

    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, Watched) or type(other) is int else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Watched):
            return self._times(other)
        if type(other) is not int:
            return NotImplemented
        return Watched({atom: times * other for atom, times in self.atoms.items()}, self.constant * other)

    __rmul__ = __mul__

    def _times(self, other: "Watched") -> "Watched":
        """A product of two figures is followed while one of them is one value."""
        if other.atoms and self.atoms:
            axes = {_axis(atom) for atom in (*self.atoms, *other.atoms)}
            raise _TooWide(min(axes, key=lambda axis: axis.high - axis.low))
        known, figure = (other, self) if self.atoms else (self, other)
        product: Watched = figure * known.constant
        return product

    def __floordiv__(self, divisor: Any) -> Any:
        if type(divisor) is not int:
            return NotImplemented
        if divisor < 0:
            return -self // -divisor
        if not self.atoms:
            return Watched({}, self.constant // divisor)
        axes = {_axis(atom) for atom in self.atoms}
        if len(axes) > 1:
            raise _TooWide(min(axes, key=lambda axis: axis.high - axis.low))
        return Watched({Floor(_Frozen(self.atoms, self.constant), divisor): 1})

    def __abs__(self) -> "Watched":
        return self if self >= 0 else -self

    # --- questions ---

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __lt__(self, other: Any) -> Any:
        return _below(self, other, 0)

    def __le__(self, other: Any) -> Any:
        return _below(self, other, 1)

    def __gt__(self, other: Any) -> Any:
        below = _below(self, other, 1)
        return below if below is NotImplemented else not below

    def __ge__(self, other: Any) -> Any:
        below = _below(self, other, 0)
        return below if below is NotImplemented else not below

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Watched) and self.key() == other.key():
            return True
        reaches = _below(self, other, 0)
        return NotImplemented if reaches is NotImplemented else not reaches and bool(self <= other)

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal


class _Frozen(Watched):
    """What stands inside a Floor: never asked anything itself, so it can be a key."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]  # it is asked nothing else
        return hash(self.key())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.key() == other.key()


class _TooWide(Exception):
    """The run has to be done again with this stretch taken apart."""

    def __init__(self, axis: Stretch, *, by_halves: bool = False) -> None:
        self.axis, self.by_halves = axis, by_halves
        super().__init__(axis.name)


def run(question: Callable[[], Any]) -> Any:
    """What the question answers, or None where a stretch has to be taken apart before it can be answered.

    Raises NotFollowed, also where the rule hands a watched figure to something that only takes plain ones.
    """
    try:
        return question()
    except _TooWide as wide:
        wide.axis.take_apart(by_halves=wide.by_halves)
        return None
    except (TypeError, AttributeError) as problem:
        raise NotFollowed(str(problem)) from problem


def _axis(atom: Atom) -> Stretch:
    return atom if isinstance(atom, Stretch) else _axis(next(iter(atom.inside.atoms)))


def _value(atom: Atom, at: int) -> int:
    """The atom's value where its axis has the value `at`."""
    if isinstance(atom, Stretch):
        return at
    inside = atom.inside.constant + sum(times * _value(part, at) for part, times in atom.inside.atoms.items())
    return inside // atom.divisor


def _direction(atom: Atom) -> int:
    """1 where the atom rises with its axis, -1 where it falls."""
    if isinstance(atom, Stretch):
        return 1
    return _one_direction(atom.inside.atoms) or 1


def _one_direction(atoms: Mapping[Any, int]) -> int:
    """The direction of a sum over one axis; 0 where its parts do not agree on one."""
    directions = {_direction(atom) * (1 if times > 0 else -1) for atom, times in atoms.items()}
    return directions.pop() if len(directions) == 1 else 0


def _below(figure: Watched, other: Any, reach: int) -> Any:
    """Whether `figure < other + reach`, noting where along its axis that turns."""
    if isinstance(other, Watched):
        difference = figure - other
        return _is_negative(difference.atoms, difference.constant - reach)
    return _is_negative(figure.atoms, figure.constant - other - reach) if type(other) is int else NotImplemented


def _is_negative(atoms: Mapping[Any, int], constant: int) -> bool:
    if not atoms:
        return constant < 0
    if len(atoms) == 1:
        ((atom, times),) = atoms.items()
        if isinstance(atom, Stretch):
            return _axis_is_below(atom, times, constant)
    by_axis: dict[Stretch, dict[Any, int]] = {}
    for atom, times in atoms.items():
        by_axis.setdefault(_axis(atom), {})[atom] = times
    ends = [_ends(axis, parts) for axis, parts in by_axis.items()]
    least, most = (constant + sum(end[side] for end in ends) for side in (0, 1))
    if most < 0 or least >= 0:
        return most < 0
    if len(by_axis) > 1:
        raise _TooWide(min(by_axis, key=lambda axis: axis.high - axis.low))
    ((axis, parts),) = by_axis.items()
    if not _one_direction(parts):
        raise _TooWide(axis, by_halves=True)
    axis.cuts.add(_turn(axis, lambda at: constant + _sum(parts, at) < 0))
    return constant + _sum(parts, axis.low) < 0


def _ends(axis: Stretch, parts: Mapping[Any, int]) -> tuple[int, int]:
    """A sum over one axis lies between these: exactly where all of it goes one way, else at the widest."""
    if _one_direction(parts):
        low, high = sorted((_sum(parts, axis.low), _sum(parts, axis.high)))
        return low, high
    left, least, most = dict(parts), 0, 0
    for one, other in combinations(parts, 2):
        if one in left and other in left and (apart := _apart(axis, one, other)) and left[one] == -left[other]:
            low, high = sorted(left[one] * end for end in apart)
            least, most = least + low, most + high
            del left[one], left[other]
    for atom, times in left.items():
        low, high = sorted(times * _value(atom, at) for at in (axis.low, axis.high))
        least, most = least + low, most + high
    return least, most


def _apart(axis: Stretch, one: Atom, other: Atom) -> tuple[int, int] | None:
    """How far two figures that were divided by the same lie apart: as far as what was divided, to one."""
    if not (isinstance(one, Floor) and isinstance(other, Floor) and one.divisor == other.divisor):
        return None
    difference = one.inside - other.inside
    if any(isinstance(atom, Floor) for atom in difference.atoms):
        return None
    ends = sorted(difference.constant + _sum(difference.atoms, at) for at in (axis.low, axis.high))
    return ends[0] // one.divisor, -(-ends[1] // one.divisor)


def _axis_is_below(axis: Stretch, times: int, constant: int) -> bool:
    """Whether `times * axis + constant < 0`: the usual case, where the turn is a division away."""
    first, last = times * axis.low + constant < 0, times * axis.high + constant < 0
    if first != last:
        axis.cuts.add(-(constant // times) if times > 0 else constant // -times + 1)
    return first


def _sum(atoms: Mapping[Any, int], at: int) -> int:
    return sum(times * _value(atom, at) for atom, times in atoms.items())


def _turn(axis: Stretch, answer: Callable[[int], bool]) -> int:
    """The first value of the axis with another answer than its lowest; the answer turns once."""
    first, low, high = answer(axis.low), axis.low, axis.high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if answer(middle) == first else (low, middle)
    return high


# --- moments and days ------------------------------------------------------------------------------


def seconds_of(span: timedelta) -> int:
    """A span in whole seconds. Raises NotFollowed for a part of one."""
    if span.microseconds:
        raise NotFollowed("a moment between two seconds")
    return span.days * SECONDS_A_DAY + span.seconds


class _Unasked:
    """What nobody may ask of a watched moment, day or span: everything that is not followed."""

    __hash__ = None  # type: ignore[assignment]  # likewise

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
