"""A hotel that cannot give the room as booked: how a stay becomes the facts of its rule."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from common.templatetags.bilingual import called
from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.hotel_overbooking.records import StayRecord, look
from compensation.schemes.hotel_overbooking.rules import Alternative, OverbookingEnrolment, StayFacts
from orders.models import Line, Stay
from policies.words import Reason


def ask(line: Line, cause: str, around: Circumstances, particulars: None) -> Iterator[StayFacts]:
    stay: Stay | None = getattr(line, "stay", None)
    if stay is None:
        return
    own: OverbookingEnrolment | None = around.enrolments.get("hotel_overbooking")
    record: StayRecord = around.records["hotel_overbooking"][line.pk]
    reserved, assigned = stay.room_type_reserved, stay.room_type_assigned
    yield StayFacts(
        reason=Reason(cause),
        currency=line.order.currency,
        refundable=line.refundable,
        has_rate=Decimal(line.unit_price) > 0,
        first_night_rate=stay.first_night_rate,
        room_reserved=reserved.code,
        room_assigned=assigned.code if assigned else None,
        rank_reserved=reserved.mean_rate_rank,
        rank_assigned=assigned.mean_rate_rank if assigned else None,
        outcome=stay.outcome,
        arrival_on=stay.arrival_on,
        departure_on=stay.arrival_on + timedelta(days=stay.nights),
        takes_part=own is not None,
        own_no_room_factor=own.no_room_factor if own else None,
        told_at=stay.told_at,
        alternative=record.alternative,
        force_majeure=record.force_majeure,
        elsewhere=record.alternative in (Alternative.OPEN, Alternative.TAKEN),
    )


def names(line: Line) -> Mapping[str, Mapping[str, str]]:
    """The hotel's names of the two rooms, each by its code."""
    stay: Stay | None = getattr(line, "stay", None)
    if stay is None:
        return {}
    rooms = {room.code: called(room) for room in (stay.room_type_reserved, stay.room_type_assigned) if room}
    return {"reserved": rooms, "assigned": rooms}


SCHEME = Scheme(
    code="hotel_overbooking",
    causes={Reason.NO_ROOM.value: ("stay",), Reason.WORSE_ROOM.value: ("stay",)},
    ask=ask,
    look=look,
    names=names,
    made_good={"no_alternative_waits", "no_alternative_was_taken"},
    related=("stay__room_type_reserved", "stay__room_type_assigned"),
)
