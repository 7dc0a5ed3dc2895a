"""What is on record about stores: when they were closed, and which others of the same business and kind are around."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from compensation.schemes.closed_store.rules import Closure, Hours, Place
from orders.models import Line, Store, StoreClosure, StoreHours

# Closures further back than this cannot matter to any terms, and no alternative is further away (in degrees, about
# 30 km). Of the stores around, the nearest few are looked at.
LONGEST_LOOK_BACK = timedelta(days=60)
WITHIN_DEGREES = 0.3
STORES_LOOKED_AT = 20


@dataclass(frozen=True)
class StoreRecord:
    """A store with its closures, and the open stores of the same business and kind around it."""

    store: Place
    closures: tuple[Closure, ...]
    others: tuple[Place, ...]


def look(lines: Iterable[Line], now: datetime) -> dict[int, StoreRecord]:
    """The record of each line's store by its id: two queries for the closures and the hours of all, and one for the
    others around each."""
    wanted = {line.store.pk: line.store for line in lines if line.store}
    closures: dict[int, list[Closure]] = {number: [] for number in wanted}
    for closure in StoreClosure.objects.filter(_matters(now), store__in=wanted).order_by("starts_at", "id"):
        closures[closure.store_id].append(Closure(starts_at=closure.starts_at, ends_at=closure.ends_at))
    others = {number: list(_others_around(store, now)) for number, store in wanted.items()}
    hours = _hours({*wanted, *(other.pk for around in others.values() for other in around)})
    return {
        number: StoreRecord(
            store=_place(store, hours),
            closures=tuple(closures[number]),
            others=tuple(_place(other, hours) for other in others[number]),
        )
        for number, store in wanted.items()
    }


def _matters(now: datetime) -> Q:
    return Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now - LONGEST_LOOK_BACK))


def _others_around(store: Store, now: datetime) -> Iterable[Store]:
    if store.latitude is None or store.longitude is None:
        return ()
    closed = StoreClosure.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), store=OuterRef("pk"), starts_at__lte=now
    )
    north, east = F("latitude") - store.latitude, F("longitude") - store.longitude
    return (
        Store.objects.filter(
            ~Exists(closed),
            merchant=store.merchant_id,
            kind=store.kind,
            latitude__range=(store.latitude - WITHIN_DEGREES, store.latitude + WITHIN_DEGREES),
            longitude__range=(store.longitude - WITHIN_DEGREES, store.longitude + WITHIN_DEGREES),
        )
        .exclude(pk=store.pk)
        .order_by(north * north + east * east, "pk")[:STORES_LOOKED_AT]
    )


def _hours(stores: Collection[int]) -> Mapping[int, Sequence[Hours]]:
    """The weekly hours of these stores, by the store's id."""
    found: dict[int, list[Hours]] = {number: [] for number in stores}
    for span in StoreHours.objects.filter(store__in=stores).order_by("weekday", "opens") if stores else ():
        found[span.store_id].append(Hours(weekday=span.weekday, opens=span.opens, closes=span.closes))
    return found


def _place(store: Store, hours: Mapping[int, Sequence[Hours]]) -> Place:
    return Place(
        code=store.code,
        name=store.name,
        name_zh=store.name_zh,
        latitude=store.latitude,
        longitude=store.longitude,
        open_from=store.open_from,
        open_until=store.open_until,
        hours=tuple(hours[store.pk]),
    )
