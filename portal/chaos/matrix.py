"""The kill matrix: every crash point there is x every way to break something there, in every scene that comes to it.

What makes sense where follows from what ran: a point that only a web process comes to cannot be killed in a worker.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from random import Random
from time import monotonic

from portal.chaos.harness import Harness, Kind, Run
from portal.chaos.points import crash_points
from portal.chaos.report import Result
from portal.chaos.scenes import SCENES
from portal.chaos.setup import ready_to_break

NAME = "matrix"
# Of ten strokes: a kill is what happens most, and takes a tenth of the time that a database needs to come back.
WEIGHTS = {Kind.KILL: 7, Kind.BROKER: 2, Kind.POSTGRES: 1}
MOST_PASSES = 3  # at which time of coming to a point it strikes, at the latest
SHORT_RUNS = 60
# Every so often a run has the pauses of production between its tries.
AT_FULL_PACE_EVERY = 40

BY_NAME = {scene.name: scene for scene in SCENES}


@dataclass
class Survey:
    """Which points each scene comes to by itself, and how often, when nothing is broken."""

    passes: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def never_reached(self) -> list[str]:
        reached = {point for passes in self.passes.values() for point in passes}
        return [f"{point} ({where})" for point, where in crash_points().items() if point not in reached]


@dataclass(frozen=True)
class Cell:
    scene: str
    point: str
    kind: Kind


def run(*, seed: int, deadline: float, only: Sequence[str] = (), short: bool = False) -> Result:
    """Strike until the deadline (time.monotonic()); the short form strikes each point once and SHORT_RUNS times in all.

    `only` is one scene, or one cell of it: scene, point, kind, and at which time of coming there it strikes.
    """
    with ready_to_break() as harness:
        if only:
            return _one(harness, only, seed)
        return _many(harness, seed=seed, deadline=deadline, short=short)


def _one(harness: Harness, only: Sequence[str], seed: int) -> Result:
    scene, point, kind, nth = (*only, *("", "nothing", "1")[len(only) - 1 :])
    done = harness.run(BY_NAME[scene], point=point, kind=Kind(kind), nth=int(nth), seed=seed)
    never_came = [f"the scene never came to {point}"] if point and not done.struck else []
    failures = [f"{sentence} | {done.replay()}" for sentence in (*never_came, *done.breaks)]
    return Result(NAME, 1, failures, {"hits": done.hits, "longest_recovery_seconds": done.recovery_seconds})


def _many(harness: Harness, *, seed: int, deadline: float, short: bool) -> Result:
    survey = look_around(harness, seed)
    result = Result(NAME, 0, list(survey.failures))
    struck: dict[str, Counter[str]] = {point: Counter() for point in _scenes_of(survey)}
    longest, at_full_pace = 0.0, 0
    cells = chain(_cells(survey, Random(seed), short=short), _missed(survey, struck))
    for number, cell in enumerate(cells):
        if not short and monotonic() > deadline:
            break
        hastened = short or number % AT_FULL_PACE_EVERY != AT_FULL_PACE_EVERY - 1
        passes = survey.passes[cell.scene][cell.point] if number >= len(struck) else 1
        done = _strike(harness, cell, seed + number, passes=passes, hastened=hastened)
        result.runs += 1
        at_full_pace += not hastened
        longest = max(longest, done.recovery_seconds)
        if done.struck:  # else the scene did not come there so often this time
            struck[cell.point][_column(done)] += 1
        result.failures += [f"{sentence} | {done.replay()}" for sentence in done.breaks]
    result.failures += [f"no run exercised {point}" for point in survey.never_reached()]
    if result.runs >= len(struck):
        result.failures += [f"no stroke fell at {point}" for point, kinds in struck.items() if not kinds.total()]
    result.details = {
        "at_full_pace": at_full_pace,
        "longest_recovery_seconds": longest,
        "struck": {point: dict(struck.get(point, {})) for point in crash_points()},
    }
    return result


def look_around(harness: Harness, seed: int) -> Survey:
    """Run each scene once with nothing broken."""
    survey = Survey()
    for scene in SCENES:
        done = harness.run(scene, seed=seed)
        survey.passes[scene.name] = Counter(done.step_hits)
        survey.failures += [f"with nothing broken: {sentence} | {done.replay()}" for sentence in done.breaks]
    return survey


def _cells(survey: Survey, rng: Random, *, short: bool) -> Iterator[Cell]:
    """Each cell, in an order by chance, again and again; first of all each point once, by a kill."""
    scenes_of = _scenes_of(survey)
    first = [Cell(rng.choice(scenes), point, Kind.KILL) for point, scenes in scenes_of.items()]
    rng.shuffle(first)
    others = [
        Cell(scene, point, kind)
        for point, scenes in scenes_of.items()
        for scene in scenes
        for kind, weight in WEIGHTS.items()
        for _ in range(weight)
    ]
    rng.shuffle(others)
    if short:
        each_kind = [Cell(rng.choice(scenes_of[point]), point, kind) for point, kind in _pairs(scenes_of, rng)]
        yield from first
        yield from each_kind[: max(6, SHORT_RUNS - len(first))]
        return
    yield from first
    for kind in (Kind.POSTGRES, Kind.BROKER):
        yield from (Cell(cell.scene, cell.point, kind) for cell in first)
    while True:
        yield from others
        rng.shuffle(others)


def _missed(survey: Survey, struck: dict[str, Counter[str]]) -> Iterator[Cell]:
    """Where no stroke fell after all, since a scene took another way that time: each scene there, until one falls."""
    for point, scenes in _scenes_of(survey).items():
        for scene in scenes:
            if not struck[point].total():
                yield Cell(scene, point, Kind.KILL)


def _pairs(scenes_of: dict[str, list[str]], rng: Random) -> list[tuple[str, Kind]]:
    """The database and the broker by turns, at points by chance."""
    points = rng.sample(sorted(scenes_of), len(scenes_of))
    return [(point, (Kind.POSTGRES, Kind.BROKER)[number % 2]) for number, point in enumerate(points)]


def _scenes_of(survey: Survey) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for scene, passes in survey.passes.items():
        for point in passes:
            found[point].append(scene)
    return dict(sorted(found.items()))


def _strike(harness: Harness, cell: Cell, seed: int, *, passes: int, hastened: bool = True) -> Run:
    nth = Random(seed).randint(1, max(1, min(MOST_PASSES, passes)))
    return harness.run(BY_NAME[cell.scene], point=cell.point, kind=cell.kind, nth=nth, seed=seed, hastened=hastened)


def _column(done: Run) -> str:
    """Which process was killed, or which server crashed."""
    return f"kill {done.runs_in}" if done.kind == Kind.KILL else str(done.kind)
