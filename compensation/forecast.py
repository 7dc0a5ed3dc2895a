"""How long a budget lasts if it is drawn on as it was lately. Pure: no query, no clock.

The method is as simple as it can be stated: the mean of the net draws of the last days goes on. It knows no seasons, no
sales and no promises; a forecast over 28 days beside one over 7 shows whether the pace is changing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Over `days` whole days, `drawn` minor units were drawn net: what left, less what came back from merchants."""

    days: int
    drawn: int

    @property
    def a_day(self) -> int:
        """The mean, rounded towards zero."""
        return abs(self.drawn) // self.days * (1 if self.drawn > 0 else -1)


def pace(*, held_before: int, budgeted: int, held_now: int, days: int) -> Pace:
    """What left the budget net in `days`: all that it held or was given, less what is there now."""
    return Pace(days=max(1, days), drawn=held_before + budgeted - held_now)


def days_until_empty(held: int, pace: Pace) -> int | None:
    """In how many whole days nothing is left; None for never at this pace, as nothing is drawn net."""
    if held <= 0:
        return 0
    return held * pace.days // pace.drawn if pace.drawn > 0 else None
