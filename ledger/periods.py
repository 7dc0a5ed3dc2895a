"""Days of the books (UTC), and where they begin and end among the transfers.

A sealed day ends where its seal says. Behind the last seal a day ends with the last transfer recorded on it. So the
same period always means the same transfers, and a closing balance of one day is the opening balance of the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ledger.canonical import BEGINNING, Span, Standing, standings
from ledger.models import Seal, Transfer

ONE_DAY = timedelta(days=1)

# The days that can be asked for. The calendar itself ends a little further, where a day has none before or after it.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included; None: from the beginning, or up to what was posted last."""

    first: date | None = None
    last: date | None = None

    def span(self) -> Span:
        """The period's transfers, as they stand now."""
        after = BEGINNING if self.first is None else end_of(self.first - ONE_DAY)
        return Span(after, max(after, _last_id() if self.last is None else end_of(self.last)))

    def opening(self) -> Iterator[Standing]:
        """What each account that had ever moved held before the first day."""
        return standing_at(self.span().after)

    def closing(self) -> Iterator[Standing]:
        """What each account that had ever moved held at the end of the last day."""
        return standing_at(self.span().through)

    def seals(self) -> Iterator[Seal]:
        """The seals of the period's days, the first one first."""
        seals = Seal.objects.order_by("day")
        if self.first is not None:
            seals = seals.filter(day__gte=self.first)
        if self.last is not None:
            seals = seals.filter(day__lte=self.last)
        return seals.iterator()


def end_of(day: date) -> int:
    """The id of the last transfer up to the end of the day."""
    if sealed := Seal.objects.filter(day__lte=day).order_by("-day").first():
        if sealed.day == day:
            return sealed.through
    elif Seal.objects.exists():
        return BEGINNING
    behind = sealed.through if sealed else BEGINNING
    midnight = datetime.combine(day + ONE_DAY, time(), UTC)
    last = Transfer.objects.filter(pk__gt=behind, recorded_at__lt=midnight).order_by("-pk").first()
    return last.pk if last else behind


def standing_at(end: int) -> Iterator[Standing]:
    """What each account that had ever moved held after the transfer of that id."""
    sealed = Seal.objects.filter(through__lte=end).order_by("-day").first()
    return standings(Span(sealed.through, end), sealed.day) if sealed else standings(Span(BEGINNING, end), date.min)


def _last_id() -> int:
    last = Transfer.objects.order_by("-pk").first()
    return last.pk if last else BEGINNING
