"""What was bought: orders and their lines, stays, vouchers and stores, received from the marketplace as facts.

Nothing is decided here. The one thing this room enforces is the exposure ceiling: over refunds, chargebacks and
advances, never more is taken back from a line than was paid for it.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Merchant, Role, User
from common.rows import Row


class OrderKind(models.TextChoices):
    GOODS = "goods", _("Goods")
    STAY = "stay", _("Hotel stay")
    VOUCHER = "voucher", _("Store voucher")


class Store(models.Model):
    """A place: a shop, a restaurant, a hotel. `open_from`..`open_until` is one half-open span of every day."""

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

    Types with the same mean rate share a rank. The letter means nothing outside its hotel.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="room_types")
    code = models.CharField(max_length=40)
    mean_rate_rank = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "code"], name="room_type_is_one_per_hotel"),
        ]


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> "OrderQuerySet":
        """The orders this person may see; everybody else's do not exist for them."""
        match user.role:
            case Role.CONSUMER:
                return self.filter(consumer=user)
            case Role.MERCHANT:
                return self.filter(merchant=_merchant_of(user))
            case Role.AGENT:
                return self
            case _:
                return self.none()


def _merchant_of(user: User) -> models.QuerySet[Member, int]:
    """The one merchant of a member; as a subquery, so that lists still walk the merchant's index in order."""
    return Member.objects.filter(user=user).values_list("merchant_id", flat=True)[:1]


class Order(Row):
    """One purchase by one consumer from one merchant.

    `market` says where the order came from ("" is this marketplace; imports name theirs), `paid_through` the gateway
    a refund goes back along, and `payment_reference` how its provider names the payment, where it needs to be told.
    """

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=OrderKind)
    market = models.CharField(max_length=40, blank=True, default="")
    consumer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="orders")
    currency = models.CharField(max_length=3)
    paid_through = models.CharField(max_length=16, default="wallet")
    payment_reference = models.CharField(max_length=120, blank=True, default="", db_default="")
    placed_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Order"]] = models.Manager.from_queryset(OrderQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["consumer", "-placed_at", "-id"], name="order_list_of_consumer"),
            models.Index(fields=["merchant", "-placed_at", "-id"], name="order_list_of_merchant"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=OrderKind.values), name="order_kind_is_known"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_is_iso_4217"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.number])


class Line(Row):
    """One thing bought. `paid` is what was paid for the whole line, in minor units of the order's currency.

    `position` is the line's number in its order, gaps allowed. A stay is one line of quantity 1 whose `unit_price` is
    the nightly rate. `taken` and `quantity_taken` are how much has been given back or promised: the sums of what its
    exposures still hold. Only orders.actions.take and give_back write them.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=60, blank=True, default="")
    category = models.CharField(max_length=40, blank=True, default="")
    title = models.CharField(max_length=200)
    title_zh = models.CharField(max_length=200, blank=True, default="")
    quantity = models.PositiveIntegerField()
    unit_price = models.CharField(max_length=24, help_text="major units, exactly as the marketplace gave it")
    paid = models.BigIntegerField()
    bought_at = models.DateTimeField()
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="lines")
    taken = models.BigIntegerField(default=0)
    quantity_taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_is_one_per_order"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_has_a_quantity"),
            models.CheckConstraint(condition=Q(paid__gte=0), name="line_paid_is_not_negative"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("paid")), name="line_never_gives_back_more_than_was_paid"
            ),
            models.CheckConstraint(
                condition=Q(quantity_taken__lte=F("quantity")), name="line_never_gives_back_more_than_was_bought"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} line {self.position}"

    @property
    def refundable(self) -> int:
        """What may still be given back, in minor units."""
        return self.paid - self.taken

    @property
    def refundable_quantity(self) -> int:
        return self.quantity - self.quantity_taken


class Exposure(models.Model):
    """A part of a line's price that was taken off it (refunded or promised), under the unique key of its cause.

    `amount` and `quantity` never change; what came back to the line since is `given_back` and `quantity_given_back`.
    """

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="exposures")
    amount = models.BigIntegerField()
    quantity = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    given_back = models.BigIntegerField(default=0)
    quantity_given_back = models.PositiveIntegerField(default=0)
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="exposure_is_not_negative"),
            models.CheckConstraint(
                condition=Q(given_back__range=(0, F("amount")), quantity_given_back__lte=F("quantity")),
                name="exposure_gives_back_no_more_than_it_took",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Stay(models.Model):
    """What a hotel line promised and gave. Rates are minor units of the order's currency and may be 0 or less."""

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
