"""What every room's `proofs.py` offers to `manage.py verify_books`.

`prove()` looks for what may not be and yields each break as it finds it; a room that is right yields nothing.
`count()`, where a room has it, says how much there was to prove. Both read from one snapshot of the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypedDict, runtime_checkable

from django.db import connection


@dataclass(frozen=True)
class Break:
    """One thing that is off, in a sentence with the ids and amounts a person needs to look it up."""

    room: str
    sentence: str


class Counts(TypedDict, total=False):
    """How much there is; `paid_out` in minor units by currency."""

    accounts: int
    transfers: int
    claims: int
    paid_out: dict[str, int]


class Proofs(Protocol):
    """The module `<room>/proofs.py`."""

    def prove(self) -> Iterator[Break]: ...


@runtime_checkable
class ProofsWithCounts(Protocol):
    """The same where there is something to count."""

    def count(self) -> Counts: ...


def breaks_found(room: str, queries: Mapping[str, str]) -> Iterator[Break]:
    """A break for each row that one of the queries finds; its columns fill in the sentence that goes with the query."""
    for sentence, query in queries.items():
        with connection.cursor() as cursor:
            cursor.execute(query)
            names = [column.name for column in cursor.description or []]
            for row in cursor:
                yield Break(room, sentence.format(**dict(zip(names, row, strict=True))))
