"""Lists of cases that wait for their reader: the merchant's inbox, the agents' queue, and both beside an open case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Role, User
from disputes.models import Claim, ClaimQuerySet
from policies.wording import label_of_reason

ROWS_BESIDE_A_CASE = 15


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A case in the shape that templates/components/case_list.html takes."""

    number: str
    href: str
    about: str
    amount: int
    currency: str
    due_at: datetime | None
    is_here: bool


def waiting_for(user: User) -> ClaimQuerySet:
    """What this reader has to act on; consumers have no such list."""
    seen = Claim.objects.visible_to(user)
    match user.role:
        case Role.MERCHANT:
            return seen.waiting_for_merchant()
        case Role.AGENT:
            return seen.for_agents(user)
        case _:
            return seen.none()


def waiting_beside(claim: Claim, user: User) -> dict[str, Any]:
    """The top of the list, to be shown beside the open case (one query, none for consumers)."""
    if user.is_consumer:
        return {}
    top = waiting_for(user).order_by("due_at", "id")[:ROWS_BESIDE_A_CASE]
    return {"cases": [_listed(row, is_here=row.pk == claim.pk) for row in top]}


def _listed(claim: Claim, *, is_here: bool) -> Listed:
    return Listed(
        number=claim.number,
        href=claim.get_absolute_url(),
        about=label_of_reason(claim.reason),
        amount=claim.amount,
        currency=claim.currency,
        due_at=claim.due_at,
        is_here=is_here,
    )
