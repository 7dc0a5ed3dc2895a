"""What was claimed for a line before, and what was made good already: a line is made whole once for each cause."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Greatest

from compensation.models import Honouring
from compensation.schemes.registry import denied_by
from disputes.models import Claim, Status
from orders.models import Line
from policies.words import Remedy

MONEY_BACK = frozenset({Remedy.REFUND, Remedy.RETURN})
IN_KIND = frozenset({Remedy.ALTERNATIVE, Remedy.UPGRADE})


@dataclass(frozen=True)
class Earlier:
    """By the line's id: `filed` counts all its claims, and `causes` are those that a claim is open or settled for.

    `in_money` are those that money is asked or was paid for. By line and cause: `kept` are those that a guarantee made
    good or is asked to, and `pieces` counts those that money back is claimed or paid for.
    """

    filed: Mapping[int, int] = field(default_factory=dict)
    causes: Mapping[int, frozenset[str]] = field(default_factory=dict)
    in_money: Mapping[int, frozenset[str]] = field(default_factory=dict)
    kept: frozenset[tuple[int, str]] = frozenset()
    pieces: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def makes_good(self, line: Line, cause: str, remedy: str, *, pieces: int) -> bool:
        """Whether it leaves nothing to claim: who took the guarantee took it instead of the money, and the reverse."""
        if (line.pk, cause) in self.kept:
            return True
        return remedy not in MONEY_BACK and self.pieces.get((line.pk, cause), 0) + max(1, pieces) > line.quantity

    def denies(self, line: Line, cause: str) -> bool:
        """Whether money was taken, or is asked, for something that cannot have happened beside this cause."""
        return not denied_by(cause).isdisjoint(self.in_money.get(line.pk, ()))


def earlier_of(lines: Iterable[Line]) -> Earlier:
    """Two queries for any number of lines."""
    asked = [line.pk for line in lines]
    filed: Counter[int] = Counter()
    pieces: Counter[tuple[int, str]] = Counter()
    causes: defaultdict[int, set[str]] = defaultdict(set)
    in_money: defaultdict[int, set[str]] = defaultdict(set)
    kept: set[tuple[int, str]] = set()
    for line, cause, remedy, number, standing in _claims(asked):
        filed[line] += number
        if standing:
            causes[line].add(cause)
            if remedy not in IN_KIND:
                in_money[line].add(cause)
            if remedy in MONEY_BACK:
                pieces[line, cause] += standing
            else:
                kept.add((line, cause))
    for line, cause, amount in Honouring.objects.filter(line__in=asked).values_list("line_id", "cause", "amount"):
        kept.add((line, cause))
        if amount:
            in_money[line].add(cause)
    return Earlier(filed=filed, causes=_frozen(causes), in_money=_frozen(in_money), kept=frozenset(kept), pieces=pieces)


def _frozen(causes: Mapping[int, set[str]]) -> Mapping[int, frozenset[str]]:
    return {line: frozenset(those) for line, those in causes.items()}


def _claims(lines: list[int]) -> Iterable[tuple[int, str, str, int, int]]:
    """Line, cause and remedy, how many claims there were, and how many pieces those stand for that are not closed."""
    return (
        Claim.objects.filter(line__in=lines)
        .order_by()
        .values_list("line_id", "reason", "remedy")
        .annotate(
            number=Count("pk"),
            standing=Sum(Greatest(F("quantity"), 1), filter=~Q(status=Status.CLOSED), default=0),
        )
    )
