"""Array literals come out of PostgreSQL as they went in."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection

from common.arrays import array_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (
            "text",
            ["plain", "", "NULL", "null", 'a "quoted" word', "back\\slash\\", "{curly},comma", " edge ", "中文\n\t'"],
        ),
        ("text", [None, "x", None]),
        ("text", []),
        ("bigint", [1, -(2**62), None]),
        ("boolean", [True, False, None]),
        ("timestamptz", [datetime(2026, 11, 22, 5, 4, 3, 210, tzinfo=UTC), None]),
        ("uuid", [uuid.UUID(int=7)]),
    ],
)
def test_every_value_comes_back_as_it_was(kind, values):
    assert read(kind, array_of(values)) == values


def test_json_comes_back_as_it_was():
    documents = [{"a": 'say "\\"', "b": [1, None, "中"]}, {}]
    assert [json.loads(str(it)) for it in read("text", array_of(map(json.dumps, documents)))] == documents


def read(kind: str, literal: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM unnest(%s::{kind}[])", [literal])  # noqa: S608 (our own kinds)
        return [value for (value,) in cursor.fetchall()]
