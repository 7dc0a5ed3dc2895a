"""What a run of chaos found, as a table and as JSON. The bound is the rule of three: no failure in n runs means that
the true rate is below 3/n, with 95 % confidence.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RULE_OF_THREE = 3
COLUMNS = ("kill web", "kill worker", "postgres", "broker")


@dataclass
class Result:
    """What one part found: how many runs, and one line for each failure, which replays it."""

    name: str
    runs: int
    failures: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def bound(self) -> float | None:
        """Below which share of runs failures stay, with 95 % confidence; unknown after some, or too few runs."""
        return RULE_OF_THREE / self.runs if self.runs > RULE_OF_THREE and not self.failures else None

    def add(self, other: "Result") -> None:
        """Count a later round of the same part in. Of details, numbers add up and the rest is the later's."""
        self.runs += other.runs
        self.failures += other.failures
        self.details = _added(self.details, other.details)


def _added(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    both = dict(first)
    for name, value in second.items():
        before = both.get(name)
        if name.startswith("longest_") and before is not None:
            both[name] = max(before, value)
        elif isinstance(value, dict) and isinstance(before, dict):
            both[name] = _added(before, value)
        elif type(value) in (int, float) and type(before) in (int, float):
            both[name] = before + value
        else:
            both[name] = value
    return both


def as_table(results: Sequence[Result]) -> str:
    lines = [f"{'part':<18} {'runs':>8} {'failures':>9} {'bound':>10}"]
    for result in results:
        bound = f"{result.bound:.4%}" if result.bound else "-"
        lines.append(f"{result.name:<18} {result.runs:>8,} {len(result.failures):>9,} {bound:>10}")
    return "\n".join(lines)


def as_markdown(results: Sequence[Result], **about: Any) -> str:
    """The table of all parts, then how often each point was struck by what, for docs/reliability.md."""
    said = ", ".join(f"{name} {value}" for name, value in about.items())
    lines = [said, "", "| part | runs | failures | bound (3/n) |", "|---|---:|---:|---:|"]
    for result in results:
        bound = f"{result.bound:.3%}" if result.bound else "-"
        lines.append(f"| {result.name} | {result.runs:,} | {len(result.failures):,} | {bound} |")
    for result in results:
        lines += _struck(result.details.get("struck", {}))
    return "\n".join(lines) + "\n"


def _struck(points: dict[str, dict[str, int]]) -> list[str]:
    if not points:
        return []
    rows = [
        f"| `{point}` | {' | '.join(f'{times[kind]:,}' if times.get(kind) else '-' for kind in COLUMNS)} |"
        for point, times in points.items()
    ]
    return ["", f"| crash point | {' | '.join(COLUMNS)} |", f"|---|{'---:|' * len(COLUMNS)}", *rows]


def write(results: Sequence[Result], path: Path, **about: Any) -> None:
    """The JSON at `path` and the tables beside it."""
    found = [{**asdict(result), "bound": result.bound} for result in results]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**about, "parts": found}, indent=2, ensure_ascii=False, default=str) + "\n")
    path.with_suffix(".md").write_text(as_markdown(results, **about))
