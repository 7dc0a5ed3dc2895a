"""Every golden case of every scheme comes out the same when it was stored and is judged again, also by newer code.

A scheme's own table is the source: `cases` in its `tests/test_golden.py`.
"""

import json
from importlib import import_module
from typing import get_type_hints

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from compensation.schemes.registry import SCHEMES
from policies.in_force import typed_terms
from policies.shapes import plain, shaped
from policies.traces import as_dict, canonical, in_one_spelling, read
from policies.wording import explained

LANGUAGES = ("en", "zh-hans")


def judge(code, facts, terms, now):
    return import_string(settings.POLICY_RULES[code])(facts, terms, now)


def golden(code):
    return list(import_module(f"compensation.schemes.{code}.tests.test_golden").cases())


@pytest.mark.parametrize("code", sorted(SCHEMES))
def test_a_stored_case_gives_the_same_bytes_again(code):
    """As policies.actions.on_record stores it: facts and terms as JSON, the verdict as its one text."""
    cases, facts_of = golden(code), get_type_hints(import_string(settings.POLICY_RULES[code]))["facts"]
    assert cases
    for facts, terms, now in cases:
        body = in_one_spelling(as_dict(judge(code, facts, terms, now)))
        stored_facts, stored_terms = (json.loads(json.dumps(plain(one))) for one in (facts, terms))
        number = stored_terms.pop("version")
        again = judge(code, shaped(facts_of, stored_facts, signed=True), typed_terms(code, number, stored_terms), now)
        assert canonical(again) == body
        assert canonical(read(body)) == body


@pytest.mark.parametrize("code", sorted(SCHEMES))
def test_a_newer_version_changes_nothing_of_what_an_older_one_decided(code):
    """The bytes name the version that judged, so the same facts under another number are another decision."""
    for facts, terms, now in golden(code):
        stored = plain(terms)
        number = stored.pop("version")
        before = canonical(judge(code, facts, typed_terms(code, number, stored), now))
        newer = canonical(judge(code, facts, typed_terms(code, number + 1, stored), now))
        assert newer != before
        assert canonical(judge(code, facts, typed_terms(code, number, stored), now)) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(SCHEMES))
def test_each_side_is_told_every_case_in_whole_sentences(code, language):
    with translation.override(language):
        for facts, terms, now in golden(code):
            verdict = judge(code, facts, terms, now)
            for reader in ("consumer", "merchant", "agent"):
                told = explained(canonical(verdict), reader=reader)
                sentences = [told.sentence, *(it.sentence for it in told.tests), *(it.sentence for it in told.steps)]
                assert all(sentences)
                assert not any("%(" in sentence or "{" in sentence for sentence in sentences)
                assert sum(step.amount for step in told.steps) == verdict.amount
