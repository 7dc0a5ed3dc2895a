"""The facts there can be for `peace_of_mind_beauty`: any price and any charge, told at any time. Nothing was paid back
before, and what counts as evidence is for people to weigh."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_MONEY, PRICE, START, currency_of, elapsed, price
from compensation.schemes.peace_of_mind_beauty.rules import BeautyFacts, PeaceOfMindBeautyTerms, Right
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_money, as_reason, as_yes_or_no

right = Words(name="right", values=tuple(Right), label=_("What went wrong"), show=as_reason)
treated = Words(name="treated", values=(True, False), label=_("Treated nevertheless"), show=as_yes_or_no)
charged = Whole(name="charged", least=0, most=MOST_MONEY, label=_("Charged"), show=as_money)


def _slices(terms: PeaceOfMindBeautyTerms, _own: Any) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any]) -> tuple[BeautyFacts, Any]:
        treatment = BeautyFacts(
            right=point["right"],
            currency=point["currency"],
            paid=point.get("price", PRICE),
            refundable=0,
            from_at=START,
            until_at=START,
            cancelled=False,
            label_held=True,
            charged=point.get("charged", 1),
            treated=point["treated"],
        )
        return treatment, moment_at(START, point.get("elapsed", 0))

    usual = [right, currency_of(terms), treated]
    return tuple(Slice(axes=[*usual, axis], at=facts) for axis in (price, charged, elapsed))


peace_of_mind_beauty = Analysis(
    slices=_slices,
    more_is_never_less=("price", "charged"),
    granted_for_every=("right", "currency"),
    limits=("cap",),
    left_alone=("evidence",),
)
