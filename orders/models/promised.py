"""What a line promised beside its price, and what became of it by the merchant's record: one row for one line."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Line
from orders.models.place import RoomType


class Stay(models.Model):
    """What a hotel line promised and gave. Rates are minor units of the order's currency and may be 0 or less.

    `told_at` is when the guest was told that there is no room, at the desk or before arrival (null: not on record).
    """

    class Outcome(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CHECKED_OUT = "checked_out", _("Checked out")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("No show")
        TURNED_AWAY = "turned_away", _("Turned away: no room")

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="stay")
    arrival_on = models.DateField()
    nights = models.PositiveIntegerField()
    first_night_rate = models.BigIntegerField()
    room_type_reserved = models.ForeignKey(RoomType, on_delete=models.PROTECT, related_name="reserved_stays")
    room_type_assigned = models.ForeignKey(RoomType, null=True, on_delete=models.PROTECT, related_name="assigned_stays")
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.BOOKED)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["booked", "checked_out", "cancelled", "no_show", "turned_away"]),
                name="stay_outcome_is_known",
            ),
        ]


class Voucher(models.Model):
    """A voucher for a store: usable from `usable_from` until `expires_at`, at most once."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="voucher")
    usable_from = models.DateTimeField()
    expires_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at", "id"], condition=Q(redeemed_at__isnull=True), name="voucher_expiring"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("usable_from")), name="voucher_expires_after_it_is_usable"
            ),
        ]


class Booking(models.Model):
    """A time that was booked: a table, a treatment, a place on a tour or at a performance, for a party of so many.

    `promised_wait_minutes` is how long a guest waits at most, as the merchant promised when it was booked (null: it
    promised nothing). The queue's own record is `queue_joined_at` and `called_at` (null: still waiting, or no record).
    `outcome` is what became of it by the merchant's record, put there at `recorded_at`. A guest who was refused had
    arrived at `arrived_at` (null: not on record).
    """

    class Kind(models.TextChoices):
        TABLE = "table", _("Table")
        TREATMENT = "treatment", _("Treatment")
        TOUR = "tour", _("Tour")
        PERFORMANCE = "performance", _("Performance")

    class Outcome(models.TextChoices):
        BOOKED = "booked", _("Booked")
        KEPT = "kept", _("Kept")
        REFUSED = "refused", _("Refused on arrival")
        CANCELLED_BY_MERCHANT = "cancelled_by_merchant", _("Cancelled by the merchant")
        CANCELLED_BY_CONSUMER = "cancelled_by_consumer", _("Cancelled by the consumer")
        NO_SHOW = "no_show", _("No show")

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="booking")
    kind = models.CharField(max_length=16, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    party = models.PositiveIntegerField(default=1)
    promised_wait_minutes = models.PositiveIntegerField(null=True)
    arrived_at = models.DateTimeField(null=True)
    queue_joined_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, choices=Outcome, default=Outcome.BOOKED)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["table", "treatment", "tour", "performance"]), name="booking_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        "booked",
                        "kept",
                        "refused",
                        "cancelled_by_merchant",
                        "cancelled_by_consumer",
                        "no_show",
                    ]
                ),
                name="booking_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="booked", recorded_at__isnull=True)
                | (~Q(outcome="booked") & Q(recorded_at__isnull=False)),
                name="booking_outcome_was_recorded_at_a_moment",
            ),
            models.CheckConstraint(condition=Q(party__gt=0), name="booking_is_for_somebody"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="booking_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True)
                | Q(queue_joined_at__isnull=False, called_at__gte=F("queue_joined_at")),
                name="booking_is_called_after_it_queued",
            ),
        ]


class SessionCard(models.Model):
    """A card for several sessions at one shop, paid for at once; `bonus_sessions` come on top of those paid for.

    `single_price` (minor units) is what the card says a used session is worth when what is left is paid back (null:
    its share of the price).
    """

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="card")
    sessions = models.PositiveIntegerField()
    bonus_sessions = models.PositiveIntegerField(default=0)
    sessions_used = models.PositiveIntegerField(default=0)
    single_price = models.BigIntegerField(null=True)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sessions__gt=0), name="card_has_sessions"),
            models.CheckConstraint(
                condition=Q(sessions_used__lte=F("sessions") + F("bonus_sessions")),
                name="card_is_used_no_more_often_than_it_has_sessions",
            ),
            models.CheckConstraint(
                condition=Q(single_price__isnull=True) | Q(single_price__gt=0), name="card_session_has_a_price"
            ),
        ]

    @property
    def sessions_left(self) -> int:
        """Paid for or given on top, and not used."""
        return self.sessions + self.bonus_sessions - self.sessions_used


class StockOut(models.Model):
    """The merchant said after the purchase that it cannot deliver `pieces` of a line."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="stock_out")
    pieces = models.PositiveIntegerField()
    reported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="stock_out_is_of_some_pieces"),
        ]
