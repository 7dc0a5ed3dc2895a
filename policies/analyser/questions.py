"""The questions the analyser asks of any terms, each answered for all facts there can be (policies.analyser.space).

A `World` is one set of terms with its rule; a question compares what one or two worlds conclude from the same facts.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from policies.analyser.declaration import Analysis, Slice, Whole, Words
from policies.analyser.findings import Example, Finding, Kind
from policies.analyser.parts import Variant, with_each_one_lower, without_each
from policies.analyser.space import Box, Found, Point, Question, boxes, first, words_in
from policies.precedence import IN_KIND
from policies.shapes import Misshapen
from policies.traces import Verdict
from policies.words import Remedy

ANOTHER = "another "


@dataclass(frozen=True)
class World:
    """Typed terms and a merchant's typed own terms (None: it takes part without any, or takes no part) with the rule
    that reads them, and the slices of the facts there can be."""

    terms: Any
    own: Any
    slices: Sequence[Slice]
    rule: Callable[[Any, Any, datetime], Verdict]
    says: Callable[[Verdict], str]

    def judge(self, where: Slice, point: Point) -> Verdict:
        """What the rule concludes at a point, which may be a watched one."""
        facts, now = where.at(point)
        return self.rule(facts, self.terms, now)

    def beside(self, where: Slice, other: "World") -> Slice:
        """The other world's slice that has the axes of this one's `where`."""
        return other.slices[next(index for index, own in enumerate(self.slices) if own is where)]


@dataclass(frozen=True)
class Subject:
    """What is analysed: plain terms, how to make a world of them, and the declaration.

    `build` raises Misshapen for terms that nobody could publish.
    """

    plain: dict[str, Any]
    analysis: Analysis
    build: Callable[[dict[str, Any]], World]
    of_a_merchant: bool
    market: str


def findings(subject: Subject) -> Iterator[Finding]:
    """All that is wrong, the gravest first. Raises NotFollowed, and Misshapen for terms that nobody can have."""
    among_rows = list(_rows(subject))
    yield from among_rows
    try:
        world = subject.build(subject.plain)
    except Misshapen:
        if among_rows:
            return  # rows that must not both fit are refused, and now it is told which and where
        raise
    nowhere = None if subject.of_a_merchant else _pays_nowhere(world)
    if nowhere:
        yield nowhere
        return
    yield from _less_for_more(subject, world)
    if subject.of_a_merchant:
        yield from _parts_that_decide_nothing(subject, world)
        return
    yield from _gaps_along(subject, world)
    left_out = list(_left_out(subject, world))
    yield from left_out
    yield from _always_cuts(world)
    yield from _parts_that_decide_nothing(subject, world, told={finding.path.split(".")[-1] for finding in left_out})


# --- what is granted at all --------------------------------------------------------------------------


def _pays_nowhere(world: World) -> Finding | None:
    if _first(world, world.slices, lambda verdict: verdict.granted):
        return None
    return Finding(Kind.PAYS_NOWHERE, "", _nearest(world, world.slices))


def _left_out(subject: Subject, world: World) -> Iterator[Finding]:
    """Values of an axis for which nothing is granted anywhere. What counts in one market need not know all of them."""
    for name in () if subject.market else subject.analysis.granted_for_every:
        for value in _values(world, name):
            slices = [part for where in world.slices if (part := _only(where, name, value))]
            if not _first(world, slices, lambda verdict: verdict.granted):
                yield Finding(Kind.GAP, _path_of(name, value), _nearest(world, slices))


def _path_of(name: str, value: Any) -> str:
    return ".".join((name, *map(str, value if isinstance(value, tuple) else (value,))))


def _values(world: World, name: str) -> list[Any]:
    axes = (axis for where in world.slices for axis in where.axes)
    values = (value for axis in axes if axis.name == name and isinstance(axis, Words) for value in axis.values)
    return list(dict.fromkeys(values))


def _only(where: Slice, name: str, value: Any) -> Slice | None:
    """The slice where that axis has that value only; None where it never has."""
    spoken = next((axis for axis in where.axes if axis.name == name), None)
    if not isinstance(spoken, Words) or value not in spoken.values:
        return None
    only = replace(spoken, values=(value,))
    kept = [only if axis is spoken else axis for axis in where.axes]
    return replace(where, axes=kept)


def _always_cuts(world: World) -> Iterator[Finding]:
    """In each currency, a limit below the least that is owed."""
    for currency in _values(world, "currency") or [None]:
        every = world.slices
        slices = every if currency is None else [part for it in every if (part := _only(it, "currency", currency))]
        cut = _first(world, slices, lambda verdict: verdict.granted and _is_cut(verdict))
        if cut and not _first(world, slices, _is_beyond_and_whole):
            yield Finding(Kind.ALWAYS_CUTS, f"cap.{currency}" if currency else "cap", _example(world, cut))


def _is_cut(verdict: Verdict) -> bool:
    return any(step.code.startswith("cut_") for step in verdict.trace.steps)


def _is_beyond_and_whole(verdict: Verdict) -> bool:
    return verdict.granted and not _is_cut(verdict) and bool(verdict.compensation > 0)


# --- how it changes along an axis ---------------------------------------------------------------------


def _less_for_more(subject: Subject, world: World) -> Iterator[Finding]:
    """From each value of the axis to the next one, so from any to any."""
    for name in subject.analysis.more_is_never_less:
        slices = [_without_the_last(where, name) for where in world.slices if _whole(where, name)]
        found = next((it for it in (_falling(world, where, name) for where in slices) if it), None)
        if found:
            more = Found(found.where, {**found.point, name: found.point[name] + 1})
            yield Finding(Kind.PAYS_LESS_FOR_MORE, name, _example(world, more, beside=found))


def _falling(world: World, where: Slice, name: str) -> Found | None:
    def gets_less(point: Point) -> bool:
        here = world.judge(where, point)
        there = world.judge(where, {**point, name: point[name] + 1})
        if {here.remedy, there.remedy} & IN_KIND or not here.granted:
            return False
        return bool(here.amount > 0) if not there.granted else bool(there.amount < here.amount)

    return first([where], gets_less)


def _gaps_along(subject: Subject, world: World) -> Iterator[Finding]:
    for name in subject.analysis.no_gap_along:
        for where in world.slices:

            def is_granted(point: Point, where: Slice = where) -> bool:
                return bool(world.judge(where, point).granted)

            if gap := _gap(where, name, is_granted):
                yield Finding(Kind.GAP, name, _example(world, gap))
                break


def _gap(where: Slice, name: str, is_granted: Callable[[Point], bool]) -> Found | None:
    """The first value after one that is granted, and before another that is, which is not."""
    axis = _whole(where, name)
    if axis is None or axis.most - axis.least < 2:  # noqa: PLR2004 (one on each side and one between)
        return None
    shorter = _without_the_last(where, name)
    beyond = replace(axis, name=f"{ANOTHER}{name}")

    def stands_between(point: Point) -> bool:
        later = {**point, name: point[beyond.name]}
        return is_granted(point) and not is_granted({**point, name: point[name] + 1}) and is_granted(later)

    for box in boxes(replace(shorter, axes=[*shorter.axes, beyond]), stands_between):
        low, _high = box.stretches[name]
        if box.answer and box.stretches[beyond.name][1] > low + 1:
            return Found(where, {axis.name: box.point[axis.name] for axis in where.axes} | {name: low + 1})
    return None


def _whole(where: Slice, name: str) -> Whole | None:
    return next((axis for axis in where.axes if axis.name == name and isinstance(axis, Whole)), None)


def _without_the_last(where: Slice, name: str) -> Slice:
    axes = [replace(it, most=it.most - 1) if it.name == name and isinstance(it, Whole) else it for it in where.axes]
    return replace(where, axes=axes)


# --- lists of which one entry may fit -----------------------------------------------------------------


def _rows(subject: Subject) -> Iterator[Finding]:
    for name in subject.analysis.rows:
        rows = subject.plain.get(name)
        if isinstance(rows, list) and len(rows) > 1:
            yield from _among(subject, name, rows)


def _among(subject: Subject, name: str, rows: Sequence[Any]) -> Iterator[Finding]:
    """Each row is asked alone: two that fit the same facts overlap, one that only fits after earlier ones is hidden."""
    alone = [subject.build({**subject.plain, name: [row]}) for row in rows]
    for later in range(1, len(rows)):
        hidden = _row_that_hides(alone, later)
        if hidden:
            yield Finding(Kind.NEVER_DECIDES, f"{name}[{later}]", hidden)
            continue
        for earlier in range(later):
            both = _fits(alone, [earlier], later)
            if both:
                paths = f"{name}[{later}]", f"{name}[{earlier}]"
                yield Finding(Kind.OVERLAP, paths[0], _example(alone[later], both), paths[1])
    yield from _gaps_between(subject, name, alone)


def _row_that_hides(alone: Sequence[World], later: int) -> Example | None:
    """Facts that the later row fits, where it fits none but such as an earlier one fits as well."""
    everywhere = _fits(alone, range(later), later)
    if everywhere is None or _fits(alone, [], later, but=range(later)):
        return None
    return _example(alone[later], everywhere)


def _fits(alone: Sequence[World], any_of: Iterable[int], later: int, but: Iterable[int] = ()) -> Found | None:
    """Facts that the later row fits, and one of `any_of` (if any are named) as well, and none of `but`."""
    world, others, none = alone[later], list(any_of), list(but)
    for where in world.slices:

        def question(point: Point, where: Slice = where) -> bool:
            def fits(number: int) -> bool:
                other = alone[number]
                return bool(other.judge(world.beside(where, other), point).granted)

            return (
                bool(world.judge(where, point).granted)
                and (not others or any(map(fits, others)))
                and not any(map(fits, none))
            )

        if found := first([where], question):
            return found
    return None


def _gaps_between(subject: Subject, name: str, alone: Sequence[World]) -> Iterator[Finding]:
    world = alone[0]
    for axis in subject.analysis.no_gap_along:
        for where in world.slices:

            def is_granted(point: Point, where: Slice = where) -> bool:
                return any(other.judge(world.beside(where, other), point).granted for other in alone)

            if gap := _gap(where, axis, is_granted):
                yield Finding(Kind.GAP, name, _example(world, gap))
                break


# --- what makes no difference --------------------------------------------------------------------------


def _parts_that_decide_nothing(subject: Subject, world: World, *, told: Collection[str] = ()) -> Iterator[Finding]:
    """An entry that could be left out, or a figure that could be lower, and every case would come out the same.

    What stands inside such an entry is not told as well, nor are entries for what is `told` to be left out altogether.
    """
    known = [corners for where in world.slices for corners in _corners(world, where)]
    idle: list[str] = []
    for kind, variants in ((Kind.NEVER_DECIDES, without_each), (Kind.NEVER_REACHED, with_each_one_lower)):
        for variant in variants(subject.plain):
            if kind == Kind.NEVER_DECIDES and _may_be_idle(subject, variant):
                continue
            if variant.words & set(told) or variant.path.startswith((*subject.analysis.left_alone, *idle)):
                continue
            if example := _makes_no_difference(subject, world, variant, known):
                idle.append(variant.path)
                yield Finding(kind, variant.path, example)


def _may_be_idle(subject: Subject, variant: Variant) -> bool:
    """A whole limit is a safeguard, and a merchant may say itself what the platform says anyway."""
    if variant.path in subject.analysis.limits:
        return True
    return subject.of_a_merchant and not isinstance(subject.plain.get(variant.path, []), list)


def _makes_no_difference(
    subject: Subject, world: World, variant: Variant, known: "Sequence[Corners]"
) -> Example | None:
    """Facts for which the changed entry was looked at in vain; None when it decides something somewhere."""
    try:
        changed = subject.build(variant.terms)
    except Misshapen:
        return None  # it has to be there
    if (changed.terms, changed.own) == (world.terms, world.own):
        return None  # it says what is so without it
    if _differs_at_a_corner(world, changed, known, variant.words) or _where(world, changed, _differ, variant.words):
        return None
    return _looked_at_in_vain(world, changed) or _nearest(world, world.slices, hints=variant.words)


def _looked_at_in_vain(world: World, changed: World) -> Example | None:
    """Facts for which a test comes out differently and nothing else does, with as few tests against it as can be."""

    def failed(one: Verdict, other: Verdict) -> int:
        return 1 + _failed(one) if _tests_differ(one, other) else 0

    best: tuple[int, Found] | None = None
    for where in world.slices:
        for box in boxes(where, _both(world, changed, where, failed)):
            if box.answer and (best is None or box.answer < best[0]):
                best = box.answer, Found(where, box.point)
    return _example(world, best[1]) if best else None


def _failed(verdict: Verdict) -> int:
    return sum(not test.passed for test in verdict.trace.tests)


@dataclass(frozen=True)
class Corners:
    """Plain points of one slice with the same words, at the ends of its boxes, with what the rule concludes there."""

    where: Slice
    words: frozenset[str]
    grants: bool
    verdicts: Sequence[tuple[Point, Verdict]]


def _corners(world: World, where: Slice) -> Iterator[Corners]:
    """Where a change of the terms mostly shows: looked at before the whole slice is searched."""
    spoken = [axis.name for axis in where.axes if isinstance(axis, Words)]
    found = boxes(where, lambda point: world.judge(where, point).granted)
    for _words, group in groupby(found, key=lambda box: tuple(box.words[name] for name in spoken)):
        points = [corner for box in group for corner in box.corners]
        verdicts = [(point, world.judge(where, point)) for point in points]
        yield Corners(where, words_in(points[0]), any(verdict.granted for _point, verdict in verdicts), verdicts)


def _differs_at_a_corner(world: World, changed: World, known: "Sequence[Corners]", hints: frozenset[str]) -> bool:
    for corners in sorted(known, key=lambda it: (-len(it.words & hints), not it.grants)):
        other = corners.where if world.own == changed.own else world.beside(corners.where, changed)
        if any(_differ(verdict, changed.judge(other, point)) for point, verdict in corners.verdicts):
            return True
    return False


def _where(
    world: World, changed: World, question: Callable[[Verdict, Verdict], Any], hints: frozenset[str]
) -> Found | None:
    every = (first([where], _both(world, changed, where, question), hints=hints) for where in world.slices)
    return next((found for found in every if found), None)


def _both(world: World, changed: World, where: Slice, question: Callable[[Verdict, Verdict], Any]) -> Question:
    """The question about what both worlds conclude from the same facts."""
    other = where if world.own == changed.own else world.beside(where, changed)
    return lambda point: question(world.judge(where, point), changed.judge(other, point))


def _differ(one: Verdict, other: Verdict) -> bool:
    """Whether somebody gets something else. What a refusal would have been is nothing."""
    if one.granted != other.granted:
        return True
    if not one.granted:
        return False
    return (
        one.remedy != other.remedy
        or one.settles != other.settles
        or bool(one.amount != other.amount)
        or bool(one.compensation != other.compensation)
        or (one.remedy == Remedy.COUPON and _values_differ(one.values, other.values))
    )


def _values_differ(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() != other.keys() or any(_values_differ(one[name], other[name]) for name in one)
    return bool(one != other)


def _tests_differ(one: Verdict, other: Verdict) -> bool:
    outcomes = ([(test.code, bool(test.passed)) for test in verdict.trace.tests] for verdict in (one, other))
    return next(outcomes) != next(outcomes)


# --- examples ------------------------------------------------------------------------------------------


def _first(world: World, slices: Sequence[Slice], question: Callable[[Verdict], Any]) -> Found | None:
    for where in slices:

        def asked(point: Point, where: Slice = where) -> Any:
            return question(world.judge(where, point))

        if found := first([where], asked):
            return found
    return None


def _nearest(world: World, slices: Sequence[Slice], *, hints: frozenset[str] = frozenset()) -> Example | None:
    """Facts that come as close to being granted something as any: the fewest tests fail."""
    best: tuple[int, Slice, Box] | None = None
    for where in slices:

        def failed(point: Point, where: Slice = where) -> int:
            verdict = world.judge(where, point)
            spoken = sum(1 for value in point.values() if isinstance(value, str) and value in hints)
            return _failed(verdict) - len(verdict.trace.tests) * spoken

        for box in boxes(where, failed, hints=hints):
            if best is None or box.answer < best[0]:
                best = box.answer, where, box
    return _example(world, Found(best[1], best[2].point)) if best else None


def _example(world: World, found: Found, *, beside: Found | None = None) -> Example:
    other = _example(world, beside) if beside else None
    return Example(found.where, found.point, world.judge(found.where, found.point), world.says, other)
