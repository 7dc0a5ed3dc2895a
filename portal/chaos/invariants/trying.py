"""All of them are tried, and what came of it is told."""

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from portal.chaos.invariants.corner import FULL, Books, Size
from portal.chaos.invariants.sentences import INVARIANTS
from portal.chaos.report import Result


class Tried(NamedTuple):
    """What came of an invariant: `broken` says how it was broken, "" when it held."""

    number: int
    name: str
    broken: str

    @property
    def held(self) -> bool:
        return not self.broken


def try_all(seed: int, size: Size = FULL) -> list[Tried]:
    """Try to break each of the invariants; what a mutated or failing ledger raises counts as broken too."""
    return [_try(number, invariant, seed, size) for number, invariant in enumerate(INVARIANTS, start=1)]


def _try(number: int, invariant: Callable[[Books], None], seed: int, size: Size) -> Tried:
    name = invariant.__name__.replace("_", " ")
    try:
        invariant(Books(seed=seed * 100 + number, size=size))
    except Exception as error:
        return Tried(number, name, f"{type(error).__name__}: {error}".strip())
    return Tried(number, name, "")


def run(*, seed: int, deadline: float) -> Result:
    """Try all of them with one seed after the other until the deadline (of time.monotonic), at least once."""
    result = Result("invariants", runs=0)
    while not result.runs or monotonic() < deadline:
        tried = try_all(seed + result.runs)
        replay = f"make chaos SEED={seed + result.runs} ONLY=invariants"
        result.failures += [f"{replay}  # {it.number} {it.name}: {it.broken}" for it in tried if not it.held]
        result.details = {"held": f"{sum(it.held for it in tried)} of {len(tried)}"}
        result.runs += 1
    return result


def table(tried: list[Tried]) -> str:
    """As lines for people: each invariant, and at the end how many held."""
    rows = [f"{it.number:>3}  {'held  ' if it.held else 'BROKEN'}  {it.name}  {it.broken}".rstrip() for it in tried]
    held = sum(it.held for it in tried)
    return "\n".join([*rows, f"{held} of {len(tried)}"])
