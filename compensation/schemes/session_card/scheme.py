"""A card with sessions left at a shop that closes or refuses: how a line becomes the facts of its rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Q

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.session_card.rules import CardParticulars, SessionCardFacts, ShopClosure
from orders.models import Line, SessionCard, StoreClosure
from policies.words import Reason


def ask(
    line: Line, cause: str, around: Circumstances, particulars: CardParticulars | None
) -> Iterator[SessionCardFacts]:
    card: SessionCard | None = getattr(line, "card", None)
    if card is None:
        return
    yield SessionCardFacts(
        cause=cause,
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        sessions=card.sessions,
        bonus_sessions=card.bonus_sessions,
        sessions_used=card.sessions_used,
        single_price=card.single_price,
        valid_until=card.valid_until,
        closures=around.records["session_card"].get(line.store_id, ()),
        visited_at=particulars.visited_at if particulars else None,
    )


def look(lines: Iterable[Line], now: datetime) -> Mapping[int, tuple[ShopClosure, ...]]:
    """The closures that run now, by the shop, the first to begin first (one query)."""
    running = StoreClosure.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), store__in={line.store_id for line in lines}, starts_at__lte=now
    )
    found: dict[int, list[ShopClosure]] = defaultdict(list)
    for closure in running.order_by("starts_at", "id"):
        found[closure.store_id].append(ShopClosure(starts_at=closure.starts_at, ends_at=closure.ends_at))
    return {shop: tuple(closures) for shop, closures in found.items()}


SCHEME = Scheme(
    code="session_card",
    causes={Reason.STORE_CLOSED.value: ("card",), Reason.STORE_REFUSED.value: ("card",)},
    ask=ask,
    particulars=CardParticulars,
    related=("card",),
    look=look,
)
