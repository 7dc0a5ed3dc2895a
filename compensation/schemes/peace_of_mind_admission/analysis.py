"""The records there can be for `peace_of_mind_admission`: each check along its own figure, all others met."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_MONEY, START, currency_of, elapsed
from compensation.schemes.peace_of_mind_admission.rules import AdmissionFacts, PeaceOfMindAdmissionTerms
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_money, as_yes_or_no

MANY = 10**6 + 1
FIELDS = [field.name for field in fields(AdmissionFacts)]
LAST_DAY = START.date().replace(year=9999)

holds = Words(name="holds", values=(False, True), label=_("Carries the label"), show=as_yes_or_no)


def _number(name: str, label: Any) -> Whole:
    return Whole(name=name, least=0, most=MANY, label=label)


def _sum(name: str, label: Any) -> Whole:
    return Whole(name=name, least=0, most=MOST_MONEY, label=label, show=as_money)


def _slices(terms: PeaceOfMindAdmissionTerms, _own: None) -> Sequence[Slice]:
    def slice_of(axis: Whole, *, beside: str = "", **others: Any) -> Slice:
        """Along one figure, and one `beside` it that is as high."""

        def at(point: Mapping[str, Any]) -> tuple[AdmissionFacts, Any]:
            figure = point[axis.name]
            values = {**_best(point), **others, axis.name: figure, **({beside: figure} if beside else {})}
            return AdmissionFacts(**{name: values[name] for name in FIELDS}), moment_at(START, values.get("elapsed", 0))

        return Slice(axes=[holds, currency_of(terms), axis], at=at)

    return (
        slice_of(_number("orders", _("Orders"))),
        slice_of(_number("complaints", _("Upheld complaints")), orders=MANY),
        slice_of(_number("complaints", _("Upheld complaints")), beside="orders"),
        slice_of(_number("unanswered", _("Unanswered")), asked=MANY),
        slice_of(_number("asked", _("Asked, and never answered")), beside="unanswered"),
        slice_of(_number("broken", _("Broken promises"))),
        slice_of(_sum("deposit", _("Deposit"))),
        slice_of(_sum("owed", _("Owed to the fund"))),
        slice_of(elapsed, lost_at=START),
    )


def _best(point: Mapping[str, Any]) -> dict[str, Any]:
    """A record that meets every check."""
    return {
        "label": "peace_of_mind_travel",
        "holds_label": point["holds"],
        "currency": point["currency"],
        "orders": MANY,
        "complaints": 0,
        "asked": MANY,
        "unanswered": 0,
        "broken": 0,
        "deposit": MOST_MONEY,
        "owed": 0,
        "licensed_until": LAST_DAY,
        "lost_at": None,
    }


peace_of_mind_admission = Analysis(
    slices=_slices,
    granted_for_every=("holds", "currency"),
    # How far back a record looks, how often it is looked at and how long one may appeal is not in the record.
    left_alone=("window_days", "review_hours", "appeal_days"),
)
