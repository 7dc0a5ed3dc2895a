"""Reading a request of the API, strictly, because requests move money.

No unknown field, no number in quotes, no fraction, no doubled key, and nothing that a database or another reader
might understand differently.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import IO, Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from common.pages import AFTER

LARGEST_AMOUNT = 10**15
LONGEST_TEXT = 5000
DEEPEST_NESTING = 20


class StrictJSONParser(BaseParser):
    """UTF-8 JSON as RFC 8259 means it: no NaN, no key twice, no lone surrogate, no abyss of brackets."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 (the parser's interface)
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 (likewise)
    ) -> Any:
        try:
            read = json.loads(
                stream.read().decode(), parse_constant=_refuse_constant, object_pairs_hook=_without_repeats
            )
            _refuse_abyss(read)
            json.dumps(read, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not JSON we can read.")) from error
        return read


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key comes twice")
    return read


def _refuse_abyss(read: Any) -> None:
    level = [read]
    for _depth in range(DEEPEST_NESTING):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _inside(outer)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(outer: dict[str, Any] | list[Any]) -> Sequence[Any]:
    return list(outer.values()) if isinstance(outer, dict) else outer


class Input(serializers.Serializer[Any]):
    """The fields an operation takes, and no others."""

    default_error_messages = {"unknown": _("There is no such field here.")}

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """What was sent, checked field by field; raises ValidationError with all that is wrong."""
        return cls._checked(request.data)

    @classmethod
    def read_filters(cls, request: Request) -> dict[str, Any]:
        """The same for the query of a list; where it goes on is none of its filters."""
        return cls._checked({name: text for name, text in request.query_params.items() if name != AFTER})

    @classmethod
    def _checked(cls, sent: Any) -> dict[str, Any]:
        given = cls(data=sent)
        given.is_valid(raise_exception=True)
        return cast("dict[str, Any]", given.validated_data)

    @property
    def fields(self) -> Any:
        """One set for all requests: checking a value leaves nothing behind in its field."""
        return _fields_of(type(self))

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            raise serializers.ValidationError({name: [self.error_messages["unknown"]] for name in sorted(unknown)})
        return cast("dict[str, Any]", super().to_internal_value(data))


@cache
def _fields_of(kind: type[Input]) -> Any:
    return super(Input, kind()).fields


class WholeNumber(serializers.IntegerField):
    """A JSON number without a fraction; text, true and 1.0 are none."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return data


class Amount(WholeNumber):
    """Minor units, more than nothing."""

    def __init__(self, *, min_value: int = 1, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=LARGEST_AMOUNT, **kwargs)


class Flag(serializers.BooleanField):
    """true or false; "yes" and 1 are neither."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Text(serializers.CharField):
    """A JSON string; a number is none."""

    def __init__(self, *, max_length: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """An ISO 8601 moment with its offset ("Z", "+08:00"), read as UTC; a day, or a time without one, is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            raise serializers.ValidationError(
                _("Write the moment with its offset, such as 2027-01-01T00:00:00Z."), code="no_offset"
            )
        return super().enforce_timezone(value)


class Currency(Text):
    """An ISO 4217 code. Amounts are in the order's currency anyway; who names one is held to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, min_length=3, **kwargs)


class NothingInput(Input):
    """Nothing: the address says it all."""
