"""A performance that the organiser cancels: how a booking becomes the facts of its rule."""

from collections.abc import Iterator

from compensation.schemes.cancelled_performance.rules import (
    CancelledPerformanceEnrolment,
    CancelledPerformanceFacts,
    PerformanceParticulars,
)
from compensation.schemes.frame import Circumstances, Scheme
from orders.models import Booking, Line


def ask(
    line: Line, cause: str, around: Circumstances, particulars: PerformanceParticulars | None
) -> Iterator[CancelledPerformanceFacts]:
    booking: Booking | None = getattr(line, "booking", None)
    if booking is None or booking.kind != Booking.Kind.PERFORMANCE:
        return
    own: CancelledPerformanceEnrolment | None = around.enrolments.get("cancelled_performance")
    cancelled = booking.outcome == Booking.Outcome.CANCELLED_BY_MERCHANT
    yield CancelledPerformanceFacts(
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        starts_at=booking.starts_at,
        outcome=booking.outcome,
        cancelled_at=booking.recorded_at if cancelled else None,
        reported_at=particulars.told_at if particulars else None,
        takes_part=own is not None,
        own_percent=own.percent if own else 0,
    )


def is_performance(line: Line) -> bool:
    booking: Booking | None = getattr(line, "booking", None)
    return booking is not None and booking.kind == Booking.Kind.PERFORMANCE


SCHEME = Scheme(
    code="cancelled_performance",
    causes={"performance_cancelled": ("booking",)},
    ask=ask,
    particulars=PerformanceParticulars,
    related=("booking",),
    fits=is_performance,
    undelivered={"performance_cancelled"},
)
