"""Figures, moments and days that remember what a rule asked about them. Pure.

A rule runs on these in place of plain facts. Each stands for a whole stretch of values at once, with one of them as
the stretch's own value. A comparison answers for that value and notes where along the stretch the answer would turn,
so when nothing was noted, every value of the stretch takes the same way through the rule. Nothing else about them can
be asked: they are no ints and no datetimes, so what they cannot follow raises instead of slipping through.
"""

from policies.analyser.watched.figures import NotFollowed, Stretch, Watched, run
from policies.analyser.watched.moments import SECONDS_A_DAY, WatchedMoment

__all__ = ["SECONDS_A_DAY", "NotFollowed", "Stretch", "Watched", "WatchedMoment", "run"]
