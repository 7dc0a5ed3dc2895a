"""How much compensation was taken against the caps of the terms, and what a cap cut off it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models import Line, Order
from policies.models import Version


class CapUse(models.Model):
    """Compensation (minor units) that a cause was allowed, under its unique key ("claim:R-123", "event:9:line:4").

    `asked` is what the scheme's rule gave, `amount` what the caps left of it; the first cap that left least is `cap`
    ("" where none cut), with its `limit` and what counted towards it before (`used`). What came back since, because
    it was not paid after all, is `given_back`. `version` is the version of the caps that was in force for the order.
    """

    class Cap(models.TextChoices):
        SCHEME = "scheme", _("One consumer by one scheme")
        ORDER = "order", _("One order")
        CONSUMER = "consumer", _("One consumer")
        DAY = "day", _("One consumer in 24 hours")

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="cap_uses")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="cap_uses")
    consumer = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    version = models.ForeignKey(Version, db_index=False, on_delete=models.PROTECT, related_name="+")
    asked = models.BigIntegerField()
    amount = models.BigIntegerField()
    cap = models.CharField(max_length=16, choices=Cap, blank=True, default="")
    limit = models.BigIntegerField(default=0)
    used = models.BigIntegerField(default=0)
    taken_at = models.DateTimeField()
    given_back = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["consumer", "taken_at"], name="cap_use_of_consumer"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__range=(0, F("asked"))), name="caps_never_add"),
            models.CheckConstraint(
                condition=Q(given_back__range=(0, F("amount"))), name="caps_get_back_no_more_than_was_taken"
            ),
            models.CheckConstraint(
                condition=Q(cap="", amount=F("asked")) | Q(cap__in=["scheme", "order", "consumer", "day"]),
                name="what_is_cut_names_its_cap",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def cut(self) -> int:
        """What was cut off, in minor units."""
        return self.asked - self.amount
