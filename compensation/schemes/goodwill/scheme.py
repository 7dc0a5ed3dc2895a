"""Goodwill after a case: nothing can be claimed by it, so no reason leads here. disputes.goodwill asks its rule."""

from collections.abc import Iterator
from typing import Any

from compensation.schemes.frame import Circumstances, Scheme
from orders.models import Line


def ask(line: Line, cause: str, around: Circumstances, particulars: None) -> Iterator[Any]:
    """Never: it is given, not claimed."""
    return iter(())


SCHEME = Scheme(code="goodwill", causes={}, ask=ask)
