"""A guest who waits longer than was promised: how a booking becomes the facts of its rule."""

from collections.abc import Iterator
from datetime import datetime

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.long_queue.rules import A_MINUTE, LongQueueEnrolment, LongQueueFacts, QueueParticulars
from orders.models import Booking, Line
from policies.shapes import Misshapen

WITH_A_QUEUE = (Booking.Kind.TABLE, Booking.Kind.TREATMENT)


def ask(
    line: Line, cause: str, around: Circumstances, particulars: QueueParticulars | None
) -> Iterator[LongQueueFacts]:
    if not fits(line):
        return
    booking: Booking = line.booking
    own: LongQueueEnrolment | None = around.enrolments.get("long_queue")
    yield LongQueueFacts(
        currency=line.order.currency,
        starts_at=booking.starts_at,
        promised_minutes=booking.promised_wait_minutes,
        queue_joined_at=booking.queue_joined_at,
        called_at=booking.called_at,
        reported_minutes=particulars.waited_minutes if particulars else None,
        takes_part=own is not None,
        own_promised_minutes=own.promised_minutes if own else None,
        own_steps=own.steps if own else (),
        outcome=booking.outcome,
    )


def fits(line: Line) -> bool:
    """Guests queue for a table or a treatment."""
    booking: Booking | None = getattr(line, "booking", None)
    return booking is not None and booking.kind in WITH_A_QUEUE


def check(line: Line, told: QueueParticulars, now: datetime) -> None:
    """Nobody has waited for longer than the time since the booked one. Raises Misshapen."""
    passed = (now - line.booking.starts_at) // A_MINUTE
    if told.waited_minutes is not None and 0 <= passed < told.waited_minutes:
        raise Misshapen("waited_minutes", "queue_longer_than_since_then", limit=passed)


SCHEME = Scheme(
    code="long_queue",
    causes={"long_queue": ("booking",)},
    ask=ask,
    fits=fits,
    particulars=QueueParticulars,
    check=check,
    related=("booking",),
)
