"""Which of several verdicts on the same trouble a consumer is offered: the best for them, each remedy once. Pure.

One verdict beats another when it comes at least as fast, brings at least as much and asks no more of the consumer.
What is given in kind or as a coupon, and what a person has yet to decide, cannot be weighed against money and stays a
choice: nobody gets a coupon who did not choose it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.traces import Verdict
from policies.words import Remedy, Settles

SPEED = (Settles.AT_ONCE, Settles.AFTER_RETURN, Settles.AFTER_MERCHANT, Settles.BY_AGENT)
IN_KIND = frozenset({Remedy.UPGRADE, Remedy.ALTERNATIVE, Remedy.COUPON})


@dataclass(frozen=True)
class SetAside:
    """A verdict that is not offered: `not_granted` by its rule, or `beaten` by the verdict of another rule."""

    verdict: Verdict
    because: str
    beaten_by: str = ""


@dataclass(frozen=True)
class Ranking:
    """The verdicts on offer, best first and one for each remedy, and the others with the reason why not."""

    offered: tuple[Verdict, ...]
    set_aside: tuple[SetAside, ...]


def ranked(verdicts: Iterable[Verdict]) -> Ranking:
    """Rank the verdicts of all rules on one line and reason; of two equal ones the first given stands."""
    offered: list[Verdict] = []
    set_aside: list[SetAside] = []
    for verdict in sorted(verdicts, key=_place):
        better = next((other for other in offered if _beats(other, verdict)), None)
        if not verdict.granted:
            set_aside.append(SetAside(verdict, "not_granted"))
        elif better:
            set_aside.append(SetAside(verdict, "beaten", better.rule))
        else:
            offered.append(verdict)
    return Ranking(tuple(offered), tuple(set_aside))


def _place(verdict: Verdict) -> tuple[int, int, int]:
    """Fastest first, then the most money, then the least trouble; sorting keeps the order of equal ones."""
    return SPEED.index(verdict.settles), -_worth(verdict), _effort(verdict)


def _beats(better: Verdict, other: Verdict) -> bool:
    if better.remedy == other.remedy:
        return True
    if {better.remedy, other.remedy} & IN_KIND or Settles.BY_AGENT in (better.settles, other.settles):
        return False
    return (
        SPEED.index(better.settles) <= SPEED.index(other.settles)
        and _worth(better) >= _worth(other)
        and _effort(better) <= _effort(other)
    )


def _worth(verdict: Verdict) -> int:
    """What the consumer has more of afterwards; the freight of a return only makes good what it cost."""
    return verdict.refund if verdict.remedy == Remedy.RETURN else verdict.amount


def _effort(verdict: Verdict) -> int:
    return 1 if verdict.remedy == Remedy.RETURN else 0
