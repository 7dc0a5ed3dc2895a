"""What guest and hotel are told when a room is missing: another room, other hotels to answer, and the answer."""

from datetime import datetime
from typing import Any

from accounts.models import Member
from compensation.models import Rehousing
from notices.actions import Telling, tell_all
from orders.models import Line


def tell_guest(line: Line, kind: str, *, at: datetime, link: str = "", **values: Any) -> None:
    order = line.order
    telling = Telling(
        key=f"rehousing:{line.pk}:{kind}",
        recipient=order.consumer,
        kind=kind,
        values={**_about(line), **values},
        link=link or order.get_absolute_url(),
    )
    tell_all([telling], at=at)


def tell_hotel(rehousing: Rehousing, answer: str, *, at: datetime) -> None:
    """Everybody of the hotel's business is told once what the guest answered; nothing at all is `lapsed`."""
    line = rehousing.line
    people = Member.objects.filter(merchant=line.order.merchant, user__is_active=True).select_related("user")
    values = {**_about(line), "order": line.order.number, "case": answer}
    key, link = f"{rehousing.key}:{answer}", rehousing.get_absolute_url()
    tell_all([Telling(key, member.user, "rehousing_answered", values, link) for member in people], at=at)


def _about(line: Line) -> dict[str, Any]:
    store = line.store
    return {
        "item": line.title,
        "item_zh": line.title_zh,
        "store": store.name if store else "",
        "store_zh": store.name_zh if store else "",
    }
