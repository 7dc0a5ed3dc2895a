"""Peace of Mind for treatments: how a booked treatment, or a salon's voucher, becomes the facts of its rule."""

from collections.abc import Iterator

from compensation.schemes.frame import Circumstances, Scheme
from compensation.schemes.peace_of_mind_beauty.rules import (
    BeautyFacts,
    PractitionerReplaced,
    Right,
    Told,
    Treatment,
    UndisclosedPrice,
)
from compensation.schemes.visits import is_visit, visit_of
from orders.models import Booking, Line

CODE = "peace_of_mind_beauty"

# How marketplaces call what is sold there, and the places where it is given.
CATEGORIES = frozenset({"beauty", "spa", "hairdressing", "medical_beauty"})
PLACES = frozenset({"beauty", "beauty salon", "spa", "hairdresser"})


def ask(line: Line, cause: str, around: Circumstances, particulars: Told | None) -> Iterator[BeautyFacts]:
    visit = visit_of(line)
    if visit is None:
        return
    yield BeautyFacts(
        right=Right(cause),
        currency=line.order.currency,
        paid=line.paid,
        refundable=line.refundable,
        from_at=visit.from_at,
        until_at=visit.until_at,
        cancelled=visit.cancelled,
        label_held=CODE in around.enrolments,
        charged=particulars.charged if isinstance(particulars, UndisclosedPrice) else None,
        treated=not (isinstance(particulars, PractitionerReplaced) and particulars.treatment == Treatment.DECLINED),
    )


def is_treatment(line: Line) -> bool:
    return is_visit(line, booked=Booking.Kind.TREATMENT, categories=CATEGORIES, places=PLACES)


SCHEME = Scheme(
    code=CODE,
    takes_part="label_was_held",
    causes={right.value: ("booking", "voucher") for right in Right},
    given={right.value for right in Right},
    ask=ask,
    particulars={
        Right.PRACTITIONER_REPLACED: PractitionerReplaced,
        Right.UNDISCLOSED_PRICE: UndisclosedPrice,
    },
    related=("booking",),
    fits=is_treatment,
)
