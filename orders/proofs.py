"""Proof of the exposure ceiling: a line's counters are the sums of what its exposures hold, never above its price.

A chargeback holds what was left of the price when it came, and nothing once it was reversed.
"""

from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from common.proofs import Break, breaks_found
from orders.models import Line

PROOFS = {
    "Chargeback {key} counts {counted} of its line's price and holds {held}.": """
        SELECT chargeback.key, chargeback.counted, coalesce(exposure.amount - exposure.given_back, 0) AS held
        FROM orders_chargeback chargeback
        LEFT JOIN orders_exposure exposure ON exposure.key = 'chargeback:' || chargeback.key
        WHERE coalesce(exposure.amount - exposure.given_back, 0)
            <> CASE WHEN chargeback.reversed_at IS NULL THEN chargeback.counted ELSE 0 END
        ORDER BY chargeback.id
    """,
}


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
    yield from breaks_found("orders", PROOFS)
