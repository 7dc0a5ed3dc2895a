"""Where it was bought: stores with their hours and closures, and the room types of hotels."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant


class Store(models.Model):
    """A place: a shop, a restaurant, a hotel.

    `open_from`..`open_until` is one half-open span of every day, for a store that has no StoreHours.
    """

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="stores")
    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    name_zh = models.CharField(max_length=160, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    city_zh = models.CharField(max_length=80, blank=True, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    open_from = models.TimeField(null=True)
    open_until = models.TimeField(null=True)

    def __str__(self) -> str:
        return self.name


class StoreHours(models.Model):
    """A half-open span in which a store is open every week, in its own time; weekday 0 is Monday.

    A span that closes at or before the time it opens ends on the day after, so that equal times are a day and a night.
    Several on one day are a day with a break. A store with any of them is closed on a weekday that has none.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="hours", db_index=False)
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "weekday", "opens"], name="store_opens_once_at_a_time"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="store_opens_on_a_day_of_the_week"),
        ]


class StoreClosure(models.Model):
    """A store is closed, renovating or moved during a half-open period; an open end means until further notice."""

    class Reason(models.TextChoices):
        CLOSED = "closed", _("Closed")
        RENOVATING = "renovating", _("Renovating")
        MOVED = "moved", _("Moved")

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="closures")
    reason = models.CharField(max_length=16, choices=Reason)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="closure_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["closed", "renovating", "moved"]), name="closure_reason_is_known"
            ),
            models.UniqueConstraint(fields=["store", "starts_at"], name="closure_starts_once_per_store"),
        ]


class RoomType(models.Model):
    """A hotel's room type. `mean_rate_rank` orders the types of one hotel, 1 being the cheapest; null: no rate known.

    Types with the same mean rate share a rank. The code means nothing outside its hotel, and stands for a missing name.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="room_types")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160, blank=True, default="")
    name_zh = models.CharField(max_length=160, blank=True, default="")
    mean_rate_rank = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "code"], name="room_type_is_one_per_hotel"),
        ]
