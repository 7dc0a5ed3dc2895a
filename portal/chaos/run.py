"""A whole run of chaos: the matrix on one side, the other parts by turns on the other, until time is over."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

from django.conf import settings

from portal.chaos.parts import MATRIX, OTHERS, Part
from portal.chaos.report import Result
from portal.chaos.setup import environment

# A part in the long form works that long at most before the next has its turn; in the short form, all it needs.
TURN_SECONDS = 600.0
SHORT_SECONDS = 5.0
# A part that is over its time by that much hangs.
PATIENCE_SECONDS = 600.0

Say = Callable[[str], None]


class Chaos:
    """`minutes` 0 is the short form. Results of parts that had several turns are added up."""

    def __init__(self, folder: Path, *, seed: int, minutes: float, say: Say) -> None:
        self.folder = folder
        self.seed = seed
        self.minutes = minutes
        self.results: dict[str, Result] = {}
        self._say = say
        self._adding = Lock()

    def run(self) -> list[Result]:
        """Both sides at once, each on servers of its own."""
        ends_at = monotonic() + self.minutes * 60
        matrix = Thread(target=self._turn, args=(MATRIX, self.seed, self.minutes * 60))
        matrix.start()
        for number, (part, seconds) in enumerate(self._turns(ends_at)):
            self._turn(part, self.seed + number * 100_000, seconds)
        matrix.join()
        return [self.results[part.name] for part in (MATRIX, *OTHERS) if part.name in self.results]

    def _turns(self, ends_at: float) -> Iterator[tuple[Part, float]]:
        if not self.minutes:
            yield from ((part, SHORT_SECONDS) for part in OTHERS)
            return
        yield from ((part, 0.0) for part in OTHERS if not part.share)
        while (left := ends_at - monotonic()) > SHORT_SECONDS:
            turn = min(TURN_SECONDS, left)
            for part in OTHERS:
                if part.share and monotonic() < ends_at:
                    yield part, turn * part.share

    def _turn(self, part: Part, seed: int, seconds: float) -> None:
        result = run_part(part.name, self.folder, seed=seed, seconds=seconds, short=not self.minutes)
        self._say(f"{part.name}: {result.runs:,} runs, {len(result.failures)} failures")
        for failure in result.failures:
            self._say(f"  {failure}")
        with self._adding:
            if part.name in self.results:
                self.results[part.name].add(result)
            else:
                self.results[part.name] = result


def run_part(
    name: str, folder: Path, *, seed: int, seconds: float = SHORT_SECONDS, short: bool = False, only: str = ""
) -> Result:
    """One part in a process of its own, with servers of its own under the folder."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    written = home / "result.json"
    written.unlink(missing_ok=True)
    command = [
        *(sys.executable, "manage.py", "chaos", "--part", name, "--seed", str(seed), "--seconds", str(seconds)),
        *(["--short"] if short else []),
        *(["--narrow", only] if only else []),
    ]
    given = {key: value for key, value in os.environ.items() if key != "REDRESS_CRASH_AT"}
    try:
        ended = subprocess.run(
            command,
            env={**given, **environment(home)},
            cwd=settings.BASE_DIR,
            check=False,
            timeout=seconds + PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Result(name, 0, [f"{name} hangs | make chaos SEED={seed} ONLY={name}"])
    if not written.exists():
        return Result(name, 0, [f"{name} ended with {ended.returncode} | make chaos SEED={seed} ONLY={name}"])
    return Result(**json.loads(written.read_text()))
