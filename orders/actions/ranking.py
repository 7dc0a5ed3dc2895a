"""Which room of a hotel is the better one, told by what its guests pay.

Rank 1 is the type with the lowest mean rate over all known bookings that reserved it at a rate above 0, cancelled
and no-show included. Means are compared as exact fractions; types with equal means share a rank and the next rank
follows without a gap. A type nobody reserved at a rate has no rank. Source: the data page of the hotel bookings.
"""

from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, DecimalField, F, Func, Sum

from common.transactions import atomic
from orders.models import RoomType, Stay

EXACT_RATE = Func(F("line__unit_price"), template="(%(expressions)s)::numeric", output_field=DecimalField())


@atomic
def rank_room_types(*, hotels: Collection[int]) -> None:
    """Give every room type of these hotels (store ids) the rank its rates now deserve."""
    means = _means(hotels)
    room_types = RoomType.objects.filter(store__in=hotels).order_by("store_id", "id").select_for_update()
    changed: list[RoomType] = []
    for _hotel, of_one_hotel in groupby(room_types, attrgetter("store_id")):
        changed += _newly_ranked(list(of_one_hotel), means)
    RoomType.objects.bulk_update(changed, ["mean_rate_rank"])


def _means(hotels: Collection[int]) -> dict[int, Fraction]:
    """The mean rate of each room type that was reserved at a rate above 0."""
    sums = (
        Stay.objects.filter(room_type_reserved__store__in=hotels)
        .annotate(rate=EXACT_RATE)
        .filter(rate__gt=0)
        .values_list("room_type_reserved")
        .annotate(Sum("rate"), Count("rate"))
    )
    return {room_type_id: Fraction(total) / count for room_type_id, total, count in sums}


def _newly_ranked(room_types: list[RoomType], means: dict[int, Fraction]) -> Iterator[RoomType]:
    ladder = sorted({means[room_type.pk] for room_type in room_types if room_type.pk in means})
    ranks = {mean: rank for rank, mean in enumerate(ladder, start=1)}
    for room_type in room_types:
        rank = ranks.get(means[room_type.pk]) if room_type.pk in means else None
        if rank != room_type.mean_rate_rank:
            room_type.mean_rate_rank = rank
            yield room_type
