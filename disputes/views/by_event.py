"""What an event brought a line without a claim, as people read it beside the line or the claim that contests it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from compensation.models import Affected, CapUse
from compensation.options import LINE_RELATED
from compensation.schemes.registry import names_of
from disputes.actions.contest import contestable_until
from disputes.models import Claim
from disputes.payments import CONTEST
from disputes.views.capped import capped
from orders.models import Line
from policies.wording import Explained, explained

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# What a row comes with, so that its verdict can be put in words without a query.
ROW_RELATED = ("verdict", *(f"line__{path}" for path in LINE_RELATED))


@dataclass(frozen=True, kw_only=True)
class ByEvent:
    """`trace` is None where no terms were in force; `instead` says what else the terms would have given; `contest`
    is the claim that contests it; `may_contest`: there is still time, and nobody did, nor claimed beyond the price
    for the same cause."""

    affected: Affected
    trace: Explained | None
    instead: str
    contest: Claim | None
    may_contest: bool


def by_event(lines: Collection[Line], *, now: datetime) -> Mapping[int, list[ByEvent]]:
    """By line, what events did to it: one query where there is nothing, and three more where there is."""
    found: defaultdict[int, list[ByEvent]] = defaultdict(list)
    rows = list(
        Affected.objects.filter(line__in=[line.pk for line in lines])
        .exclude(status__in=[Affected.Status.FOUND, Affected.Status.DROPPED])
        .select_related("happening__store", *ROW_RELATED)
        .order_by("id")
    )
    if rows:
        keys = [row.key for row in rows]
        contests = {claim.key: claim for claim in Claim.objects.filter(key__in=[f"{CONTEST}{key}" for key in keys])}
        claims = Claim.objects.for_compensation().filter(line__in=[row.line_id for row in rows])
        claimed = set(claims.values_list("line_id", "reason"))
        uses = {use.key: use for use in CapUse.objects.filter(key__in=keys) if use.cut}
        for row in rows:
            contest, until = contests.get(f"{CONTEST}{row.key}"), contestable_until(row)
            asked = contest is not None or (row.line_id, row.cause) in claimed
            may = not asked and until is not None and now < until
            found[row.line_id].append(_shown(row, contest, uses.get(row.key), may_contest=may))
    return found


def contested_by(claim: Claim) -> Affected | None:
    """What the claim contests, with its event and verdict; None for every other claim."""
    if not (claim.key or "").startswith(CONTEST):
        return None
    happening, line = map(int, (claim.key or "").removeprefix(CONTEST).split(":")[1::2])
    return (
        Affected.objects.filter(happening=happening, line=line).select_related("happening__store", *ROW_RELATED).first()
    )


def shown_to_reviewer(row: Affected) -> ByEvent:
    """The same for whoever decides the claim that contests it."""
    return _shown(row, None, CapUse.objects.filter(key=row.key).first())


WHY: Mapping[str, "StrOrPromise"] = {
    "": "",
    "made_good_before": _("It was made good before, for the same cause."),
    "claimed": _("A claim for it is open that asks for more, or that was decided."),
    "no_terms": _("No terms for this were in force when the order was placed."),
    "not_at_once": _("The terms ask the merchant first, so it has to be claimed."),
    "could_not_be_paid": _("It was tried several times and could not be paid."),
    "event_cancelled": _("The event was cancelled."),
    "dismissed": _("An agent let it go."),
    "fund_exhausted": _("The special fund is empty and pays it when it is filled again."),
}


def why(row: Affected) -> str:
    """Why the line is where it is: in our own words, or in those of its verdict."""
    if row.because in WHY or row.verdict is None:
        return str(WHY.get(row.because, row.because))
    return explained(row.verdict.body, names=names_of(row.line)).sentence


def _trace(row: Affected, use: CapUse | None) -> Explained | None:
    if row.verdict is None:
        return None
    trace = explained(row.verdict.body, names=names_of(row.line))
    return capped(trace, cap=use.cap, cut=use.cut) if use else trace


def _shown(row: Affected, contest: Claim | None, use: CapUse | None, *, may_contest: bool = False) -> ByEvent:
    return ByEvent(
        affected=row,
        trace=_trace(row, use),
        instead=explained(row.alternative, names=names_of(row.line)).sentence if row.alternative else "",
        contest=contest,
        may_contest=may_contest,
    )
