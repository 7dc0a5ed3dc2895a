"""The order of a bench: in every round the yardstick first, then the figures, one after the other, so that a machine
that is busy for a minute slows both. A figure is the middle of its rounds; figures that bring their own comparison
follow. The books are proved at the end.

Runs with the bench's own database as the default one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.core.management import call_command

from portal.bench.figures import FIGURES
from portal.bench.frame import Bench, ByItself, InRounds, Sample
from portal.bench.report import Figure, middle

ROUNDS = 5
NAMES = tuple(name for figure in FIGURES for name in figure.names)


@dataclass
class Rounds:
    """What one figure gave with one number of clients, round by round."""

    name: str
    clients: int
    take: Callable[[int], Sample]
    samples: list[Sample] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def go(self, yardstick_per_second: float) -> None:
        self.samples.append(self.take(self.clients))
        self.beside.append(yardstick_per_second)

    def figure(self) -> Figure:
        rates = [sample.per_second for sample in self.samples]
        return Figure(
            name=self.name,
            clients=self.clients,
            size=self.samples[-1].size,
            per_second=middle(rates),
            yardstick_per_second=middle(self.beside),
            ratio=middle(done / beside for done, beside in zip(rates, self.beside, strict=True)),
            p50_ms=_middle_if_any(sample.p50_ms for sample in self.samples),
            p99_ms=_middle_if_any(sample.p99_ms for sample in self.samples),
            sql=self.samples[-1].sql,
            cpu_us=_middle_if_any(sample.cpu_us for sample in self.samples),
        )


def measure(bench: Bench, names: Sequence[str]) -> list[Figure]:
    """The figures asked for. Raises FiguresMeanNothing."""
    wanted = [figure for figure in FIGURES if set(figure.names) & set(names)]
    with bench.until_the_end:
        found = _in_rounds(bench, [figure for figure in wanted if isinstance(figure, InRounds)])
        for figure in wanted:
            if isinstance(figure, ByItself):
                bench.say(" and ".join(figure.names))
                found += [row for row in figure.measure(bench) if row.name in names]
    call_command("verify_books")
    return found


def _in_rounds(bench: Bench, figures: Sequence[InRounds]) -> list[Figure]:
    prepared = {figure.name: figure.prepare(bench) for figure in figures}
    gathered = [Rounds(figure.name, number, prepared[figure.name]) for figure in figures for number in figure.clients]
    for number in range(1, bench.rounds + 1):
        for clients in sorted({rounds.clients for rounds in gathered}):
            bench.say(f"round {number} of {bench.rounds} with {clients} client(s)")
            yardstick_per_second = bench.yardstick_per_second(clients)
            for rounds in gathered:
                if rounds.clients == clients:
                    rounds.go(yardstick_per_second)
    return [rounds.figure() for rounds in gathered]


def _middle_if_any(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return middle(known) if known else None
