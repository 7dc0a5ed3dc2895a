"""Every crash point there is, read from the source: a point that no run comes to fails the run."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

NOT_OURS = {"tests", "migrations", "chaos", "var"}


def crash_points() -> dict[str, str]:
    """Where each point stands in the source ("payouts/actions/sending.py:51"), by name."""
    return dict(sorted(_found()))


def _found() -> Iterator[tuple[str, str]]:
    for room in sorted(settings.BASE_DIR.iterdir()):
        if (room / "__init__.py").exists() and room.name not in NOT_OURS:
            for path in room.rglob("*.py"):
                if not NOT_OURS.intersection(path.relative_to(settings.BASE_DIR).parts):
                    yield from _found_in(path)


def _found_in(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "crash_point":
            (name,) = node.args
            if not isinstance(name, ast.Constant):
                raise TypeError(f"{path}:{node.lineno}: a crash point's name is a literal, so that it can be found.")
            yield str(name.value), f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}"
