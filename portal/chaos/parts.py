"""The parts of a run of chaos. Each runs in a process of its own, on servers of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from portal.chaos import attacks, faults, invariants, matrix, simulation, webhooks
from portal.chaos.report import Result
from portal.chaos.setup import database_ready


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`seconds` of work; the short form does what it takes. `only` narrows a part down, in words of its own."""

    seed: int
    seconds: float
    short: bool
    only: Sequence[str] = ()

    @property
    def deadline(self) -> float:
        return monotonic() + self.seconds


@dataclass(frozen=True, kw_only=True)
class Part:
    """`share` of the time that is not the matrix's; 0: once is enough, however long it takes."""

    name: str
    run: Callable[[Asked], Result]
    share: float


def _matrix(asked: Asked) -> Result:
    return matrix.run(seed=asked.seed, deadline=asked.deadline, only=asked.only, short=asked.short)


def _protections(asked: Asked) -> Result:
    return attacks.run(seed=asked.seed, only=asked.only)


def _faults(asked: Asked) -> Result:
    return faults.run(seed=asked.seed, deadline=asked.deadline, once=bool(asked.only))


def _webhooks(asked: Asked) -> Result:
    return webhooks.run(seed=asked.seed, deadline=asked.deadline, once=bool(asked.only))


def _invariants(asked: Asked) -> Result:
    with database_ready():
        return invariants.run(seed=asked.seed, deadline=0 if asked.only else asked.deadline)


def _simulation(asked: Asked) -> Result:
    with database_ready():
        return simulation.run(seed=asked.seed, deadline=0 if asked.only else asked.deadline)


MATRIX = Part(name=matrix.NAME, run=_matrix, share=0)
OTHERS = (
    Part(name=attacks.NAME, run=_protections, share=0),
    Part(name="invariants", run=_invariants, share=0.15),
    Part(name="faults", run=_faults, share=0.35),
    Part(name="webhooks", run=_webhooks, share=0.2),
    Part(name="simulation", run=_simulation, share=0.3),
)
PARTS = {part.name: part for part in (MATRIX, *OTHERS)}
