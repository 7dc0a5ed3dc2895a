"""Peace of Mind for meals: how a restaurant's voucher, or a booked table, becomes the facts of its rule."""

from collections.abc import Iterator

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.peace_of_mind_dining.rules import (
    DiningFacts,
    FoodUnsafe,
    PortionShort,
    Right,
    SetNotAsSold,
    Told,
)
from compensation.schemes.visits import is_visit, visit_of
from orders.models import Booking, Line

CODE = "peace_of_mind_dining"

# How marketplaces call what is sold there, and the places where it is served.
CATEGORIES = frozenset({"restaurant", "dining"})
PLACES = frozenset({"restaurant", "tea house", "cafe"})


def ask(line: Line, cause: str, around: Circumstances, particulars: Told | None) -> Iterator[DiningFacts]:
    visit = visit_of(line)
    if visit is None:
        return
    missing, whole = missing_of(particulars)
    yield DiningFacts(
        right=Right(cause),
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        from_at=visit.from_at,
        until_at=visit.until_at,
        served=visit.served,
        label_held=CODE in around.enrolments,
        loss=particulars.loss if isinstance(particulars, FoodUnsafe) else 0,
        missing=missing,
        whole=whole,
    )


def missing_of(particulars: Told | None) -> tuple[int, int]:
    """How much of how much was not on the table."""
    match particulars:
        case PortionShort(promised_grams=promised, served_grams=served):
            return promised - served, promised
        case SetNotAsSold(dishes=dishes, dishes_missing=missing):
            return missing, dishes
        case _:
            return 0, 0


def is_meal(line: Line) -> bool:
    return is_visit(line, booked=Booking.Kind.TABLE, categories=CATEGORIES, places=PLACES)


SCHEME = Scheme(
    code=CODE,
    takes_part="label_was_held",
    causes={right.value: ("booking", "voucher") for right in Right},
    given={right.value for right in Right},
    ask=ask,
    particulars={
        Right.FOOD_UNSAFE: FoodUnsafe,
        Right.PORTION_SHORT: PortionShort,
        Right.SET_NOT_AS_SOLD: SetNotAsSold,
    },
    related=("booking",),
    fits=is_meal,
)
