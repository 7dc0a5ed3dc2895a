"""A booked table or treatment that is refused: how a booking becomes the facts of its rule."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.hard_reservation.rules import (
    HardReservationEnrolment,
    HardReservationFacts,
    ReservationParticulars,
)
from orders.models import Booking, Line
from policies.shapes import Misshapen

RESERVED = (Booking.Kind.TABLE, Booking.Kind.TREATMENT)
A_DAY = timedelta(days=1)
BY_THE_MERCHANT = (Booking.Outcome.REFUSED, Booking.Outcome.CANCELLED_BY_MERCHANT)


def ask(
    line: Line, cause: str, around: Circumstances, particulars: ReservationParticulars | None
) -> Iterator[HardReservationFacts]:
    if not fits(line):
        return
    booking: Booking = line.booking
    own: HardReservationEnrolment | None = around.enrolments.get("hard_reservation")
    yield HardReservationFacts(
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        starts_at=booking.starts_at,
        outcome=booking.outcome,
        told_at=booking.recorded_at if booking.outcome in BY_THE_MERCHANT else None,
        arrived_at=booking.arrived_at,
        reported_at=particulars.arrived_at if particulars else None,
        takes_part=own is not None,
        own_hold_minutes=own.hold_minutes if own else None,
        own_steps=own.steps if own else (),
    )


def fits(line: Line) -> bool:
    """Tables and treatments; a performance that is cancelled has a guarantee of its own."""
    booking: Booking | None = getattr(line, "booking", None)
    return booking is not None and booking.kind in RESERVED


def check(line: Line, told: ReservationParticulars, now: datetime) -> None:
    """Nobody comes a day before what they booked. Raises Misshapen."""
    if told.arrived_at is not None and told.arrived_at < line.booking.starts_at - A_DAY:
        raise Misshapen("arrived_at", "reservation_of_another_day")


SCHEME = Scheme(
    code="hard_reservation",
    causes={"reservation_refused": ("booking",)},
    ask=ask,
    fits=fits,
    particulars=ReservationParticulars,
    check=check,
    related=("booking",),
    undelivered={"reservation_refused"},
    not_given={"reservation_refused"},
)
