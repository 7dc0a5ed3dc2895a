"""What each promise has cost a merchant so far: what its rule or guarantee gave, by policy and currency."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model, QuerySet, Sum

from compensation.models import Honouring
from refunds.models import Refund


@dataclass(frozen=True)
class Cost:
    """Minor units of one currency: what was given back, what was paid on top, and how often either happened."""

    currency: str
    refunded: int = 0
    compensated: int = 0
    times: int = 0

    @property
    def amount(self) -> int:
        return self.refunded + self.compensated


def costs_of(merchant: int) -> Mapping[str, list[Cost]]:
    """By the code of the policy that granted it, whoever paid first. Two queries."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: {"refunded": 0, "compensated": 0, "times": 0})
    refunds = Refund.objects.filter(line__order__merchant=merchant).exclude(rule="")
    for row in _summed(refunds, "rule"):
        found = sums[row["rule"], row["currency"]]
        found["refunded"] += row["total"]
        found["times"] += row["number"]
    honourings = Honouring.objects.filter(line__order__merchant=merchant)
    for row in _summed(honourings, "scheme"):
        found = sums[row["scheme"], row["currency"]]
        found["compensated"] += row["total"]
        found["times"] = max(found["times"], row["number"])
    costs: dict[str, list[Cost]] = defaultdict(list)
    for (policy, currency), figures in sorted(sums.items()):
        costs[policy].append(Cost(currency, **figures))
    return costs


def _summed(rows: QuerySet[Any, Any], name: str) -> QuerySet[Model, dict[str, Any]]:
    summed: QuerySet[Model, dict[str, Any]] = (
        rows.order_by().values(name, "currency").annotate(total=Sum("amount"), number=Count("line", distinct=True))
    )
    return summed
