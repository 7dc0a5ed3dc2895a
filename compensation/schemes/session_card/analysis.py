"""The facts there can be for `session_card`: closures of any length, told at any time, sessions used one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import MOST_SECONDS, PRICE, START, elapsed
from compensation.schemes.session_card.rules import SessionCardFacts, SessionCardTerms, ShopClosure
from policies.analyser.declaration import Analysis, Slice, Whole, Words, moment_at
from policies.analyser.shows import as_reason, as_span
from policies.words import Reason

SESSIONS, ON_TOP = 10, 2

cause = Words(
    name="cause", values=(Reason.STORE_CLOSED, Reason.STORE_REFUSED), label=_("What went wrong"), show=as_reason
)
singly = Words(name="singly", values=(False, True), label=_("The card says what a session counts"))
used = Whole(name="used", least=0, most=SESSIONS + ON_TOP, label=_("Sessions used"))
length = Whole(name="length", least=1, most=MOST_SECONDS // 4, label=_("Closed for"), show=as_span)


def _slices(_terms: SessionCardTerms, _own: None) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[SessionCardFacts, Any]:
        card = SessionCardFacts(
            cause=point["cause"],
            currency="CNY",
            paid=PRICE,
            refundable=PRICE,
            sessions=SESSIONS,
            bonus_sessions=ON_TOP,
            sessions_used=point.get("used", 3),
            single_price=PRICE // 5 if point.get("singly") else None,
            valid_until=None,
            closures=(ShopClosure(starts_at=START, ends_at=None),),
            visited_at=None,
        )
        return replace(card, **changes), moment_at(START, point.get("elapsed", 0))

    def closed_for_a_while(point: Mapping[str, Any]) -> tuple[SessionCardFacts, Any]:
        return facts(point, closures=(ShopClosure(starts_at=START, ends_at=moment_at(START, point["length"])),))

    def told(point: Mapping[str, Any]) -> tuple[SessionCardFacts, Any]:
        return facts(point, closures=(), visited_at=START)

    return (
        Slice(axes=[cause, singly, used], at=facts),
        Slice(axes=[cause, elapsed], at=facts),
        Slice(axes=[cause, elapsed], at=told),
        Slice(axes=[cause, length], at=closed_for_a_while),
    )


session_card = Analysis(slices=_slices, granted_for_every=("cause",))
