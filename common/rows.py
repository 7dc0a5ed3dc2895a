"""Rows as objects that are put together without Django's constructor.

It matches names and sends signals for each object; this portal listens to none, and a batch reads and writes thousands
of rows.
"""

from collections.abc import Collection
from functools import cache
from typing import Any, Self

from django.db.models import Field, Model
from django.db.models.base import ModelState


class Row(Model):
    """A model that is read much. What a query leaves out is fetched when it is asked for, as usual."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """The object of these columns; Django hands them over in the same order."""
        row = cls.__new__(cls)
        row._state = state = ModelState()
        state.adding, state.db = False, db
        row.__dict__.update(zip(field_names, values, strict=True))
        return row

    @classmethod
    def new(cls, **values: Any) -> Self:
        """What `cls(**values)` is, a row that is not stored yet; each value under the name of its field."""
        row = cls.__new__(cls)
        row._state = ModelState()
        content, related = row.__dict__, row._state.fields_cache
        attributes = _attributes(cls)
        constants, made = _left_out(cls, frozenset(values))
        content.update(constants)
        for field in made:
            content[field.attname] = field.get_default()
        for name, value in values.items():
            attribute = attributes[name]
            if attribute == name:
                content[name] = value
            else:
                related[name] = value
                content[attribute] = value and value.pk
        return row


@cache
def _attributes(model: type[Model]) -> dict[str, str]:
    """Under which name the object keeps the column of each field."""
    fields = model._meta.local_concrete_fields
    return {name: field.attname for field in fields for name in (field.name, field.attname)}


@cache
def _left_out(model: type[Model], given: frozenset[str]) -> "tuple[dict[str, Any], list[Field[Any, Any]]]":
    """What the fields that are not given hold by default, and those of them whose default is made anew each time."""
    left_out = [field for field in model._meta.local_concrete_fields if not {field.name, field.attname} & given]
    made = [field for field in left_out if field.has_default() and callable(field.default)]
    return {field.attname: field.get_default() for field in left_out if field not in made}, made
