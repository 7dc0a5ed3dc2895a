"""What is on record about stays: another hotel that was offered, and force majeure where and when they begin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Q

from compensation.models import ForceMajeure, Rehousing
from compensation.schemes.hotel_overbooking.rules import Alternative
from orders.models import Line

BECAME = {
    Rehousing.Status.OFFERED: Alternative.OPEN,
    Rehousing.Status.ACCEPTED: Alternative.TAKEN,
    Rehousing.Status.KEPT: Alternative.TAKEN,
    Rehousing.Status.DECLINED: Alternative.NOT_TAKEN,
    Rehousing.Status.LAPSED: Alternative.NOT_TAKEN,
}
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StayRecord:
    alternative: Alternative
    force_majeure: bool


def look(lines: Iterable[Line], now: datetime) -> dict[int, StayRecord]:  # noqa: ARG001 (what a scheme looks up)
    """The record of each line by its id, in two queries. The lines come with their order, store and stay."""
    seen = list(lines)
    offered = dict(Rehousing.objects.filter(line__in=seen).values_list("line_id", "status"))
    declared = _declared(seen)
    return {
        line.pk: StayRecord(
            alternative=BECAME[Rehousing.Status(offered[line.pk])] if line.pk in offered else Alternative.NONE,
            force_majeure=any(_meets(each, line) for each in declared),
        )
        for line in seen
    }


def _declared(lines: Sequence[Line]) -> list[ForceMajeure]:
    """All that was declared for one of the places."""
    stores = [line.store for line in lines if line.store]
    return list(
        ForceMajeure.objects.not_called_off().filter(
            Q(store__in=stores)
            | Q(place=ForceMajeure.Place.CITY, city__in={store.city for store in stores})
            | Q(place=ForceMajeure.Place.MARKET, market__in={line.order.market for line in lines})
        )
    )


def _meets(declared: ForceMajeure, line: Line) -> bool:
    """Whether it covers the hotel at some moment of the day of arrival (UTC)."""
    stay = getattr(line, "stay", None)
    if stay is None or line.store is None:
        return False
    begins = datetime.combine(stay.arrival_on, time.min, UTC)
    here = {
        ForceMajeure.Place.STORE: declared.store_id == line.store_id,
        ForceMajeure.Place.CITY: declared.city == line.store.city,
        ForceMajeure.Place.MARKET: declared.market == line.order.market,
    }
    lasts = declared.ends_at is None or declared.ends_at > begins
    return here[ForceMajeure.Place(declared.place)] and declared.starts_at < begins + A_DAY and lasts
