"""What the people of a merchant, and consumers, are told about the special fund."""

from datetime import UTC, datetime, time
from typing import Any

from django.urls import reverse

from accounts.models import Role, User
from compensation.models import Filling, Grant, Invoice, Recovery, Relief
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


def tell_finance(recovery: Recovery, kind: str, *, at: datetime) -> None:
    """Tell all of finance that a merchant disputes what it owes, until when to look at it."""
    values = {
        "merchant": recovery.merchant.name,
        "merchant_zh": recovery.merchant.name_zh,
        "amount": recovery.open,
        "currency": recovery.currency,
    }
    people = User.objects.filter(role=Role.FINANCE, is_active=True)
    key, link = f"recovery:{recovery.pk}:{kind}:{at.isoformat()}", reverse("recovery", args=[recovery.pk])
    tell_all([Telling(key, person, kind, values, link) for person in people], at=at)


def tell_of_relief(relief: Relief, recovery: Recovery, *, at: datetime) -> None:
    """Tell everybody of finance who may agree that somebody proposed to give a debt up; again when it is late."""
    case = "reminder" if relief.reminded_at else relief.kind
    people = User.objects.filter(role=Role.FINANCE, is_active=True).exclude(pk=relief.proposed_by_id)
    key, link = f"relief:{relief.pk}:{case}", reverse("recovery", args=[recovery.pk])
    values = {**_of_relief(relief, recovery), "case": case, "due_at": relief.due_at}
    tell_all([Telling(key, person, "relief_waits", values, link) for person in people], at=at)


def tell_of_relief_lapsed(relief: Relief, recovery: Recovery, *, at: datetime) -> None:
    """Tell whoever proposed it that nobody answered."""
    key, link = f"relief:{relief.pk}:lapsed", reverse("recovery", args=[recovery.pk])
    values = _of_relief(relief, recovery)
    tell(key=key, recipient=relief.proposed_by, kind="relief_lapsed", values=values, link=link, at=at)


def _of_relief(relief: Relief, recovery: Recovery) -> dict[str, Any]:
    return {
        "merchant": recovery.merchant.name,
        "merchant_zh": recovery.merchant.name_zh,
        "amount": recovery.open,
        "currency": recovery.currency,
        "reason": relief.because,
    }


def tell_agents(grant: Grant, *, at: datetime) -> None:
    """Tell every agent who may agree that a grant waits for a second one, and until when."""
    values = {
        "claim": grant.claim,
        "amount": grant.amount,
        "currency": grant.currency,
        "due_at": grant.due_at,
    }
    people = User.objects.filter(role=Role.AGENT, is_active=True).exclude(pk=grant.granted_by_id)
    key, link = f"grant:{grant.pk}:waits", reverse("claim-empathy", args=[grant.claim])
    tell_all([Telling(key, person, "grant_waits", values, link) for person in people], at=at)


def tell_who_granted(grant: Grant, *, at: datetime) -> None:
    """Tell the agent who would have granted it that it was declined, or that nobody answered in time."""
    values = {"case": grant.status, "claim": grant.claim, "amount": grant.amount, "currency": grant.currency}
    link, key = reverse("claim-empathy", args=[grant.claim]), f"grant:{grant.pk}:{grant.status}"
    tell(key=key, recipient=grant.granted_by, kind="grant_not_given", values=values, link=link, at=at)


def tell_who_proposed(filling: Filling, *, at: datetime) -> None:
    """Tell whoever wrote money down that nobody answered in time."""
    values = {"reason": filling.because, "amount": filling.amount, "currency": filling.currency}
    key, link = f"{filling.key}:lapsed", reverse("money-in")
    tell(key=key, recipient=filling.proposed_by, kind="filling_lapsed", values=values, link=link, at=at)


def tell_of_grant(grant: Grant, *, at: datetime) -> None:
    """Tell the consumer what they were granted; the reason stays among the platform's people."""
    values = {"claim": grant.claim, "amount": grant.amount, "currency": grant.currency}
    link = reverse("claim", args=[grant.claim])
    tell(key=f"grant:{grant.pk}", recipient=grant.payee, kind="grant_paid", values=values, link=link, at=at)
