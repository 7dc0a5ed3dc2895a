"""Look for the lines that an event affects, by the facts of the orders, and for those it affects no longer."""

from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Member
from common.compiled import insert_all
from common.crash_points import crash_point
from common.transactions import atomic
from compensation.actions.happenings.dropping import drop
from compensation.models import Affected, Happening
from notices.actions import Telling, tell_all
from orders import actions as orders
from orders.models import Booking, Line, OrderKind, Stay

LINES_AT_ONCE = 1000

# A closure that lasts is looked at again this often, for vouchers that were bought or became usable since.
LOOK_AGAIN_AFTER = timedelta(days=1)

CAUSES = {
    Happening.Kind.STORE_CLOSED: "store_closed",
    Happening.Kind.HOTEL_WALK: "no_room",
    Happening.Kind.PERFORMANCE_CANCELLED: "performance_cancelled",
}
KINDS = {
    Happening.Kind.STORE_CLOSED: OrderKind.VOUCHER,
    Happening.Kind.HOTEL_WALK: OrderKind.STAY,
    Happening.Kind.PERFORMANCE_CANCELLED: OrderKind.BOOKING,
}


@atomic
def look_through(*, now: datetime) -> int:
    """Take one event that is due, and some of the lines it affects; 1 when there was one, 0 when none is due."""
    due = Happening.objects.to_look_through(now).select_related("store").order_by("due_at", "id")
    happening = due.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if happening is None:
        return 0
    if happening.cancelled_at:
        _drop(happening, now)
        found = 0
    else:
        found = _find(happening, now)
    happening.due_at = now if found == LINES_AT_ONCE else _next_look(happening, now)
    happening.save(update_fields=["due_at"])
    crash_point("compensation.before_lines_found_are_committed")
    return 1


NOT_PAID = (Affected.Status.FOUND, Affected.Status.OWED, Affected.Status.PARKED)


def _drop(happening: Happening, now: datetime) -> None:
    """The event never was: what it has not paid is not paid, and what it changed in the orders is taken back."""
    waiting = happening.affected.filter(status__in=NOT_PAID).select_related("happening__store", "line__order__consumer")
    drop(list(waiting.select_for_update(of=("self",), no_key=True).order_by("id")), at=now)


def _find(happening: Happening, now: datetime) -> int:
    """Write down the next lines that it affects and that were not found before; how many."""
    known = Affected.objects.filter(happening=happening, line=OuterRef("pk"))
    lines = list(
        _lines(happening)
        .filter(~Exists(known), order__kind=KINDS[Happening.Kind(happening.kind)])
        .select_related("order", "voucher", "stay", "booking")
        .order_by("pk")[:LINES_AT_ONCE]
    )
    rows = [
        Affected(
            happening=happening,
            line=line,
            cause=CAUSES[Happening.Kind(happening.kind)],
            currency=line.order.currency,
            found_at=now,
            due_at=_due_at(happening, line, now),
            recorded=_is_news(happening, line),
        )
        for line in lines
    ]
    _record(happening, [row.line_id for row in rows if row.recorded], now)
    insert_all(rows)
    _tell_merchant(happening, rows, now)
    return len(rows)


def _lines(happening: Happening) -> QuerySet[Line]:
    """The lines that it affects: by place, by time, and by what became of them already."""
    lines = Line.objects.filter(store=happening.store)
    if happening.item:
        lines = lines.filter(code=happening.item)
    if happening.orders:
        lines = lines.filter(order__number__in=happening.orders)
    match happening.kind:
        case Happening.Kind.STORE_CLOSED:
            usable = Q(voucher__expires_at__gt=happening.starts_at, voucher__redeemed_at__isnull=True)
            if happening.ends_at:
                usable &= Q(voucher__usable_from__lt=happening.ends_at)
            return lines.filter(usable)
        case Happening.Kind.HOTEL_WALK:
            # Who arrived before that day has a room.
            without_a_room = Q(stay__outcome=Stay.Outcome.BOOKED, stay__room_type_assigned__isnull=True)
            turned_away = Q(stay__outcome=Stay.Outcome.TURNED_AWAY)
            return lines.filter(
                without_a_room | turned_away, stay__arrival_on=happening.starts_at.astimezone(UTC).date()
            )
        case _:
            given_up = [Booking.Outcome.BOOKED, Booking.Outcome.CANCELLED_BY_MERCHANT]
            return lines.filter(
                booking__kind=Booking.Kind.PERFORMANCE,
                booking__starts_at=happening.starts_at,
                booking__outcome__in=given_up,
            )


def _due_at(happening: Happening, line: Line, now: datetime) -> datetime:
    """A voucher is judged when it could have been used; everything else at once."""
    if happening.kind == Happening.Kind.STORE_CLOSED:
        return max(now, happening.starts_at, line.voucher.usable_from)
    return now


def _is_news(happening: Happening, line: Line) -> bool:
    """Whether the order does not know it yet."""
    match happening.kind:
        case Happening.Kind.HOTEL_WALK:
            return line.stay.outcome == Stay.Outcome.BOOKED
        case Happening.Kind.PERFORMANCE_CANCELLED:
            return line.booking.outcome == Booking.Outcome.BOOKED
        case _:
            return False


def _record(happening: Happening, lines: list[int], now: datetime) -> None:
    if happening.kind == Happening.Kind.HOTEL_WALK:
        orders.record_turned_away(lines=lines, told_at=now)
    elif happening.kind == Happening.Kind.PERFORMANCE_CANCELLED:
        orders.record_cancelled(lines=lines, at=now)


def _tell_merchant(happening: Happening, rows: list[Affected], now: datetime) -> None:
    """Everybody who works for the place is told once of the event, when the first lines were found."""
    if not rows:
        return
    store = happening.store
    values = {"store": store.name, "store_zh": store.name_zh, "count": len(rows), "case": str(happening.kind)}
    key, link = f"event:{happening.pk}:found", reverse("own-statement")
    people = Member.objects.filter(merchant=store.merchant_id, user__is_active=True).select_related("user")
    tell_all([Telling(key, member.user, "event_found", values, link) for member in people], at=now)


def _next_look(happening: Happening, now: datetime) -> datetime | None:
    lasts = happening.ends_at is None or happening.ends_at > now
    if happening.kind == Happening.Kind.STORE_CLOSED and lasts and not happening.cancelled_at:
        return now + LOOK_AGAIN_AFTER
    return None
