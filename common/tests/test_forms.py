"""A sum goes in as people write it, and becomes whole minor units or a clear sentence."""

import pytest
from django import forms
from django.utils import translation

from common.forms import MoneyField


def _form(text, *, currency="GBP", required=True):
    class Sum(forms.Form):
        amount = MoneyField(label="How much?", currency=currency, maximum=100_000, required=required)

    return Sum({"amount": text})


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12.50", 1_250), ("12", 1_200), (" 1,000.00 ", 100_000), ("1 000", 100_000), ("1,000.", 100_000), ("0.01", 1)],
)
def test_a_sum_is_read_as_minor_units(text, amount):
    form = _form(text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == amount
    assert isinstance(form.cleaned_data["amount"], int)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This field is required."),
        ("twelve", "Enter a sum in figures, for example 12.50."),
        ("NaN", "Enter a sum in figures, for example 12.50."),
        ("1e999999", "Enter a sum in figures, for example 12.50."),
        ("1e2", "Enter a sum in figures, for example 12.50."),
        ("1_0", "Enter a sum in figures, for example 12.50."),
        ("１００００", "Enter at most £1,000.00."),
        ("0", "Enter at least £0.01."),
        ("-5", "Enter at least £0.01."),
        ("1000.01", "Enter at most £1,000.00."),
        ("1.005", "Enter a sum with at most 2 decimals."),
    ],
)
def test_what_is_no_sum_is_refused_with_what_to_do(text, sentence):
    form = _form(text)
    assert not form.is_valid()
    assert sentence in form.errors["amount"]


@pytest.mark.parametrize(
    "text", ["12,50", "1,5", "1,00", "0,500", ",50", "1,000,00", "1,000 000", "1,0000", "1 2", "12.500,00", "1.000,000"]
)
def test_a_comma_that_parts_no_thousands_is_never_dropped(text):
    form = _form(text)
    assert not form.is_valid()
    assert "Write decimals after a point" in form.errors["amount"][0]
    assert f'value="{text}"' in str(form["amount"])


@pytest.mark.parametrize(
    ("text", "amount"), [("１００", 100_00), ("１，２５０．５", 1_250_50), (" 7. ", 7_00), (".5", 50)]
)
def test_a_sum_in_figures_of_any_width_is_the_same_sum(text, amount):
    assert MoneyField(currency="CNY").clean(text) == amount


@pytest.mark.parametrize(("text", "amount"), [("1,234,567.89", 1_234_567_89), ("12 345 678", 12_345_678_00)])
def test_a_sum_may_have_several_groups_of_thousands(text, amount):
    assert MoneyField(currency="GBP").clean(text) == amount


def test_a_currency_without_decimals_takes_none():
    assert _form("500", currency="JPY").is_valid()
    assert _form("500.5", currency="JPY").errors["amount"] == ["Enter a sum with at most 0 decimals."]


def test_an_optional_sum_may_stay_empty():
    form = _form("", required=False)
    assert form.is_valid()
    assert form.cleaned_data["amount"] is None


def test_the_limit_is_told_in_the_language_the_page_is_read_in():
    form = _form("2000", currency="CNY")
    with translation.override("zh-hans"):
        assert "¥1,000.00" in form.errors["amount"][0]


def test_a_sum_in_minor_units_is_shown_in_major_units_beside_its_symbol():
    class Sum(forms.Form):
        amount = MoneyField(label="How much?", currency="GBP", initial=1_250)

    drawn = str(Sum()["amount"])
    assert 'value="12.50"' in drawn
    assert ">£</span>" in drawn
    assert not Sum({"amount": "12.5"}).has_changed()
    assert Sum({"amount": "12.51"}).has_changed()
