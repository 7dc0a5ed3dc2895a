"""What the people of a merchant, and consumers, are told about the special fund."""

from datetime import UTC, datetime, time
from typing import Any

from django.urls import reverse

from accounts.models import User
from compensation.models import Grant, Invoice, Recovery
from notices.actions import Telling, tell, tell_all


def tell_merchant(
    recovery: Recovery,
    kind: str,
    *,
    at: datetime,
    amount: int | None = None,
    invoice: Invoice | None = None,
    reason: str = "",
    case: str = "",
) -> None:
    """Tell everybody who works for the merchant; `amount` is what it is about, all that is open unless it is said."""
    values: dict[str, Any] = {
        "claim": recovery.claim or "–",
        "amount": recovery.open if amount is None else amount,
        "currency": recovery.currency,
        "reason": reason,
    }
    if kind == "recovery_charged":
        values["amount"] = recovery.amount
    if kind == "recovery_waived":
        values["amount"] = recovery.waived
    if invoice:
        values["number"] = invoice.number
        values["due_at"] = datetime.combine(invoice.due_on, time(23, 59), UTC)
    people = User.objects.filter(membership__merchant=recovery.merchant_id, is_active=True)
    key = f"recovery:{recovery.pk}:{kind}:{case or at.isoformat()}"
    link = reverse("recovery", args=[recovery.pk])
    tell_all([Telling(key=key, recipient=person, kind=kind, values=values, link=link) for person in people], at=at)


def tell_of_grant(grant: Grant, *, at: datetime) -> None:
    """Tell the consumer what they were granted; the reason stays among the platform's people."""
    values = {"claim": grant.claim, "amount": grant.amount, "currency": grant.currency}
    link = reverse("claim", args=[grant.claim])
    tell(key=f"grant:{grant.pk}", recipient=grant.payee, kind="grant_paid", values=values, link=link, at=at)
