"""Facts for the refund rules: read what stands around an order, and lay a line's facts out for one reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, CharField, DateTimeField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from common.compiled import Compiled, Given
from ledger.chart import settlement_of
from ledger.models import Balance
from orders.models import Line, Order, OrderKind
from refunds.models import Refund
from refunds.rules import (
    LightningEnrolment,
    RefundFacts,
    ReturnFirstEnrolment,
    WithoutReturnEnrolment,
    asked_of,
)

A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class MoneyAround:
    """Minor units of the order's currency: what the consumer got by lightning refunds in the last 24 hours, and what
    the merchant's settlement can still give (None: without limit)."""

    paid_by_lightning: int
    settlement_room: int | None


def money_around(order: Order, *, now: datetime) -> MoneyAround:
    """Both sums in one query."""
    settlement = settlement_of(order.merchant_id, order.currency)
    (sums,) = SUMS.ask(consumer=order.consumer_id, since=now - A_DAY, **settlement._asdict())
    return MoneyAround(paid_by_lightning=sums.paid_by_lightning, settlement_room=sums.settlement_room)


def _sums() -> QuerySet[Any]:
    """A consumer with both; `kind`, `owner` and `currency` name the merchant's settlement account."""
    currency = Given("currency", CharField())
    paid = (
        Refund.objects.filter(
            payee=OuterRef("pk"),
            rule="lightning_refund",
            currency=currency,
            refunded_at__gt=Given("since", DateTimeField()),
        )
        .order_by()
        .values("payee")
        .values_list(Sum("amount"))
    )
    room = Balance.objects.filter(
        account__kind=Given("kind", CharField()), account__owner=Given("owner", CharField()), account__currency=currency
    ).values_list(F("posted") - F("reserved") - F("floor"))
    return (
        User.objects.filter(pk=Given("consumer", BigIntegerField()))
        .only("pk")
        .annotate(paid_by_lightning=Coalesce(Subquery(paid), 0), settlement_room=Subquery(room))
    )


SUMS = Compiled(_sums)


def refund_facts(
    line: Line,
    *,
    reason: str,
    amount: int | None,
    quantity: int | None,
    claims_filed: int,
    around: MoneyAround,
    enrolments: Mapping[str, Any],
) -> RefundFacts:
    """The facts of one line for one reason; no query when the line came with its consumer and what it promised."""
    order, voucher = line.order, getattr(line, "voucher", None)
    asked = asked_of(
        paid=line.paid,
        quantity=line.quantity,
        refundable=line.refundable,
        refundable_quantity=line.refundable_quantity,
        pieces=quantity,
        amount=amount,
    )
    lightning: LightningEnrolment | None = enrolments.get("lightning_refund")
    own_rules: WithoutReturnEnrolment | None = enrolments.get("refund_without_return")
    return_first: ReturnFirstEnrolment | None = enrolments.get("return_first")
    return RefundFacts(
        order_kind=order.kind,
        reason=reason,
        category=line.category,
        currency=order.currency,
        paid=line.paid,
        refundable=line.refundable,
        quantity=line.quantity,
        refundable_quantity=line.refundable_quantity,
        asked=asked.amount,
        asked_quantity=asked.quantity,
        bought_at=line.bought_at,
        fulfilled_at=_fulfilled_at(line),
        redeemed=voucher is not None and voucher.redeemed_at is not None,
        standing=order.consumer.standing,
        paid_by_lightning=around.paid_by_lightning,
        settlement_covers=around.settlement_room is None or asked.amount <= around.settlement_room,
        claims_filed=claims_filed,
        in_lightning=lightning is not None,
        own_limit=lightning.per_claim.of(order.currency) if lightning and lightning.per_claim else None,
        own_rules=own_rules.rules_in(order.currency) if own_rules else (),
        pays_freight_always=return_first.pays_freight_always if return_first else False,
    )


def _fulfilled_at(line: Line) -> datetime | None:
    """Delivery, the morning after the last night (UTC), the end of what was booked, or of a voucher or card."""
    if line.order.kind == OrderKind.STAY and (stay := getattr(line, "stay", None)):
        return datetime.combine(stay.arrival_on + timedelta(days=stay.nights), time.min, UTC)
    if line.order.kind == OrderKind.VOUCHER and (voucher := getattr(line, "voucher", None)):
        expires_at: datetime = voucher.expires_at
        return expires_at
    if line.order.kind == OrderKind.BOOKING and (booking := getattr(line, "booking", None)):
        ended_at: datetime = booking.ends_at or booking.starts_at
        return ended_at
    if line.order.kind == OrderKind.CARD and (card := getattr(line, "card", None)):
        valid_until: datetime | None = card.valid_until
        return valid_until
    return line.order.delivered_at
