"""Terms and particulars that cannot be used are refused with the place where they go wrong."""

import pytest

from compensation.schemes.peace_of_mind_beauty.rules import (
    PeaceOfMindBeautyTerms,
    PractitionerReplaced,
    UndisclosedPrice,
)
from policies.actions import documents
from policies.shapes import Misshapen, shaped
from policies.wording import problem_sentence

WRITTEN = next(document.terms for document in documents() if document.policy == "peace_of_mind_beauty")


@pytest.mark.parametrize(
    ("shape", "given", "path", "code"),
    [
        (PeaceOfMindBeautyTerms, {**WRITTEN, "version": 1, "cap": 5}, "cap", "not_amounts"),
        (
            PeaceOfMindBeautyTerms,
            {**WRITTEN, "version": 1, "practitioner_replaced": {"percent_if_treated": 101, "percent_if_declined": 1}},
            "practitioner_replaced.percent_if_treated",
            "above_the_whole",
        ),
        (
            PeaceOfMindBeautyTerms,
            {**WRITTEN, "version": 1, "evidence": {}},
            "evidence.product_replaced",
            "missing_key",
        ),
        (PractitionerReplaced, {"treatment": "perhaps"}, "treatment", "not_one_of"),
        (UndisclosedPrice, {"charged": -5}, "charged", "negative"),
        (UndisclosedPrice, {"treated": True}, "treated", "unknown_key"),
    ],
)
def test_what_does_not_fit_says_where(shape, given, path, code):
    with pytest.raises(Misshapen) as refused:
        shaped(shape, given)
    assert (refused.value.path, refused.value.code) == (path, code)
    assert "%(" not in problem_sentence(refused.value)
