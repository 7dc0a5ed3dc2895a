"""Proves what this room says of money: guarantees kept, coupons, and the special fund. One subject a file."""

from collections.abc import Iterator

from common.proofs import Break
from compensation.proofs import coupons, events, filling, fund, guarantees


def prove() -> Iterator[Break]:
    """What is wrong, subject by subject."""
    yield from guarantees.prove()
    yield from coupons.prove()
    yield from events.prove()
    yield from fund.prove()
    yield from filling.prove()
