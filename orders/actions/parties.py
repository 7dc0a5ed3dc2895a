"""Who and what orders name: people, merchants, stores with hours and closures, room types. Made known where new."""

from collections.abc import Iterable, Mapping, Sequence

from accounts.actions import know_people
from accounts.models import Merchant
from orders.models import RoomType, Store, StoreClosure, StoreHours
from orders.purchases import Business, Item, Place, Purchase, RoomName


class Parties:
    """The ids behind the addresses and codes in these purchases. What is known already stays as it is."""

    def __init__(self, purchases: Sequence[Purchase]) -> None:
        items = [item for purchase in purchases for item in purchase.items]
        places = list(dict.fromkeys(item.store for item in items if item.store))
        businesses = [place.merchant for place in places] + [purchase.merchant for purchase in purchases]
        self.people = know_people({purchase.consumer.email: purchase.consumer.name for purchase in purchases})
        self.merchants = _know_merchants({business.code: business for business in businesses})
        self.stores = _know_stores(places, self.merchants)
        self.room_types = _know_room_types(items, self.stores)

    def store(self, item: Item) -> int | None:
        return self.stores[item.store.code] if item.store else None

    def room_type(self, item: Item, code: str) -> int:
        return self.room_types[self._hotel(item), code]

    def hotels(self) -> set[int]:
        return {store_id for store_id, _code in self.room_types}

    def _hotel(self, item: Item) -> int:
        return self.stores[_hotel_of(item).code]


def _know_merchants(named: Mapping[str, Business]) -> dict[str, int]:
    known = dict(Merchant.objects.filter(code__in=named).values_list("code", "id"))
    fresh = Merchant.objects.bulk_create(
        Merchant(code=code, name=one.name, name_zh=one.name_zh) for code, one in named.items() if code not in known
    )
    return known | {merchant.code: merchant.pk for merchant in fresh}


def _know_stores(places: Sequence[Place], merchants: Mapping[str, int]) -> dict[str, int]:
    """By code. A place may be described more than once: the first word counts, and every closure.

    The hours of a store that is known stay as they are.
    """
    named = {place.code: place for place in reversed(places)}
    known = dict(Store.objects.filter(code__in=named).values_list("code", "id"))
    fresh = Store.objects.bulk_create(
        _store(place, merchants[place.merchant.code]) for code, place in named.items() if code not in known
    )
    stores = known | {store.code: store.pk for store in fresh}
    StoreHours.objects.bulk_create(
        StoreHours(store=store, weekday=span.weekday, opens=span.opens, closes=span.closes)
        for store in fresh
        for span in named[store.code].hours
    )
    _add_closures(places, stores)
    return stores


def _store(place: Place, merchant_id: int) -> Store:
    return Store(
        merchant_id=merchant_id,
        code=place.code,
        kind=place.kind,
        name=place.name,
        name_zh=place.name_zh,
        city=place.city,
        city_zh=place.city_zh,
        latitude=place.latitude,
        longitude=place.longitude,
        open_from=place.open_from,
        open_until=place.open_until,
    )


def _add_closures(places: Iterable[Place], stores: Mapping[str, int]) -> None:
    closures = [
        StoreClosure(
            store_id=stores[place.code],
            reason=closure.reason,
            starts_at=closure.starts_at,
            ends_at=closure.ends_at,
            reported_at=closure.starts_at,
        )
        for place in places
        for closure in place.closures
    ]
    if closures:
        StoreClosure.objects.bulk_create(closures, ignore_conflicts=True)


def _know_room_types(items: Sequence[Item], stores: Mapping[str, int]) -> dict[tuple[int, str], int]:
    """By hotel and code: the same letter is another room in another hotel. A room without a name learns it."""
    named = {
        (stores[_hotel_of(item).code], code): None
        for item in items
        if item.nights
        for code in (item.nights.reserved, item.nights.assigned)
        if code is not None
    }
    rows = RoomType.objects.filter(store__in={store_id for store_id, _code in named})
    known = {(room_type.store_id, room_type.code): room_type for room_type in rows}
    fresh = [RoomType(store_id=store_id, code=code) for store_id, code in named if (store_id, code) not in known]
    names = {(stores[item.store.code], room.code): room for item in items if item.store for room in item.store.rooms}
    learned = [room_type for room_type in (*known.values(), *fresh) if _learns(room_type, names)]
    RoomType.objects.bulk_update([room_type for room_type in learned if room_type.pk], ["name", "name_zh"])
    return {
        (room_type.store_id, room_type.code): room_type.pk
        for room_type in (*known.values(), *RoomType.objects.bulk_create(fresh))
    }


def _learns(room_type: RoomType, names: Mapping[tuple[int, str], RoomName]) -> bool:
    """Whether it was given the name it did not have yet."""
    named = names.get((room_type.store_id, room_type.code))
    if named is None or room_type.name:
        return False
    room_type.name, room_type.name_zh = named.name, named.name_zh
    return True


def _hotel_of(item: Item) -> Place:
    if item.store is None:
        raise ValueError(f"a stay needs its hotel: {item}")
    return item.store
