"""The facts there can be for `hard_reservation`: any price and notice, any arrival, told at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_SECONDS, PRICE, START, ahead, currency_of, elapsed, price
from compensation.schemes.hard_reservation.rules import (
    HardReservationEnrolment,
    HardReservationFacts,
    HardReservationTerms,
)
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_span

outcome = Words(
    name="outcome", values=("cancelled_by_merchant", "refused", "cancelled_by_consumer"), label=_("What became of it")
)
cancelled = Words(name="outcome", values=("cancelled_by_merchant",), label=_("What became of it"))
late = Whole(name="late", least=0, most=MOST_SECONDS // 2, label=_("Came so late"), show=as_span)


def _slices(terms: HardReservationTerms, own: HardReservationEnrolment | None) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[HardReservationFacts, Any]:
        paid = point.get("price", PRICE)
        booked = HardReservationFacts(
            currency=point["currency"],
            paid=paid,
            refundable=0,
            starts_at=START,
            outcome=point["outcome"],
            told_at=START,
            arrived_at=START,
            reported_at=None,
            takes_part=True,
            own_hold_minutes=own.hold_minutes if own else None,
            own_steps=own.steps if own else (),
        )
        return replace(booked, **changes), moment_at(START, point.get("elapsed", 0))

    def warned(point: Mapping[str, Any]) -> tuple[HardReservationFacts, Any]:
        return facts(point, told_at=moment_at(START, -1 * point["ahead"]))

    def comes(point: Mapping[str, Any]) -> tuple[HardReservationFacts, Any]:
        came = moment_at(START, point["late"])
        return facts(point, arrived_at=came)[0], came

    usual = [outcome, currency_of(terms, own)]
    steps = (*terms.steps, *(own.steps if own else ()))
    notice = Words(
        name="notice", values=(0, *sorted({step.under_minutes for step in steps})), label=_("Minutes of notice")
    )
    return (
        Slice(
            axes=[cancelled, currency_of(terms, own), notice, price],
            at=lambda point: facts(point, told_at=moment_at(START, -60 * point["notice"])),
        ),
        Slice(axes=[*usual, price], at=facts),
        Slice(axes=[*usual, ahead], at=warned),
        Slice(axes=[*usual, late], at=comes),
        Slice(axes=[*usual, elapsed], at=facts),
    )


hard_reservation = Analysis(
    slices=_slices,
    more_is_never_less=("price",),
    granted_for_every=("currency",),
    limits=("cap",),
    left_alone=("own_least",),  # merchants' own terms below it are refused before they are ever judged by
)
