"""The facts there can be for `closed_store`: a voucher of any price, a closure on record or only told, another store
just near enough or just too far."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from math import degrees
from typing import Any

from django.utils.translation import gettext_lazy as _

from compensation.schemes.axes import A_DAY, PRICE, START, currency_of, elapsed, price, recorded
from compensation.schemes.closed_store.rules import (
    EARTH_RADIUS_METRES,
    Cause,
    ClosedStoreEnrolment,
    ClosedStoreFacts,
    ClosedStoreTerms,
    Closure,
    Place,
)
from policies.analyser.declaration import Analysis, Slice, Words, moment_at
from policies.analyser.shows import as_reason
from policies.words import Remedy

cause = Words(name="cause", values=tuple(Cause), label=_("What went wrong"), show=as_reason)
remedy = Words(name="remedy", values=(Remedy.COMPENSATION, Remedy.ALTERNATIVE), label=_("Wanted"))


def _store(code: str, metres: int) -> Place:
    """A store so far to the north of the equator, open day and night."""
    latitude = degrees(metres / EARTH_RADIUS_METRES)
    return Place(
        code=code, name=code, name_zh="", latitude=latitude, longitude=0.0, open_from=time(0), open_until=time(23, 59)
    )


def _slices(terms: ClosedStoreTerms, own: ClosedStoreEnrolment | None) -> Sequence[Slice]:
    def facts(point: Mapping[str, Any], **changes: Any) -> tuple[ClosedStoreFacts, Any]:
        voucher = ClosedStoreFacts(
            remedy=point.get("remedy", Remedy.COMPENSATION),
            currency=point["currency"],
            paid=point.get("price", PRICE),
            refundable=1,
            redeemed=False,
            usable_from=START,
            expires_at=START + A_DAY,
            store=_store("here", 0),
            closures=(Closure(starts_at=START - A_DAY, ends_at=START),) if point["recorded"] else (),
            others=(_store("there", point["metres"]),) if point.get("metres") is not None else (),
            takes_part=True,
            own_percent=own.percent if own else None,
            cause=point["cause"],
        )
        return replace(voucher, **changes), moment_at(START, point.get("elapsed", 0))

    limit = terms.alternative_within_metres
    metres = Words(name="metres", values=(None, limit, limit + 1), label=_("Metres to another store"))
    usual = [cause, currency_of(terms), recorded]
    return (
        Slice(axes=[*usual, price], at=facts),
        Slice(axes=[*usual, elapsed], at=facts),
        Slice(axes=[*usual, remedy, metres], at=facts),
    )


closed_store = Analysis(
    slices=_slices,
    more_is_never_less=("price",),
    granted_for_every=("currency", "cause", "remedy"),
    limits=("cap",),
    # A closed store is what the guarantee is about, named or not. From where a report was made supports it and decides
    # nothing, and the zone only says when other stores are open.
    left_alone=("causes[0]", "at_store_within_metres", "timezone"),
)
