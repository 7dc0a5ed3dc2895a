"""Terms and particulars that make no sense are refused, and terms may count shares where the card names a price."""

from dataclasses import replace

import pytest

from compensation.schemes.registry import particulars_of
from compensation.schemes.session_card.rules import session_card
from compensation.schemes.session_card.tests.cases import NOW, card
from policies.in_force import enrolment_terms, typed_terms
from policies.shapes import Misshapen
from policies.tests.files import terms_in_file

TERMS = {"closed_longer_than_days": 30, "window_days": 365, "single_price_counts": True}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"closed_longer_than_days": -1}, "closed_longer_than_days", "negative"),
        ({"window_days": "a year"}, "window_days", "not_a_whole_number"),
        ({"single_price_counts": "perhaps"}, "single_price_counts", "not_yes_or_no"),
        ({"bonus_counts": True}, "bonus_counts", "unknown_key"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        typed_terms("session_card", 1, TERMS | changes)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_terms_may_count_shares_where_the_card_names_a_price():
    facts = card(single_price=150_00)
    terms = terms_in_file("session_card")
    assert session_card(facts, terms, NOW).amount == 750_00
    assert session_card(facts, replace(terms, single_price_counts=False), NOW).amount == 840_00


def test_no_merchant_enrols_in_what_binds_everybody():
    with pytest.raises(KeyError):
        enrolment_terms("session_card", {})


@pytest.mark.parametrize("cause", ["store_closed", "store_refused"])
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"visited_at": "yesterday"}, "not_a_moment"),
        ({"visited_at": "2026-05-08T19:00:00"}, "not_a_moment"),
        ({"visited_on": "2026-05-08"}, "unknown_key"),
    ],
)
def test_what_the_consumer_adds_is_read_strictly(cause, given, code):
    with pytest.raises(Misshapen) as refused:
        particulars_of(cause, "card", given)
    assert refused.value.code == code
