"""Proof of the exposure ceiling: a line's counters are the sums of what its exposures hold, never above its price."""

from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from common.proofs import Break
from orders.models import Line


def prove() -> Iterator[Break]:
    """Lines whose counters differ from their exposures, or exceed what was paid or bought."""
    held = Line.objects.annotate(
        held=Coalesce(Sum(F("exposures__amount") - F("exposures__given_back")), 0),
        quantity_held=Coalesce(Sum(F("exposures__quantity") - F("exposures__quantity_given_back")), 0),
    )
    off = held.filter(
        ~Q(taken=F("held"))
        | ~Q(quantity_taken=F("quantity_held"))
        | Q(taken__gt=F("paid"))
        | Q(quantity_taken__gt=F("quantity"))
    )
    for line in off.select_related("order").order_by("pk").iterator():
        yield Break(
            "orders",
            f"{line}: {line.taken} of {line.paid} and {line.quantity_taken} of {line.quantity} pieces are counted as"
            f" taken, its exposures hold {line.held} and {line.quantity_held} pieces",
        )
