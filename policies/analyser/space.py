"""The search of a slice: cut into boxes at exactly the points where a rule answers differently, until none is left.

In each box every value takes the same way through the rule, so one run speaks for all of them. What is found holds,
and what is not found does not exist. Pure.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from policies.analyser.declaration import Slice, Whole, Words
from policies.analyser.watched import NotFollowed, Stretch, Watched, run

# More boxes than this in one slice, and the declaration asks for too much at once.
MOST_BOXES = 50_000

Point = Mapping[str, Any]
Question = Callable[[Point], Any]


@dataclass(frozen=True)
class Box:
    """A part of a slice in which the question has one `answer`; `point` is its lowest corner, in plain values."""

    words: Point
    stretches: Mapping[str, tuple[int, int]]
    answer: Any

    @property
    def point(self) -> dict[str, Any]:
        return {**self.words, **{name: low for name, (low, _high) in self.stretches.items()}}

    @property
    def corners(self) -> Iterator[dict[str, Any]]:
        """Its lowest corner, and those where one of its stretches is at its highest."""
        yield self.point
        for name, (low, high) in self.stretches.items():
            if high > low:
                yield {**self.point, name: high}


def boxes(where: Slice, question: Question, *, hints: frozenset[str] = frozenset()) -> Iterator[Box]:
    """The slice in boxes, each with what the question answers everywhere in it.

    Those whose words are among the `hints` come first, which changes nothing but how soon something is found.
    Raises NotFollowed.
    """
    words = [axis for axis in where.axes if isinstance(axis, Words)]
    wholes = [axis for axis in where.axes if isinstance(axis, Whole)]
    every = (
        {axis.name: value for axis, value in zip(words, values, strict=True)}
        for values in product(*(axis.values for axis in words))
    )
    for spoken in sorted(every, key=lambda spoken: -len(words_in(spoken) & hints)) if hints else every:
        yield from _in_boxes(spoken, wholes, question)


def words_in(point: Point) -> frozenset[str]:
    """The texts among a point's values."""
    every = (part for value in point.values() for part in (value if isinstance(value, tuple) else (value,)))
    return frozenset(str(part) for part in every if isinstance(part, str))


def _in_boxes(words: Point, wholes: Sequence[Whole], question: Question) -> Iterator[Box]:
    open_boxes = [{axis.name: (axis.least, axis.most) for axis in wholes}]
    for _number in range(MOST_BOXES):
        if not open_boxes:
            return
        bounds = open_boxes.pop()
        stretches = {name: Stretch(name, low, high) for name, (low, high) in bounds.items()}
        watched = {name: Watched({stretch: 1}) for name, stretch in stretches.items()}
        answer = run(lambda watched=watched: question({**words, **watched}))  # type: ignore[misc]  # bound now
        cut = next((stretch for stretch in stretches.values() if stretch.cuts), None)
        if cut is None:
            yield Box(words, bounds, answer)
        else:
            open_boxes += [{**bounds, cut.name: part} for part in reversed(_parts(cut))]
    raise NotFollowed("there are too many boxes")


def _parts(stretch: Stretch) -> list[tuple[int, int]]:
    starts = [stretch.low, *sorted(stretch.cuts)]
    ends = [start - 1 for start in starts[1:]] + [stretch.high]
    return list(zip(starts, ends, strict=True))


def first(slices: Sequence[Slice], question: Question, *, hints: frozenset[str] = frozenset()) -> "Found | None":
    """The first box in which the question is answered with yes, with its slice; None when there is none anywhere."""
    for where in slices:
        for box in boxes(where, question, hints=hints):
            if box.answer:
                return Found(where, box.point)
    return None


@dataclass(frozen=True)
class Found:
    """A point of a slice."""

    where: Slice
    point: dict[str, Any]
