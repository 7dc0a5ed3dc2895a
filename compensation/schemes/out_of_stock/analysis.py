"""The facts there can be for `out_of_stock`: any price, in money or as a coupon, told at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import PRICE, START, currency_of, elapsed, price, recorded
from compensation.schemes.out_of_stock.rules import OutOfStockEnrolment, OutOfStockFacts, OutOfStockTerms
from policies.analyser.declaration import Analysis, Slice, Words, moment_at
from policies.words import Remedy

remedy = Words(name="remedy", values=(Remedy.COMPENSATION, Remedy.COUPON), label=_("Wanted"))


def _slices(terms: OutOfStockTerms, own: OutOfStockEnrolment | None) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[OutOfStockFacts, Any]:
        missing = OutOfStockFacts(
            remedy=point["remedy"],
            currency=point["currency"],
            quantity=1,
            pieces=1,
            price=point.get("price", PRICE),
            bought_at=START,
            reported_at=START if point["recorded"] else None,
            delivered=False,
            settlement_room=None,
            takes_part=True,
            own_percent=own.percent if own else None,
            own_coupon_percent=own.coupon_percent if own else None,
        )
        return replace(missing, **changes), moment_at(START, point.get("elapsed", 0))

    usual = [remedy, currency_of(terms, own), recorded]
    return (Slice(axes=[*usual, price], at=facts), Slice(axes=[*usual, elapsed], at=facts))


out_of_stock = Analysis(
    slices=_slices,
    more_is_never_less=("price",),
    granted_for_every=("currency", "remedy"),
    limits=("cap",),
)
