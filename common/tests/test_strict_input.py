import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.exceptions import ParseError, ValidationError

from common.strict_input import (
    DEEPEST_NESTING,
    LARGEST_AMOUNT,
    Amount,
    Currency,
    Input,
    Moment,
    StrictJSONParser,
    Text,
)


class Sum(Input):
    amount = Amount()
    currency = Currency(required=False)
    statement = Text(required=False, allow_blank=True)


def sent_with(data) -> Any:
    return SimpleNamespace(data=data)


def parse(body):
    return StrictJSONParser().parse(io.BytesIO(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'amount': 1}",
        b'{"amount": NaN}',
        b'{"amount": -Infinity}',
        b'{"amount": 1, "amount": 2}',
        b'{"statement": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"statement": "\xff"}',
        b'\xef\xbb\xbf{"amount": 1}',
        b"[" * 100_000,
        b"[" * (DEEPEST_NESTING + 1) + b"]" * (DEEPEST_NESTING + 1),
        b'{"amount": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_not_plain_json_is_refused(body):
    with pytest.raises(ParseError):
        parse(body)


@pytest.mark.parametrize("body", [b'{"statement": "\\ud83d\\ude00 \xe7\xa0\xb4"}', b"[" * 19 + b"]" * 19, b"null"])
def test_plain_json_is_read(body):
    parse(body)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": "1"}, "amount"),
        ({"amount": 1.0}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": [1]}, "amount"),
        ({"amount": {}}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": LARGEST_AMOUNT + 1}, "amount"),
        ({"amount": 1, "currency": "EURO"}, "currency"),
        ({"amount": 1, "currency": 978}, "currency"),
        ({"amount": 1, "statement": 1}, "statement"),
        ({"amount": 1, "statement": None}, "statement"),
        ({"amount": 1, "statement": "a\0b"}, "statement"),
        ({"amount": 1, "statement": "x" * 5001}, "statement"),
        ({"amount": 1, "ammount": 1}, "ammount"),
        ([], "non_field_errors"),
        ("x", "non_field_errors"),
        (None, "non_field_errors"),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_named(sent, field):
    with pytest.raises(ValidationError) as refusal:
        Sum.read(sent_with(sent))
    assert set(refusal.value.detail) == {field}


@pytest.mark.parametrize(
    "sent",
    [
        {"amount": 1},
        {"amount": LARGEST_AMOUNT, "currency": "EUR", "statement": ""},
        {"amount": 5, "statement": "坏了 😀"},
    ],
)
def test_a_field_that_is_what_it_should_be_is_read_as_it_stands(sent):
    assert Sum.read(sent_with(sent)) == sent


class Beginning(Input):
    at = Moment()


@pytest.mark.parametrize("written", ["2027-01-01T00:00:00Z", "2027-01-01T08:00:00+08:00"])
def test_a_moment_is_read_as_utc(written):
    with timezone.override("Asia/Shanghai"):
        (at,) = Beginning.read(sent_with({"at": written})).values()
    assert at.isoformat() == "2027-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "written",
    ["2027-01-01", "2027-01-01T00:00:00", 1798761600, None, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-23:59"],
)
def test_without_its_offset_or_beyond_the_calendar_it_is_no_moment(written):
    with pytest.raises(ValidationError) as refused:
        Beginning.read(sent_with({"at": written}))
    assert set(refused.value.detail) == {"at"}
