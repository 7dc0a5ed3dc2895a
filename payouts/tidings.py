"""What the people of finance are told about payouts that need one of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import Role, User
from notices.actions import tell_all
from notices.actions.tell import Telling
from payouts.models import Payout


def tell_finance(payout: Payout, kind: str, *, key: str, at: datetime, **more: Any) -> None:
    """Tell everybody of finance one thing about a payout, each once under its key."""
    values: Mapping[str, Any] = {"amount": payout.amount, "currency": payout.currency, **more}
    link = reverse("payout", args=[payout.pk])
    people = User.objects.filter(role=Role.FINANCE, is_active=True)
    tell_all([Telling(f"payout:{payout.pk}:{key}", person, kind, values, link) for person in people], at=at)
