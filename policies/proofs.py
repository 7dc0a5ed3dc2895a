"""Proves that every stored verdict comes out the same when its facts are judged again, byte for byte."""

from collections.abc import Iterator

from common.proofs import Break
from policies.actions import replay
from policies.models import Verdict


def prove() -> Iterator[Break]:
    """Verdicts that would be written differently today: a rule, or the terms it read, changed behind them."""
    for verdict in Verdict.objects.select_related("version__policy").order_by("pk").iterator(chunk_size=1000):
        if replay(verdict) != verdict.body:
            yield Break("policies", f"Verdict {verdict.key} under {verdict.version} comes out differently today.")
