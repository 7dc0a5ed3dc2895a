"""Lines gathered into pieces that are worth sending."""

from collections.abc import Iterator
from itertools import islice

LINES_A_PIECE = 2_000


def in_pieces(entries: Iterator[str]) -> Iterator[bytes]:
    """The entries as UTF-8, some thousand at a time."""
    while piece := list(islice(entries, LINES_A_PIECE)):
        yield "".join(piece).encode()
