"""The facts there can be for `long_queue`: any wait, on record or reported, told at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import START, currency_of, elapsed, recorded
from compensation.schemes.long_queue.rules import LongQueueEnrolment, LongQueueFacts, LongQueueTerms
from policies.analyser.declaration import Analysis, Slice, Whole, moment_at
from policies.analyser.shows import as_minutes

LONGEST_WAIT = 2_000_001  # what terms can name as a promise and as a step past it

waited = Whole(name="waited", least=0, most=LONGEST_WAIT, label=_("Waited"), show=as_minutes)


def _slices(terms: LongQueueTerms, own: LongQueueEnrolment | None) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[LongQueueFacts, Any]:
        minutes = point.get("waited", LONGEST_WAIT)
        queue = LongQueueFacts(
            currency=point["currency"],
            starts_at=START,
            promised_minutes=None,
            queue_joined_at=START if point["recorded"] else None,
            called_at=moment_at(START, minutes * 60) if point["recorded"] else None,
            reported_minutes=None if point["recorded"] else minutes,
            takes_part=True,
            own_promised_minutes=own.promised_minutes if own else None,
            own_steps=own.steps if own else (),
            outcome="kept",
        )
        return replace(queue, **changes), moment_at(START, point.get("elapsed", 0))

    usual = [currency_of(terms, own), recorded]
    return (Slice(axes=[*usual, waited], at=facts), Slice(axes=[*usual, elapsed], at=facts))


long_queue = Analysis(
    slices=_slices,
    more_is_never_less=("waited",),
    no_gap_along=("waited",),
    granted_for_every=("currency",),
    limits=("cap",),
    # Limits of merchants' own terms, which are refused beyond them before they are ever judged by; and of those, `cap`.
    left_alone=("own_pays_from_minutes", "own_least", "cap"),
)
