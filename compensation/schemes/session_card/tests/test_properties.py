"""What holds for every card: who used less gets no less, and what was used and what comes back is the price."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from compensation.schemes.session_card.arithmetic import unused_part, used_part
from compensation.schemes.session_card.rules import SessionCardFacts, ShopClosure, session_card
from compensation.schemes.session_card.tests.cases import DAY, NOW, card
from policies.shapes import plain, shaped
from policies.tests.files import terms_in_file
from policies.traces import canonical, read

TERMS = terms_in_file("session_card")
SHARES_ONLY = replace(TERMS, single_price_counts=False)

closures = st.builds(
    lambda since, lasting: ShopClosure(
        starts_at=NOW - since * DAY, ends_at=None if lasting is None else NOW + (lasting - since) * DAY
    ),
    st.integers(-5, 500),
    st.none() | st.integers(1, 500),
)


@st.composite
def cards(draw: st.DrawFn) -> SessionCardFacts:
    sessions, bonus = draw(st.integers(1, 60)), draw(st.integers(0, 20))
    paid = draw(st.integers(0, 10**7))
    return card(
        cause=draw(st.sampled_from(["store_closed", "store_refused"])),
        paid=paid,
        refundable=draw(st.integers(0, paid)),
        sessions=sessions,
        bonus_sessions=bonus,
        sessions_used=draw(st.integers(0, sessions + bonus)),
        single_price=draw(st.none() | st.integers(1, 10**6)),
        valid_until=draw(st.none() | st.integers(-400, 400).map(lambda days: NOW + days * DAY)),
        closures=tuple(draw(st.lists(closures, max_size=2))),
        visited_at=draw(st.none() | st.integers(-400, 5).map(lambda days: NOW + days * DAY)),
    )


@given(cards(), st.integers(1, 80))
def test_who_has_more_sessions_left_never_gets_less(facts, fewer):
    assume(facts.sessions_used)
    less_used = replace(facts, sessions_used=max(0, facts.sessions_used - fewer))
    assert session_card(less_used, TERMS, NOW).amount >= session_card(facts, TERMS, NOW).amount


@given(cards(), st.integers(0, 10**6))
def test_who_paid_more_never_gets_less(facts, more):
    dearer = replace(facts, paid=facts.paid + more, refundable=facts.refundable + more)
    assert session_card(dearer, TERMS, NOW).amount >= session_card(facts, TERMS, NOW).amount


@given(cards())
def test_what_was_used_and_what_comes_back_add_up_to_the_price(facts):
    whole = replace(facts, refundable=facts.paid)
    for terms in (TERMS, SHARES_ONLY):
        verdict = session_card(whole, terms, NOW)
        assume(verdict.granted)
        single_price = facts.single_price if terms.single_price_counts else None
        total = facts.sessions + facts.bonus_sessions
        used = used_part(paid=facts.paid, sessions=total, used=facts.sessions_used, single_price=single_price)
        assert verdict.amount + used == facts.paid


@given(cards())
def test_the_steps_add_up_and_stay_below_what_is_left(facts):
    verdict = session_card(facts, TERMS, NOW)
    assert verdict.amount == verdict.refund == sum(step.amount for step in verdict.trace.steps)
    assert 0 <= verdict.amount <= facts.refundable <= facts.paid
    assert verdict.granted == (verdict.amount > 0)


@given(st.integers(0, 10**9), st.integers(1, 100))
def test_sessions_used_one_by_one_never_lose_or_make_a_cent(paid, sessions):
    left = [unused_part(paid=paid, sessions=sessions, used=used, single_price=None) for used in range(sessions + 1)]
    each = [before - after for before, after in pairwise(left)]
    assert sum(each) == paid
    assert max(each) - min(each) <= 1


@given(cards())
def test_the_share_never_leaves_less_than_a_dearer_single_price(facts):
    total = facts.sessions + facts.bonus_sessions
    assume(facts.single_price is not None and facts.single_price * total >= facts.paid)
    assert session_card(facts, SHARES_ONLY, NOW).amount >= session_card(facts, TERMS, NOW).amount


@given(cards(), st.timedeltas(timedelta(days=-10), timedelta(days=600)))
def test_a_card_read_back_from_storage_gives_the_same_bytes(facts, passed):
    again = shaped(SessionCardFacts, plain(facts), signed=True)
    text = canonical(session_card(facts, TERMS, NOW + passed))
    assert again == facts
    assert canonical(session_card(again, TERMS, NOW + passed)) == text == canonical(read(text))
