"""What holds for every tour: sums add up, the cap holds, more harm never pays less, and a replay is the same."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from compensation.schemes.peace_of_mind_travel.rules import (
    PeaceOfMindTravelTerms,
    Right,
    TravelFacts,
    peace_of_mind_travel,
)
from compensation.schemes.peace_of_mind_travel.tests.cases import DEPARTURE, DURING, HOUR, PAID, tour
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read
from policies.words import Settles

TERMS: PeaceOfMindTravelTerms = terms_in_file("peace_of_mind_travel")
CAP = TERMS.cap.of("CNY")
OUTCOMES = ("booked", "kept", "refused", "cancelled_by_merchant", "cancelled_by_consumer", "no_show")
TOLD = tuple(set(Right) - {Right.DEPARTURE_CANCELLED, Right.FREE_CANCELLATION})

moments = st.timedeltas(timedelta(days=-20), timedelta(days=50)).map(lambda passed: DEPARTURE + passed)
sums = st.integers(0, 99_999_99)
tours = st.builds(
    tour,
    right=st.sampled_from(Right),
    refundable=st.integers(0, PAID),
    outcome=st.sampled_from(OUTCOMES),
    recorded_at=st.none() | moments,
    label_held=st.booleans(),
    charged=st.none() | sums,
    count=st.none() | st.integers(0, 30),
    minutes=st.none() | st.integers(0, 5_000),
)


@given(tours, moments)
def test_the_parts_add_up_and_stay_below_the_cap(facts, now):
    verdict = peace_of_mind_travel(facts, TERMS, now)
    assert verdict.amount == verdict.refund + verdict.compensation == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.compensation <= CAP
    assert 0 <= verdict.refund <= facts.refundable
    assert verdict.granted == (verdict.amount > 0)


@given(tours, moments)
def test_nothing_is_owed_without_the_label(facts, now):
    assert not peace_of_mind_travel(replace(facts, label_held=False), TERMS, now).granted


@given(tours, moments)
def test_what_only_the_traveller_tells_waits_for_the_merchant(facts, now):
    if facts.right in TOLD:
        assert peace_of_mind_travel(facts, TERMS, now).settles == Settles.AFTER_MERCHANT


@given(st.sampled_from(TOLD), sums, st.integers(0, 30), st.integers(0, 5_000), st.integers(0, 9))
def test_more_harm_never_pays_less(right, charged, count, minutes, more):
    facts = tour(right=right, charged=charged, count=count, minutes=minutes)
    worse = replace(facts, charged=charged + more, count=count + more, minutes=minutes + more)
    assert _amount(worse) >= _amount(facts)


@given(st.sampled_from(TOLD), sums, st.integers(1, 500_00))
def test_a_dearer_tour_never_pays_less(right, charged, more):
    facts = tour(right=right, charged=charged, minutes=240)
    assert _amount(replace(facts, paid=PAID + more, refundable=PAID + more)) >= _amount(facts)


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_shorter_notice_never_pays_less(hours, earlier):
    late, early = (
        tour(
            right=Right.DEPARTURE_CANCELLED,
            outcome="cancelled_by_merchant",
            recorded_at=DEPARTURE - notice * HOUR,
        )
        for notice in (hours, hours + earlier)
    )
    assert _amount(late) >= _amount(early)


@given(st.integers(0, 400), st.integers(1, 400))
def test_stepping_back_earlier_never_gives_back_less(hours, earlier):
    facts = tour(right=Right.FREE_CANCELLATION, outcome="booked")
    late, early = (
        peace_of_mind_travel(facts, TERMS, DEPARTURE - before * HOUR).amount for before in (hours, hours + earlier)
    )
    assert early >= late


@given(tours, moments)
def test_a_tour_read_back_from_storage_gives_the_same_bytes(facts, now):
    again = shaped(TravelFacts, plain(facts), signed=True)
    text = canonical(peace_of_mind_travel(facts, TERMS, now))
    assert again == facts
    assert canonical(peace_of_mind_travel(again, TERMS, now)) == text == canonical(read(text))


def _amount(facts: TravelFacts) -> int:
    return peace_of_mind_travel(facts, TERMS, DURING).amount
