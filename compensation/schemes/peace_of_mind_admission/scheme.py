"""The checks for the Peace of Mind label, kept as dated terms like every promise; no consumer claims by them."""

from collections.abc import Iterator

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.peace_of_mind_admission.rules import AdmissionFacts
from orders.models import Line


def ask(line: Line, cause: str, around: Circumstances, particulars: None) -> Iterator[AdmissionFacts]:
    """Nothing that happens to a line is judged here: compensation.actions.labels asks about merchants."""
    yield from ()


SCHEME = Scheme(code="peace_of_mind_admission", causes={}, ask=ask)
