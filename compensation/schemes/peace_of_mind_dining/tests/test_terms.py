"""Terms and particulars that cannot be used are refused with the place where they go wrong."""

import pytest

from compensation.schemes.peace_of_mind_dining.rules import (
    FoodUnsafe,
    PeaceOfMindDiningTerms,
    PortionShort,
    SetNotAsSold,
)
from policies.actions import documents
from policies.shapes import Misshapen, shaped
from policies.wording import problem_sentence

WRITTEN = next(document.terms for document in documents() if document.policy == "peace_of_mind_dining")


@pytest.mark.parametrize(
    ("shape", "given", "path", "code"),
    [
        (
            PeaceOfMindDiningTerms,
            {**WRITTEN, "version": 1, "portion_short": {"times": 2, "tolerance_percent": 101}},
            "portion_short.tolerance_percent",
            "above_the_whole",
        ),
        (PeaceOfMindDiningTerms, {**WRITTEN, "version": 1, "food_unsafe": 10}, "food_unsafe", "not_a_mapping"),
        (PeaceOfMindDiningTerms, {"version": 1}, "report_within_days", "missing_key"),
        (FoodUnsafe, {"loss": -1}, "loss", "negative"),
        (PortionShort, {"promised_grams": 500, "served_grams": 500}, "served_grams", "nothing_is_missing"),
        (PortionShort, {"promised_grams": 0, "served_grams": 0}, "served_grams", "nothing_is_missing"),
        (SetNotAsSold, {"dishes": 8, "dishes_missing": 0}, "dishes_missing", "nothing_is_missing"),
        (SetNotAsSold, {"dishes": 8, "dishes_missing": 9}, "dishes_missing", "more_than_the_whole"),
    ],
)
def test_what_does_not_fit_says_where(shape, given, path, code):
    with pytest.raises(Misshapen) as refused:
        shaped(shape, given)
    assert (refused.value.path, refused.value.code) == (path, code)
    assert "%(" not in problem_sentence(refused.value)


def test_a_portion_that_lacks_a_gram_is_taken():
    assert shaped(PortionShort, {"promised_grams": 500, "served_grams": 499}) == PortionShort(
        promised_grams=500, served_grams=499
    )
