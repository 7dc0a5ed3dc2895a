"""Matching puts each line into exactly one class, and the classes account for every minor unit, in any order."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from payouts.matching import Class, Known, Line, match_lines, may_be_missed_until

KEYS = ("a", "b", "c", "d")
amounts = st.integers(1, 3)
currencies = st.sampled_from(("GBP", "EUR"))
lines = st.lists(st.builds(Line, reference=st.sampled_from((*KEYS, "foreign")), amount=amounts, currency=currencies))


@st.composite
def payouts(draw):
    ends = draw(st.sampled_from(("settled", "released", "open")))
    return Known(
        amount=draw(amounts),
        currency=draw(currencies),
        settled=ends == "settled",
        released=ends == "released",
        accounted_for=draw(st.booleans()),
    )


known = st.dictionaries(st.sampled_from(KEYS), payouts())


@given(lines, known)
def test_each_line_falls_into_one_class_and_the_class_says_what_is_so(lines, known):
    matches = list(match_lines(lines, known))
    assert [match.line for match in matches] == lines
    for line, found, stands in ((match.line, match.found, match.stands) for match in matches):
        payout = known.get(line.reference)
        agrees = payout is not None and (line.amount, line.currency) == (payout.amount, payout.currency)
        assert (found == Class.MISSING_HERE) == (payout is None or payout.released)
        assert stands == (found not in (Class.MISSING_HERE, Class.DUPLICATE))
        if found in (Class.MATCHED, Class.ON_ITS_WAY):
            assert agrees
            assert payout.settled == (found == Class.MATCHED)
        if found in (Class.AMOUNT_DIFFERS, Class.CURRENCY_DIFFERS):
            assert not agrees
            assert (found == Class.CURRENCY_DIFFERS) == (line.currency != payout.currency)


@given(lines, known)
def test_a_payout_is_accounted_for_once(lines, known):
    standing = Counter(match.line.reference for match in match_lines(lines, known) if match.stands)
    for reference, payout in known.items():
        spoken_of = any(line.reference == reference for line in lines)
        assert standing[reference] == (spoken_of and not payout.released and not payout.accounted_for)
    assert standing["foreign"] == 0


@given(lines, known, st.randoms())
def test_the_order_of_the_lines_changes_no_sum(lines, known, random):
    def left_on_clearing(ordered):
        matches = list(match_lines(ordered, known))
        left = Counter[str]()
        for reference, payout in known.items():
            if payout.settled and not payout.accounted_for:
                left[payout.currency] += payout.amount
            if any(it.found == Class.MATCHED and it.line.reference == reference for it in matches):
                left[payout.currency] -= payout.amount
        for it in matches:
            if it.found != Class.MATCHED:
                left[it.line.currency] -= it.line.amount
        return {currency: amount for currency, amount in left.items() if amount}

    shuffled = [*lines]
    random.shuffle(shuffled)
    assert left_on_clearing(lines) == left_on_clearing(shuffled)


@given(lines, known, st.integers(0, 10))
def test_lines_split_over_reports_are_judged_as_in_one(lines, known, cut):
    first = list(match_lines(lines[:cut], known))
    taken = {match.line.reference for match in first if match.stands}
    later = {
        key: Known(it.amount, it.currency, it.settled, it.released, it.accounted_for or key in taken)
        for key, it in known.items()
    }
    assert [*first, *match_lines(lines[cut:], later)] == list(match_lines(lines, known))


def test_a_payout_is_missed_once_the_reports_reach_the_grace_beyond_it():
    end = datetime(2026, 11, 2, tzinfo=UTC)
    grace = timedelta(days=1)
    assert may_be_missed_until(end, latest=end, grace=grace) == end - grace
    assert may_be_missed_until(end, latest=end + grace / 2, grace=grace) == end - grace / 2
    assert may_be_missed_until(end, latest=end + grace, grace=grace) == end
    assert may_be_missed_until(end, latest=end + 5 * grace, grace=grace) == end
