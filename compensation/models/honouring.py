"""Promises kept beyond the refund: what a guarantee scheme gave for a line, once for each cause."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models import Line, Store
from payouts.models import Payout


class Honouring(models.Model):
    """A guarantee honoured: money (`amount` minor units), an upgrade or an alternative (recorded, amount 0).

    `scheme` is the code of the policy that promised it; `payer` is whose money it was ("" when none moved).
    `cause` is what happened to the line ("worse_room"); a line is made whole once for each cause, whether somebody
    claimed it or an event paid it.
    """

    class Remedy(models.TextChoices):
        COMPENSATION = "compensation", _("Compensation")
        UPGRADE = "upgrade", _("Upgrade")
        ALTERNATIVE = "alternative", _("Alternative")
        FREIGHT = "freight", _("Return freight")
        COUPON = "coupon", _("Coupon")

    key = models.CharField(max_length=120, unique=True)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="honourings")
    cause = models.CharField(max_length=60)
    scheme = models.CharField(max_length=60)
    remedy = models.CharField(max_length=16, choices=Remedy)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payer = models.CharField(max_length=16, blank=True, default="")
    alternative_store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="alternatives_given")
    payout = models.ForeignKey(Payout, null=True, on_delete=models.PROTECT, related_name="honourings")
    honoured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "cause"], name="line_is_made_whole_once_per_cause"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="honouring_is_not_negative"),
            models.CheckConstraint(
                condition=Q(amount=0, payout__isnull=True, payer="")
                | (Q(amount__gt=0, payout__isnull=False, payer__in=["merchant", "fund"]) & ~Q(remedy="coupon"))
                | Q(remedy="coupon", amount__gt=0, payout__isnull=True, payer__in=["merchant", "fund"]),
                name="honouring_of_money_has_its_payer_and_payout",
            ),
            models.CheckConstraint(
                condition=Q(remedy__in=["upgrade", "alternative"], amount=0)
                | Q(remedy__in=["compensation", "freight", "coupon"]),
                name="honouring_in_kind_is_without_money",
            ),
            models.CheckConstraint(
                condition=Q(remedy="alternative") | Q(alternative_store__isnull=True),
                name="honouring_names_a_store_for_an_alternative_only",
            ),
        ]

    def __str__(self) -> str:
        return self.key
