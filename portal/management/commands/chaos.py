"""manage.py chaos: break everything at every named moment, and show that not a cent and not a case is lost."""

import json
import secrets
import sys
from argparse import SUPPRESS, ArgumentParser
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.chaos import report
from portal.chaos.parts import PARTS, Asked
from portal.chaos.run import Chaos, run_part


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Kill, crash and refuse at every step. A failure prints what replays it. Writes var/chaos/latest.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--minutes", type=float, default=0, help="How long; without it the short form.")
        parser.add_argument("--seed", type=int, default=None, help="What replays a run; without it one by chance.")
        parser.add_argument("--only", default="", help=f"One of {', '.join(PARTS)}; or matrix:scene:point:kind:time.")
        for name in ("--part", "--narrow"):
            parser.add_argument(name, default="", help=SUPPRESS)
        parser.add_argument("--seconds", type=float, default=0, help=SUPPRESS)
        parser.add_argument("--short", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, minutes: float, seed: int | None, only: str, part: str, **options: Any) -> None:
        seed = secrets.randbelow(1_000_000) if seed is None else seed
        if part:
            self._work(part, seed, options)
            return
        began = monotonic()
        folder = Path(settings.VAR_DIR) / "chaos"
        results = self._one(only, folder, seed, minutes) if only else self._all(folder, seed, minutes)
        about = {"seed": seed, "minutes": minutes, "seconds": round(monotonic() - began)}
        report.write(results, folder / "latest.json", **about)
        self.stdout.write(f"seed {seed}\n{report.as_table(results)}")
        if failures := [failure for result in results for failure in result.failures]:
            for failure in failures:
                self.stderr.write(failure)
            sys.exit(1)

    def _all(self, folder: Path, seed: int, minutes: float) -> list[report.Result]:
        return Chaos(folder, seed=seed, minutes=minutes, say=self.stderr.write).run()

    def _one(self, only: str, folder: Path, seed: int, minutes: float) -> list[report.Result]:
        """One part; of those that go by seeds one run, unless it says `:short`."""
        name, _, narrow = only.partition(":")
        if name not in PARTS:
            raise CommandError(f"There is nothing called {name}; choose among {', '.join(PARTS)}.")
        replayed = narrow or ("one" if PARTS[name].share and not minutes else "")
        replayed = "" if replayed == "short" else replayed
        return [run_part(name, folder, seed=seed, seconds=minutes * 60, short=not minutes, only=replayed)]

    def _work(self, part: str, seed: int, options: dict[str, Any]) -> None:
        """In the process that the part has for itself."""
        narrow = tuple(word for word in options["narrow"].split(":") if word)
        asked = Asked(seed=seed, seconds=options["seconds"], short=options["short"], only=narrow)
        result = PARTS[part].run(asked)
        (Path(settings.VAR_DIR) / "result.json").write_text(json.dumps(asdict(result), default=str))
