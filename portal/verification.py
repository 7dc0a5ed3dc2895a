"""Proves the books: runs the proofs of every room on one snapshot of the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import cast

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule

from common.proofs import Break, Counts, Proofs, ProofsWithCounts


@dataclass(frozen=True)
class Verification:
    """What was there to prove, and the first break, if any."""

    first_break: Break | None
    counts: Counts = field(default_factory=Counts)

    @property
    def ok(self) -> bool:
        return self.first_break is None


def verify() -> Verification:
    """Look for the first break. Everything is read as of one moment, while the portal keeps working."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        counts: Counts = {"accounts": 0, "transfers": 0, "claims": 0, "paid_out": {}}
        rooms = list(_rooms_with_proofs())
        for room in rooms:
            if isinstance(room, ProofsWithCounts):
                counts.update(room.count())
        breaks = (found for room in rooms for found in room.prove())
        return Verification(first_break=next(breaks, None), counts=counts)


def _rooms_with_proofs() -> Iterator[Proofs]:
    """From the lowest room up, so that the first break named is the one nearest to the cause."""
    for room in reversed(list(apps.get_app_configs())):
        if room.module and room.name != "common" and module_has_submodule(room.module, "proofs"):
            yield cast(Proofs, import_module(f"{room.name}.proofs"))
