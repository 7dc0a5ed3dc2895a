"""Facts for the guarantees: read what is on record about stores, and lay a stay or a voucher out for a rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from compensation.rules import (
    ClosedStoreEnrolment,
    ClosedStoreFacts,
    Closure,
    OverbookingEnrolment,
    Place,
    StayFacts,
)
from orders.models import Line, Stay, Store, StoreClosure, Voucher
from policies.words import Reason, Remedy

# Closures further back than this cannot matter to any terms, and no alternative is further away (in degrees, about
# 30 km). Of the stores around, the nearest few are looked at.
LONGEST_LOOK_BACK = timedelta(days=60)
WITHIN_DEGREES = 0.3
STORES_LOOKED_AT = 20


@dataclass(frozen=True)
class StoreRecord:
    """What is on record about a store: its closures, and the open stores of the same business and kind around it."""

    closures: tuple[Closure, ...]
    others: tuple[Place, ...]


def store_records(stores: Iterable[Store], *, now: datetime) -> dict[int, StoreRecord]:
    """The records of each store by its id: one query for the closures of all, one for the others around each."""
    wanted = {store.pk: store for store in stores}
    closures: dict[int, list[Closure]] = {number: [] for number in wanted}
    for closure in StoreClosure.objects.filter(_matters(now), store__in=wanted).order_by("starts_at", "id"):
        closures[closure.store_id].append(Closure(starts_at=closure.starts_at, ends_at=closure.ends_at))
    return {
        number: StoreRecord(tuple(closures[number]), tuple(map(place_of, _others_around(store, now))))
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


def place_of(store: Store) -> Place:
    return Place(
        code=store.code,
        name=store.name,
        name_zh=store.name_zh,
        latitude=store.latitude,
        longitude=store.longitude,
        open_from=store.open_from,
        open_until=store.open_until,
    )


def closed_store_facts(
    line: Line, voucher: Voucher, store: Store, *, remedy: Remedy, record: StoreRecord, enrolments: Mapping[str, Any]
) -> ClosedStoreFacts:
    own: ClosedStoreEnrolment | None = enrolments.get("closed_store")
    return ClosedStoreFacts(
        remedy=remedy,
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        redeemed=voucher.redeemed_at is not None,
        usable_from=voucher.usable_from,
        expires_at=voucher.expires_at,
        store=place_of(store),
        closures=record.closures,
        others=record.others,
        takes_part=own is not None,
        own_percent=own.percent if own else None,
    )


def stay_facts(line: Line, stay: Stay, *, reason: Reason, enrolments: Mapping[str, Any]) -> StayFacts:
    own: OverbookingEnrolment | None = enrolments.get("hotel_overbooking")
    reserved, assigned = stay.room_type_reserved, stay.room_type_assigned
    return StayFacts(
        reason=reason,
        currency=line.order.currency,
        refundable=line.refundable,
        has_rate=Decimal(line.unit_price) > 0,
        first_night_rate=stay.first_night_rate,
        room_reserved=reserved.code,
        room_assigned=assigned.code if assigned else None,
        rank_reserved=reserved.mean_rate_rank,
        rank_assigned=assigned.mean_rate_rank if assigned else None,
        outcome=stay.outcome,
        arrival_on=stay.arrival_on,
        departure_on=stay.arrival_on + timedelta(days=stay.nights),
        takes_part=own is not None,
        own_no_room_factor=own.no_room_factor if own else None,
    )
