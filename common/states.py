"""State machines: one table of legal moves for each model, and `move_to`, the only writer of a status.

A model with a status declares `MOVES` (status -> the statuses it may become) and `write_history`, which records
the move in the same transaction. A status that changed underneath is noticed by compare-and-set, never overwritten.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.rows import Row


class IllegalMove(Exception):
    """The table of moves does not allow this step."""


class MovedMeanwhile(Refusal):
    """Somebody else moved the row since it was read; read it again and decide again."""

    code = "moved_meanwhile"
    message = _("Somebody else changed this in the meantime. Look at it again, then decide again.")


class Stateful(Row):
    """A row with a `status` that only `move_to` and `move_all_to` write."""

    MOVES: ClassVar[Mapping[str, frozenset[str]]]

    status: Any

    class Meta:
        abstract = True

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """Record the move; called inside the transaction that made it."""
        raise NotImplementedError

    @classmethod
    def write_histories(cls, rows: "Sequence[Stateful]", *, was: str, at: datetime, history: dict[str, Any]) -> None:
        """Record that all these rows were moved at once; a model with one statement for many writes its own."""
        for row in rows:
            row.write_history(was=was, at=at, history=history)

    def is_final(self) -> bool:
        return not self.MOVES[self.status]


def move_to(row: Stateful, status: str, *, at: datetime, history: dict[str, Any] | None = None, **changes: Any) -> None:
    """Move one row to `status`, together with `changes`, and write its history.

    `history` is handed to the model's `write_history`. Raises IllegalMove when the table forbids the step and
    MovedMeanwhile when the row no longer has the status it was read with.
    """
    was = row.status
    refuse_illegal(type(row), was, status)
    unmoved = type(row)._default_manager.filter(models.Q(pk=row.pk, status=was))
    updated = unmoved.update(status=status, **changes)
    if updated != 1:
        raise MovedMeanwhile
    row.status = status
    for field, value in changes.items():
        setattr(row, field, value)
    row.write_history(was=was, at=at, history=history or {})


def move_all_to(
    rows: Sequence[Stateful], status: str, *, at: datetime, history: dict[str, Any], **changes: Any
) -> None:
    """`move_to` for many rows of one model that have one status, in one UPDATE: all are moved or none.

    A change may be the name of a field as `F`, which takes each row's own value. The model's `write_histories` is
    handed the `history`. Raises as `move_to` does.
    """
    if not rows:
        return
    model, was = type(rows[0]), rows[0].status
    refuse_illegal(model, was, status)
    unmoved = model._default_manager.filter(models.Q(pk__in=[row.pk for row in rows], status=was))
    if unmoved.update(status=status, **changes) != len(rows):
        raise MovedMeanwhile
    for row in rows:
        for field, value in {**changes, "status": status}.items():
            setattr(row, field, getattr(row, value.name) if isinstance(value, models.F) else value)
    model.write_histories(rows, was=was, at=at, history=history)


def refuse_illegal(model: type[Stateful], was: str, status: str) -> None:
    if status not in model.MOVES[was]:
        raise IllegalMove(f"{model.__name__}: {was} may become {sorted(model.MOVES[was])}, not {status}")


def table_of(*moves: tuple[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    """A table of moves from pairs of a status and the statuses that may follow it."""
    return {str(was): frozenset(str(status) for status in following) for was, following in moves}
