"""The facts there can be for `cancelled_performance`: any price and notice, told at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import PRICE, START, ahead, currency_of, elapsed, price, recorded
from compensation.schemes.cancelled_performance.rules import (
    CancelledPerformanceEnrolment,
    CancelledPerformanceFacts,
    CancelledPerformanceTerms,
)
from policies.analyser.declaration import Analysis, Slice, Words, moment_at


def _slices(terms: CancelledPerformanceTerms, own: CancelledPerformanceEnrolment | None) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[CancelledPerformanceFacts, Any]:
        booked = CancelledPerformanceFacts(
            currency=point["currency"],
            paid=point.get("price", PRICE),
            refundable=1,
            starts_at=START,
            outcome="cancelled_by_merchant" if point["recorded"] else "booked",
            cancelled_at=START if point["recorded"] else None,
            reported_at=None if point["recorded"] else START,
            takes_part=True,
            own_percent=own.percent if own else 0,
        )
        return replace(booked, **changes), moment_at(START, point.get("elapsed", 0))

    def warned(point: Mapping[str, Any], **changes: Any) -> tuple[CancelledPerformanceFacts, Any]:
        told_at = moment_at(START, -1 * point["ahead"])
        return facts(point, **{"cancelled_at" if point["recorded"] else "reported_at": told_at}, **changes)

    usual = [currency_of(terms, own), recorded]
    notice = Words(
        name="notice", values=(0, *(step.under_hours for step in terms.short_notice)), label=_("Hours of notice")
    )
    return (
        Slice(
            axes=[*usual, notice, price],
            at=lambda point: warned({**point, "ahead": point["notice"] * 3600}),
        ),
        Slice(axes=[*usual, ahead], at=warned),
        Slice(axes=[*usual, elapsed], at=facts),
    )


cancelled_performance = Analysis(
    slices=_slices, more_is_never_less=("price",), granted_for_every=("currency",), limits=("cap",)
)
