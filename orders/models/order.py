"""What was bought, by whom and from whom: orders and their lines."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Merchant, Role, User
from common.rows import Row
from orders.models.place import Store


class OrderKind(models.TextChoices):
    GOODS = "goods", _("Goods")
    STAY = "stay", _("Hotel stay")
    VOUCHER = "voucher", _("Store voucher")
    BOOKING = "booking", _("Booking")
    CARD = "card", _("Session card")


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
