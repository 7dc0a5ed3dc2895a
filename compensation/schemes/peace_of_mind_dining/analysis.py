"""The facts there can be for `peace_of_mind_dining`: any price, loss or missing part, told at any time. Nothing was
paid back before, and what counts as evidence is for people to weigh."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_MONEY, PRICE, START, currency_of, elapsed, price
from compensation.schemes.peace_of_mind_dining.rules import DiningFacts, PeaceOfMindDiningTerms, Right
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_money, as_reason

WHOLE = 10_000  # grams or dishes

right = Words(name="right", values=tuple(Right), label=_("What went wrong"), show=as_reason)
loss = Whole(name="loss", least=0, most=MOST_MONEY, label=_("Loss"), show=as_money)
missing = Whole(name="missing", least=0, most=WHOLE, label=_("Missing of 10,000 grams"))


def _slices(terms: PeaceOfMindDiningTerms, _own: Any) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any]) -> tuple[DiningFacts, Any]:
        meal = DiningFacts(
            right=point["right"],
            currency=point["currency"],
            paid=point.get("price", PRICE),
            refundable=0,
            from_at=START,
            until_at=START,
            served=True,
            label_held=True,
            loss=point.get("loss", 0),
            missing=point.get("missing", WHOLE),
            whole=WHOLE,
        )
        return meal, moment_at(START, point.get("elapsed", 0))

    usual = [right, currency_of(terms)]
    return tuple(Slice(axes=[*usual, axis], at=facts) for axis in (price, loss, missing, elapsed))


peace_of_mind_dining = Analysis(
    slices=_slices,
    more_is_never_less=("price", "loss", "missing"),
    granted_for_every=("right", "currency"),
    limits=("cap",),
    left_alone=("evidence",),
)
