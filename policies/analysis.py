"""The moments there can be for the clocks, which no rule reads, so that their terms can be searched (docs/analyser.md).

A turn runs for its minutes. A reminder goes out when exactly its minutes are left, unless the turn is no longer than
that, as `disputes.reminders` sends them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from policies.analyser.declaration import Analysis, Slice, Whole, Words
from policies.analyser.shows import as_minutes
from policies.clocks import Clocks as ClockTerms
from policies.traces import Step, Test, Trace, Verdict, grant, refuse
from policies.words import REASONS_FOR, Remedy, Settles

START = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST = 1_000_001
NO_CURRENCY = ""

# Which side is reminded while a clock runs; nobody is while the platform has its turn.
REMINDED = {
    "merchant_answer_minutes": "merchant_reminder_minutes",
    "return_receipt_minutes": "merchant_reminder_minutes",
    "offer_answer_minutes": "consumer_reminder_minutes",
    "escalation_minutes": "consumer_reminder_minutes",
    "return_shipping_minutes": "consumer_reminder_minutes",
    "evidence_minutes": "consumer_reminder_minutes",
    "decision_minutes": "",
    "senior_decision_minutes": "",
    "appeal_minutes": "",
    "appeal_decision_minutes": "",
    "voucher": "voucher_reminder_minutes",
}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A turn of which `left` minutes are left; `clock` is the path of its minutes in the terms ("voucher": a voucher
    that is bought long before it expires)."""

    clock: str
    left: Any


def _runs(turn: Turn, terms: ClockTerms, _now: datetime) -> Verdict:
    """Granted while the turn runs; its amount is how many reminders have gone out by then.

    Every kind of order has to be named: that one without a clock takes the shortest is for terms of earlier days.
    """
    name, _dot, kind = turn.clock.partition(".")
    minutes = LONGEST if name == "voucher" else getattr(terms, name)
    length = minutes.get(kind, 0) if isinstance(minutes, Mapping) else minutes
    reminders: Sequence[int] = getattr(terms, REMINDED[name], ())
    sent = sum(1 for step in set(reminders) if step < length and turn.left <= step)
    tests = (Test("turn_runs", bool(turn.left <= length), {"minutes": length}),)
    if not tests[0].passed:
        return refuse(Trace("clocks", terms.version, turn, tests), remedy=Remedy.REFUND, settles=Settles.AT_ONCE,
                      currency=NO_CURRENCY)  # fmt: skip
    trace = Trace("clocks", terms.version, turn, tests, (Step("reminders", sent, {}),))
    return grant(trace, remedy=Remedy.REFUND, settles=Settles.AT_ONCE, currency=NO_CURRENCY, because="turn_runs")


def _says(verdict: Verdict) -> str:
    if not verdict.granted:
        return _("This turn is not that long.")
    return ngettext(
        "The turn runs, and %(count)s reminder has gone out by then.",
        "The turn runs, and %(count)s reminders have gone out by then.",
        verdict.amount,
    ) % {"count": verdict.amount}


def _turns(terms: ClockTerms, _own: None) -> Sequence[Slice]:
    kinds = dict.fromkeys([*REASONS_FOR, *terms.merchant_answer_minutes])
    by_kind = [f"merchant_answer_minutes.{kind}" for kind in kinds]
    clocks = (*by_kind, *(name for name in REMINDED if name != "merchant_answer_minutes"))
    left = Whole(name="left", least=1, most=LONGEST, label=gettext_lazy("Time left"), show=as_minutes)
    return (
        Slice(
            axes=[Words(name="clock", values=clocks, label=gettext_lazy("Clock")), left],
            at=lambda point: (Turn(clock=point["clock"], left=point["left"]), START),
        ),
    )


Clocks = Analysis(slices=_turns, granted_for_every=("clock",), decide=_runs, says=_says)
