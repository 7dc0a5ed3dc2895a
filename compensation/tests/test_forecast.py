"""How long a budget lasts: the mean of what was drawn net goes on, and nothing runs out that is not drawn on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compensation.forecast import Pace, days_until_empty, pace


@pytest.mark.parametrize(
    ("held", "days", "drawn", "left"),
    [
        (700_00, 7, 70_00, 70),
        (699_99, 7, 70_00, 69),
        (1, 7, 70_00, 0),
        (0, 7, 70_00, 0),
        (0, 7, 0, 0),
        (700_00, 7, 0, None),
        (700_00, 7, -1, None),
        (700_00, 28, 280_00, 70),
    ],
)
def test_days_until_empty(held, days, drawn, left):
    assert days_until_empty(held, Pace(days=days, drawn=drawn)) == left


def test_what_was_budgeted_meanwhile_is_no_draw_and_what_came_back_is_none():
    assert pace(held_before=100, budgeted=50, held_now=120, days=3) == Pace(days=3, drawn=30)
    assert pace(held_before=100, budgeted=0, held_now=120, days=3).drawn == -20
    assert pace(held_before=0, budgeted=0, held_now=0, days=0).days == 1


@given(st.integers(1, 10**12), st.integers(1, 28), st.integers(1, 10**12))
def test_at_this_pace_it_lasts_that_long_and_not_a_day_longer(held, days, drawn):
    left = days_until_empty(held, Pace(days=days, drawn=drawn))
    assert left is not None
    assert left * drawn <= held * days < (left + 1) * drawn


@pytest.mark.parametrize(("drawn", "a_day"), [(70, 10), (69, 9), (-69, -9), (0, 0)])
def test_the_mean_of_a_day(drawn, a_day):
    assert Pace(days=7, drawn=drawn).a_day == a_day
