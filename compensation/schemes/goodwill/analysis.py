"""The facts there can be for `goodwill`: a case of any length and any end, with goodwill before it or without."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_SECONDS, START, currency_of, elapsed
from compensation.schemes.goodwill.rules import Ended, GoodwillFacts, GoodwillTerms
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_span

ended_as = Words(name="ended_as", values=tuple(Ended), label=_("How it ended"))
took = Whole(name="took", least=0, most=MOST_SECONDS // 4, label=_("Took"), show=as_span)


def _slices(terms: GoodwillTerms, _own: None) -> Sequence[Slice]:
    usual = [ended_as, currency_of(terms)]

    def ended(point: Mapping[str, Any]) -> tuple[GoodwillFacts, Any]:
        return _facts(point, closed_at=moment_at(START, point["took"]), last_given_at=None), START

    def given_before(point: Mapping[str, Any]) -> tuple[GoodwillFacts, Any]:
        closed_at = moment_at(START, MOST_SECONDS // 4)
        return _facts(point, closed_at=closed_at, last_given_at=START), moment_at(START, point["elapsed"])

    return Slice(axes=[*usual, took], at=ended), Slice(axes=[*usual, elapsed], at=given_before)


def _facts(point: Mapping[str, Any], **changes: Any) -> GoodwillFacts:
    return GoodwillFacts(currency=point["currency"], ended_as=point["ended_as"], filed_at=START, **changes)


goodwill = Analysis(
    slices=_slices, more_is_never_less=("took",), no_gap_along=("took",), granted_for_every=("currency",)
)
