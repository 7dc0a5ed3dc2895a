"""The verifier finds whatever was changed in an export: each field of each line, and each line's place."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.exports import export
from ledger.periods import Period
from ledger.tests.test_export_books import books  # noqa: F401 (a fixture)
from verify_export import FIELDS, Break, verify


@pytest.fixture
def lines(books, tmp_path):  # noqa: F811 (that fixture)
    """The lines of a small export that is right."""
    path = tmp_path / "right.jsonl"
    path.write_bytes(b"".join(export("jsonl", Period())))
    verify(path)
    return path.read_bytes().splitlines(keepends=True)


def found(lines: list[bytes], tmp_path: Path) -> str:
    """What the verifier says of these lines, nothing when it takes them for right."""
    path = tmp_path / "changed.jsonl"
    path.write_bytes(b"".join(lines))
    try:
        verify(path)
    except Break as reason:
        return str(reason)
    return ""


def others(value):
    """Other values of the same shape, and some of another."""
    match value:
        case None:
            return ["refund", 0, False]
        case int():
            return [value + 1, value - 1, -value - 7, float(value), str(value), None, True]
        case str():
            return [f"{value}x", value[:-1], value[::-1] + "é", "", None, _next_character(value)]
        case list():
            return [value[::-1], value[:-1], *([*value[:at], other, *value[at + 1 :]] for at in range(3)
                    for other in others(value[at])), None]  # fmt: skip
    raise TypeError(value)


def _next_character(text):
    """The same text with the last digit or letter replaced by its neighbour: a valid date stays one."""
    return f"{text[:-1]}{chr(ord(text[-1]) ^ 1)}" if text else "x"


def test_any_other_value_in_any_field_of_any_line_is_found(lines, tmp_path):
    tried = 0
    for at, raw in enumerate(lines):
        fields = json.loads(raw)
        for name, value in fields.items():
            for other in others(value):
                if other == value and type(other) is type(value):
                    continue
                forged = json.dumps({**fields, name: other}, ensure_ascii=False, separators=(",", ":")) + "\n"
                changed = [*lines[:at], forged.encode(), *lines[at + 1 :]]
                assert found(changed, tmp_path), f"line {at + 1}: {name} = {other!r} instead of {value!r}"
                tried += 1
    assert tried > 500


def test_every_kind_of_line_was_tried(lines):
    assert {next(iter(json.loads(raw))) for raw in lines} | {"opening"} == set(FIELDS)


def test_a_line_that_is_removed_doubled_or_swapped_is_found(lines, tmp_path):
    for at in range(len(lines)):
        assert found(lines[:at] + lines[at + 1 :], tmp_path), f"line {at + 1} removed"
        assert found(lines[: at + 1] + lines[at:], tmp_path), f"line {at + 1} doubled"
        for other in range(at + 1, len(lines)):
            swapped = list(lines)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            assert found(swapped, tmp_path), f"lines {at + 1} and {other + 1} swapped"


def test_a_file_that_was_cut_off_anywhere_is_found(lines, tmp_path):
    whole = b"".join(lines)
    for end in range(0, len(whole), 7):
        assert found([whole[:end]], tmp_path), f"cut off after {end} bytes"
    assert found([whole[:-1]], tmp_path)
    assert found([whole, b"\n"], tmp_path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_other_byte_anywhere_is_found(lines, tmp_path, data):
    whole = b"".join(lines)
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    edit = data.draw(st.sampled_from(["replace", "insert", "remove"]))
    middle = {"replace": bytes([byte]), "insert": whole[at : at + 1] + bytes([byte]), "remove": b""}[edit]
    assert found([whole[:at], middle, whole[at + 1 :]], tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'"amount":500,', b'"amount":501,', "holds 300, where its transfers give 301"),
        (b'"user:2","GBP"],"amount":500', b'"user:2","JPY"],"amount":500', "takes GBP and gives JPY: 'refund'"),
        (b'{"transfer":"wallet"', b'{"transfer":"refund"', "posts the key 'refund' a second time"),
        (b'"reverses":"top up"', b'"reverses":"wallet"', "does not mirror 'wallet'"),
        (b'"reverses":"top up"', b'"reverses":"nothing"', "was not posted before"),
        (b'"seal":"2026-03-02"', b'"seal":"2026-03-05"', "seals 2026-03-05, where 2026-03-02 is to come"),
        (b'"happened_at":"2026-03-01T', b'"happened_at":"2026-13-01T', "where a moment belongs"),
    ],
)
def test_the_first_break_is_said_in_a_sentence(lines, tmp_path, old, new, sentence):
    whole = b"".join(lines)
    assert sentence in found([whole.replace(old, new)], tmp_path)


def test_a_forger_who_computes_every_hash_anew_is_found_by_a_seal_that_was_noted(books, tmp_path):  # noqa: F811 (that fixture)
    """What the chain alone cannot prove: see docs/ledger.md."""
    path = tmp_path / "other.jsonl"
    path.write_bytes(b"".join(export("jsonl", Period())))
    noted = list(verify(path).seals)[-1]
    verify(path, expect=noted)
    with pytest.raises(Break, match="other books, or they were rewritten"):
        verify(path, expect="f" * 64)
