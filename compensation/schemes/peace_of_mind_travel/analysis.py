"""The facts there can be for `peace_of_mind_travel`: each right with what it is measured by. Nothing was paid back
before, and what counts as evidence is for people to weigh."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_MONEY, PRICE, START, ahead, currency_of, elapsed, price
from compensation.schemes.peace_of_mind_travel.rules import PeaceOfMindTravelTerms, Right, TravelFacts
from policies.analyser.declaration import Analysis, Axis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_minutes, as_money, as_reason

COUNTED = (Right.FORCED_PURCHASE, Right.ITINERARY_CHANGED, Right.LESSER_HOTEL, Right.LESSER_SERVICE)
BY_NOTICE = (Right.DEPARTURE_CANCELLED, Right.FREE_CANCELLATION)
OUTCOMES = {Right.DEPARTURE_CANCELLED: "cancelled_by_merchant", Right.FREE_CANCELLATION: "cancelled_by_consumer"}

count = Whole(name="count", least=0, most=1_000, label=_("How often"))
minutes = Whole(name="minutes", least=0, most=1_000_001, label=_("Nobody answered for"), show=as_minutes)
charged = Whole(name="charged", least=0, most=MOST_MONEY, label=_("Charged"), show=as_money)


def _right(*rights: Right) -> Words:
    return Words(name="right", values=rights, label=_("What went wrong"), show=as_reason)


def _slices(terms: PeaceOfMindTravelTerms, _own: Any) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[TravelFacts, Any]:
        right = point["right"]
        tour = TravelFacts(
            right=right,
            currency=point["currency"],
            paid=point.get("price", PRICE),
            refundable=2 * MOST_MONEY if right == Right.FREE_CANCELLATION else 0,
            starts_at=START,
            ends_at=None,
            outcome=OUTCOMES.get(right, "kept"),
            recorded_at=moment_at(START, -1 * point.get("ahead", 0)),
            label_held=True,
            charged=point.get("charged", 1),
            count=point.get("count", 1),
            minutes=point.get("minutes", minutes.most),
        )
        return replace(tour, **changes), moment_at(START, point.get("elapsed", 0))

    def slice_of(rights: tuple[Right, ...], *axes: Axis) -> Slice:
        return Slice(axes=[_right(*rights), currency_of(terms), *axes], at=facts)

    every = tuple(Right)
    return (
        slice_of(every, price),
        slice_of(every, elapsed),
        slice_of(COUNTED, count),
        slice_of((Right.CALL_UNANSWERED,), minutes),
        slice_of((Right.HIDDEN_CHARGE, Right.FORCED_PURCHASE), charged),
        slice_of(BY_NOTICE, ahead),
    )


peace_of_mind_travel = Analysis(
    slices=_slices,
    more_is_never_less=("price", "count", "minutes", "charged"),
    no_gap_along=("minutes", "count"),
    granted_for_every=("right", "currency"),
    limits=("cap",),
    left_alone=("evidence",),
)
