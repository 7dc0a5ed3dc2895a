"""Peace of Mind for tours: how a booked tour, and what its traveller tells, become the facts of its rule."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.peace_of_mind_travel.rules import (
    CallUnanswered,
    ForcedPurchase,
    HiddenCharge,
    ItineraryChanged,
    LesserHotel,
    LesserService,
    Right,
    Told,
    TravelFacts,
)
from orders.models import Booking, Line
from policies.shapes import Misshapen

CODE = "peace_of_mind_travel"
A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)

# By a claim for one of these the tour is the traveller's no more.
GIVES_BACK = frozenset({Right.FREE_CANCELLATION.value, Right.DEPARTURE_CANCELLED.value})


def ask(line: Line, cause: str, around: Circumstances, particulars: Told | None) -> Iterator[TravelFacts]:
    booking: Booking | None = getattr(line, "booking", None)
    if booking is None or booking.kind != Booking.Kind.TOUR:
        return
    charged, count, minutes = told(particulars)
    yield TravelFacts(
        right=Right(cause),
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        outcome=booking.outcome,
        recorded_at=booking.recorded_at,
        label_held=CODE in around.enrolments,
        charged=charged,
        count=count,
        minutes=minutes,
        given_back=bool((GIVES_BACK - {cause}) & around.claimed.get(line.pk, frozenset())),
    )


def told(particulars: Told | None) -> tuple[int | None, int | None, int | None]:
    """The sum that was charged, how often, and for how many minutes."""
    match particulars:
        case ForcedPurchase(stops=stops, charged=charged):
            return charged, stops, None
        case HiddenCharge(charged=charged):
            return charged, None, None
        case ItineraryChanged(sights_missed=count) | LesserHotel(nights=count) | LesserService(days=count):
            return None, count, None
        case CallUnanswered(minutes=minutes):
            return None, None, minutes
        case _:
            return None, None, None


def check(line: Line, told: Told, now: datetime) -> None:
    """No night, day or minute is told that the tour did not have. Raises Misshapen."""
    tour: Booking = line.booking
    nights = None if tour.ends_at is None else max(1, -((tour.starts_at - tour.ends_at) // A_DAY))
    match told:
        case LesserHotel(nights=count) if nights is not None and count > nights:
            raise Misshapen("nights", "tour_has_fewer_nights", limit=nights)
        case LesserService(days=count) if nights is not None and count > nights + 1:
            raise Misshapen("days", "tour_has_fewer_days", limit=nights + 1)
        case CallUnanswered(minutes=minutes) if 0 <= (passed := (now - tour.starts_at) // A_MINUTE) < minutes:
            raise Misshapen("minutes", "tour_began_later", limit=passed)


def is_tour(line: Line) -> bool:
    booking: Booking | None = getattr(line, "booking", None)
    return booking is not None and booking.kind == Booking.Kind.TOUR


SCHEME = Scheme(
    code=CODE,
    takes_part="label_was_held",
    undelivered={Right.DEPARTURE_CANCELLED.value},
    causes={right.value: ("booking",) for right in Right},
    given={right.value for right in Right} - GIVES_BACK,
    not_given=GIVES_BACK,
    ask=ask,
    particulars={
        Right.FORCED_PURCHASE: ForcedPurchase,
        Right.HIDDEN_CHARGE: HiddenCharge,
        Right.ITINERARY_CHANGED: ItineraryChanged,
        Right.LESSER_HOTEL: LesserHotel,
        Right.LESSER_SERVICE: LesserService,
        Right.CALL_UNANSWERED: CallUnanswered,
    },
    related=("booking",),
    fits=is_tour,
    check=check,
)
