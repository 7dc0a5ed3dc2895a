"""What holds for every guarantee because it is found by its folder: nothing is missing, nothing contradicts."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

import pytest

from compensation.schemes import folders
from compensation.schemes.closed_store.rules import Report
from compensation.schemes.registry import (
    SCHEMES,
    every_reason,
    must_be_told,
    particulars_for,
    particulars_of,
    reasons_for,
    reasons_of,
    schemes_for,
)
from disputes.questions import questions_about
from orders.models import OrderKind
from policies.in_force import rule_of
from policies.shapes import Misshapen
from policies.wording import label_of_reason, label_of_rule
from policies.words import REASONS_FOR

PAIRS = [(cause, kind) for scheme in SCHEMES.values() for cause, kinds in scheme.causes.items() for kind in kinds]


def test_every_folder_with_rules_is_a_guarantee_with_terms_words_a_page_and_golden_cases():
    assert set(SCHEMES) == set(folders.CODES)
    for folder in folders.FOLDERS:
        missing = [name for name in ("terms.yaml", "README.md", "golden.csv") if not (folder / name).exists()]
        assert missing == []


@pytest.mark.parametrize("code", list(SCHEMES))
def test_a_guarantee_has_its_rule_and_its_label(code):
    rule = rule_of(code)
    assert rule.function is not None
    assert is_dataclass(rule.terms)
    assert fields(rule.terms)[0].name == "version"
    assert label_of_rule(code) != code


@pytest.mark.parametrize(("cause", "kind"), PAIRS)
def test_a_cause_fits_a_kind_of_order_there_is_and_can_be_chosen_and_stored(cause, kind):
    assert kind in OrderKind.values
    assert cause in reasons_for(kind)
    assert cause in every_reason()
    assert len(cause) <= 32
    assert label_of_reason(cause) != cause


@pytest.mark.parametrize(("cause", "kind"), PAIRS)
def test_one_guarantee_at_most_asks_about_a_cause_and_every_question_has_its_words(cause, kind):
    assert sum(scheme.asks(cause) is not None for scheme in schemes_for(cause, kind)) <= 1
    for question in questions_about(cause, kind):
        assert str(question.label)


def test_the_reasons_of_refunds_come_first_and_each_reason_once():
    for kind, reasons in REASONS_FOR.items():
        found = reasons_for(kind)
        assert found[: len(reasons)] == tuple(map(str, reasons))
        assert len(set(found)) == len(found)


def test_a_line_is_asked_about_what_can_happen_to_it(voucher_order):
    assert "store_closed" in reasons_of(voucher_order.lines.get())
    assert "no_room" not in reasons_of(voucher_order.lines.get())


# --- what a consumer adds ----------------------------------------------------------------------------

AT = datetime(2026, 5, 3, 4, 0, tzinfo=UTC)


def test_what_is_told_is_read_as_the_guarantee_means_it():
    told = {"happened_at": "2026-05-03T12:00:00+08:00", "latitude": 30, "longitude": 120.165}
    assert particulars_of("store_closed", "voucher", told) == Report(happened_at=AT, latitude=30.0, longitude=120.165)


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_told_is_nothing(nothing):
    assert particulars_of("store_closed", "voucher", nothing) is None
    assert not must_be_told("store_closed", "voucher")


@pytest.mark.parametrize(
    ("told", "path", "code"),
    [
        ({"minutes": 5}, "minutes", "unknown_key"),
        ({"happened_at": "yesterday"}, "happened_at", "not_a_moment"),
        ({"happened_at": "2026-05-03T12:00:00"}, "happened_at", "not_a_moment"),
        ({"happened_at": 5}, "happened_at", "not_a_moment"),
        ({"happened_at": "9999-12-31T23:59:59-23:59"}, "happened_at", "not_a_moment"),
        ({"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at", "not_a_moment"),
        ({"happened_at": "1899-12-31T23:59:59Z"}, "happened_at", "not_a_moment"),
        ({"happened_at": "3000-01-01T00:00:00Z"}, "happened_at", "not_a_moment"),
        ({"latitude": 30.25}, "longitude", "only_half_a_place"),
        ({"longitude": 30.25}, "latitude", "only_half_a_place"),
        ({"latitude": 90.0001, "longitude": 0}, "latitude", "not_on_earth"),
        ({"latitude": -90.0001, "longitude": 0}, "latitude", "not_on_earth"),
        ({"latitude": 0, "longitude": 180.0001}, "longitude", "not_on_earth"),
        ({"latitude": float("inf"), "longitude": 0}, "latitude", "not_on_earth"),
        ({"latitude": float("nan"), "longitude": 0}, "latitude", "not_on_earth"),
        ({"latitude": "30", "longitude": 0}, "latitude", "not_a_number"),
        ({"latitude": True, "longitude": 0}, "latitude", "not_a_number"),
        (["happened_at"], "", "not_a_mapping"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(told, path, code):
    with pytest.raises(Misshapen) as problem:
        particulars_of("store_closed", "voucher", told)
    assert (problem.value.path, problem.value.code) == (path, code)


def test_the_edges_of_the_earth_are_on_it():
    told = {"latitude": -90, "longitude": 180}
    assert particulars_of("store_closed", "voucher", told) == Report(latitude=-90.0, longitude=180.0)


def test_nothing_can_be_told_where_nobody_asks():
    assert particulars_for("damaged", "goods") is None
    with pytest.raises(Misshapen) as problem:
        particulars_of("damaged", "goods", {"latitude": 1})
    assert problem.value.code == "nothing_is_asked"
