"""Batches are spared the garbage collector, which would look through thousands of their rows again and again.

Reference counts free what a batch is done with; what goes in circles waits until the batch has ended.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for circles in this process until the block ends. Around a whole function its rows are gone by then."""
    was_searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_searching:
            gc.enable()
