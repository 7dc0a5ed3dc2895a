"""What holds for every merchant: keeping is never stricter than joining, and a better record never loses the label."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.peace_of_mind_admission.rules import (
    AdmissionFacts,
    PeaceOfMindAdmissionTerms,
    peace_of_mind_admission,
)
from compensation.schemes.peace_of_mind_admission.tests.cases import NOW, record
from policies.actions import documents
from policies.shapes import Misshapen, plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read

TERMS: PeaceOfMindAdmissionTerms = terms_in_file("peace_of_mind_admission")
WRITTEN = next(document.terms for document in documents() if document.policy == "peace_of_mind_admission")

counts = st.integers(0, 300)
records = st.builds(
    record,
    holds_label=st.booleans(),
    orders=counts,
    complaints=st.integers(0, 20),
    asked=counts,
    unanswered=st.integers(0, 20),
    broken=st.integers(0, 3),
    deposit=st.integers(0, 6_000_00),
    owed=st.integers(0, 2_000_00),
    licensed_until=st.none() | st.integers(-2, 2).map(lambda days: NOW.date() + timedelta(days=days)),
    lost_at=st.none() | st.integers(0, 60).map(lambda days: NOW - timedelta(days=days)),
)


@given(records)
def test_whoever_may_join_may_keep_it(facts):
    if _granted(replace(facts, holds_label=False)):
        assert _granted(replace(facts, holds_label=True))


@given(records)
def test_a_better_record_never_loses_the_label(facts):
    better = replace(
        facts,
        orders=facts.orders + 1,
        complaints=max(0, facts.complaints - 1),
        unanswered=max(0, facts.unanswered - 1),
        broken=max(0, facts.broken - 1),
        deposit=facts.deposit + 1,
        owed=max(0, facts.owed - 1),
    )
    assert _granted(better) >= _granted(facts)


@given(records)
def test_every_failed_check_stands_in_the_trace(facts):
    verdict = peace_of_mind_admission(facts, TERMS, NOW)
    failed = [test.code for test in verdict.trace.tests if not test.passed]
    assert verdict.granted == (not failed)
    assert verdict.granted or verdict.because == failed[0]


@given(records)
def test_a_record_read_back_from_storage_gives_the_same_bytes(facts):
    again = shaped(AdmissionFacts, plain(facts), signed=True)
    text = canonical(peace_of_mind_admission(facts, TERMS, NOW))
    assert again == facts
    assert canonical(peace_of_mind_admission(again, TERMS, NOW)) == text == canonical(read(text))


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"complaint_percent": {"to_join": 3, "to_keep": 2}}, "complaint_percent.to_keep", "keeps_less_than_it_asks"),
        ({"complaint_percent": {"to_join": 3, "to_keep": 101}}, "complaint_percent.to_keep", "above_the_whole"),
        ({"deposit_to_keep_percent": 101}, "deposit_to_keep_percent", "above_the_whole"),
        ({"window_days": -1}, "window_days", "negative"),
    ],
)
def test_checks_that_contradict_themselves_are_refused(changes, path, code):
    with pytest.raises(Misshapen) as refused:
        shaped(PeaceOfMindAdmissionTerms, {**WRITTEN, "version": 1, **changes})
    assert (refused.value.path, refused.value.code) == (path, code)


def _granted(facts: AdmissionFacts) -> bool:
    return peace_of_mind_admission(facts, TERMS, NOW).granted
