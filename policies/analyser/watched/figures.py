"""Figures that remember what a rule asked about them, and the stretches that they stand for. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

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
