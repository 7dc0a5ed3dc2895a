"""The facts there can be for `hotel_overbooking`: a stay of two nights with any rate, any rooms, and any end of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_MONEY, MOST_SECONDS, START, currency_of, elapsed
from compensation.schemes.hotel_overbooking.rules import (
    Alternative,
    OverbookingEnrolment,
    OverbookingTerms,
    StayFacts,
    arrival,
)
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_money, as_reason, as_span, as_yes_or_no
from policies.wording import label_of_outcome
from policies.words import Reason

NIGHTS = 2
# The room given, and its rank beside the booked one (2): none, the same, a lesser, a better, one of no known rank.
ROOMS = {"none": None, "booked": 2, "lesser": 1, "better": 3, "unknown": None}
CASES = (
    (Reason.WORSE_ROOM, "checked_out"),
    (Reason.WORSE_ROOM, "cancelled"),
    (Reason.NO_ROOM, "turned_away"),
    (Reason.NO_ROOM, "booked"),
    (Reason.NO_ROOM, "cancelled"),
)

case = Words(
    name="case",
    values=CASES,
    label=_("What went wrong"),
    show=lambda value, point: f"{as_reason(value[0], point)} ({label_of_outcome(value[1])})",
)
room = Words(name="room", values=tuple(ROOMS), label=_("Room given"))
rate = Whole(name="rate", least=0, most=MOST_MONEY, label=_("First night"), show=as_money)
alternative = Words(name="alternative", values=tuple(Alternative), label=_("Another hotel"))
majeure = Words(name="majeure", values=(False, True), label=_("Force majeure"), show=as_yes_or_no)
told = Whole(name="told", least=0, most=MOST_SECONDS // 4, label=_("Told so long before arrival"), show=as_span)


def _slices(terms: OverbookingTerms, own: OverbookingEnrolment | None) -> Sequence[Slice]:
    arrival_on = START.date()
    at_arrival = arrival(arrival_on, terms)

    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[StayFacts, Any]:
        reason, outcome = point["case"]
        given = point["room"]
        first_night = point.get("rate", 600_00)
        stay = StayFacts(
            reason=reason,
            currency=point["currency"],
            refundable=0,
            has_rate=bool(first_night > 0),
            first_night_rate=first_night,
            room_reserved="booked",
            room_assigned=None if given == "none" else given,
            rank_reserved=ROOMS["booked"],
            rank_assigned=ROOMS[given],
            outcome=outcome,
            arrival_on=arrival_on,
            departure_on=arrival_on + timedelta(days=NIGHTS),
            takes_part=True,
            own_no_room_factor=own.no_room_factor if own else None,
            alternative=point.get("alternative", Alternative.NONE),
            force_majeure=point.get("majeure", False),
        )
        return replace(stay, **changes), moment_at(START, point.get("elapsed", 0))

    usual = [case, currency_of(terms), room]
    return (
        Slice(axes=[*usual, rate, alternative, majeure], at=facts),
        Slice(axes=[*usual, elapsed], at=facts),
        Slice(
            axes=[*usual, told],
            at=lambda point: facts(point, told_at=moment_at(at_arrival, -1 * point["told"])),
        ),
    )


hotel_overbooking = Analysis(
    slices=_slices,
    more_is_never_less=("rate",),
    granted_for_every=("currency",),
    limits=("cap",),
    # How long a guest may answer an offer decides no sum.
    left_alone=("answer", "check_in", "timezone"),
)
