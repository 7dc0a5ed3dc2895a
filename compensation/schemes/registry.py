"""The schemes there are, found by their folders: nothing else has to know that one was added."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from compensation.schemes import folders
from compensation.schemes.frame import Scheme
from orders.models import Line
from policies.shapes import Misshapen, shaped
from policies.words import REASONS_FOR, Reason

SCHEMES: Mapping[str, Scheme] = {code: import_module(folders.module(code, "scheme")).SCHEME for code in folders.CODES}


@cache
def schemes_for(cause: str, kind: str) -> tuple[Scheme, ...]:
    """The schemes that answer for this cause on this kind of order."""
    return tuple(scheme for scheme in SCHEMES.values() if kind in scheme.causes.get(cause, ()))


def reasons_of(line: Line) -> tuple[str, ...]:
    """What can be claimed for this line. It comes with its order, store and what it promised (LINE_RELATED)."""
    kind = line.order.kind
    return tuple(
        reason
        for reason in reasons_for(kind)
        if is_reason_of_refunds(reason, kind) or any(scheme.fits(line) for scheme in schemes_for(reason, kind))
    )


@cache
def reasons_for(kind: str) -> tuple[str, ...]:
    """What can be claimed for this kind of order: the reasons of refunds, and the causes of the schemes."""
    causes = (cause for scheme in SCHEMES.values() for cause, kinds in scheme.causes.items() if kind in kinds)
    return tuple(dict.fromkeys([*map(str, REASONS_FOR.get(kind, ())), *causes]))


def is_reason_of_refunds(reason: str, kind: str) -> bool:
    """Whether the rules of refunds answer for it, whatever else does."""
    return reason in REASONS_FOR.get(kind, ())


@cache
def denied_by(cause: str) -> frozenset[str]:
    """What cannot have happened if this did: a visit is not at once one that was given and one that was not."""
    given = frozenset[str]().union(*(scheme.given for scheme in SCHEMES.values()))
    not_given = frozenset[str]({Reason.UNUSED_VOUCHER}).union(*(scheme.not_given for scheme in SCHEMES.values()))
    if cause in given:
        return not_given
    return given if cause in not_given else frozenset()


@cache
def every_reason() -> tuple[str, ...]:
    """Every reason there is, whatever was bought."""
    causes = (cause for scheme in SCHEMES.values() for cause in scheme.causes)
    return tuple(dict.fromkeys([*map(str, Reason), *causes]))


@cache
def line_related() -> tuple[str, ...]:
    """The paths that the schemes' facts need a line to be selected with."""
    return tuple(dict.fromkeys(path for scheme in SCHEMES.values() for path in scheme.related))


def price_by(cause: str, kind: str) -> str:
    """The reason of refunds under which the price is claimed beside this cause; "" where it has no claim of its own."""
    return next((scheme.price_by for scheme in schemes_for(cause, kind) if scheme.price_by), "")


def names_of(line: Line) -> dict[str, Mapping[str, str]]:
    """What the reader calls the codes among the verdicts on this line. No query for a line with LINE_RELATED."""
    return {name: codes for scheme in SCHEMES.values() if scheme.names for name, codes in scheme.names(line).items()}


# --- what a consumer adds --------------------------------------------------------------------------

LONGEST_TEXT = 500
LARGEST_NUMBER = 10**12
# Far enough from the ends of the calendar that every place's clock and every term can be reckoned with.
FIRST_YEAR, LAST_YEAR = 1900, 2999


@cache
def particulars_for(cause: str, kind: str) -> tuple[Scheme, type] | None:
    """The scheme that asks a consumer for more about this cause, and the frozen dataclass of what it asks."""
    asking = ((scheme, scheme.asks(cause)) for scheme in schemes_for(cause, kind))
    return next(((scheme, shape) for scheme, shape in asking if shape), None)


def must_be_told(cause: str, kind: str) -> bool:
    """Whether a claim for this cause cannot be judged without what only the consumer knows."""
    asked = particulars_for(cause, kind)
    return asked is not None and any(_is_required(field) for field in dataclasses.fields(asked[1]))


def _is_required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def particulars_of(cause: str, kind: str, given: Mapping[str, Any] | None) -> Any:
    """What a consumer added, typed; None when it is nothing. Raises Misshapen."""
    if not given:
        return None
    asked = particulars_for(cause, kind)
    if asked is None:
        raise Misshapen("", "nothing_is_asked")
    told: Any = shaped(asked[1], given)
    _refuse_endless("", told)
    return told


def refuse_impossible_report(line: Line, cause: str, told: Any, *, now: datetime) -> None:
    """What a consumer added cannot be, by the record of the line. Raises Misshapen."""
    asked = particulars_for(cause, line.order.kind)
    if told is not None and asked and asked[0].check:
        asked[0].check(line, told, now)


def _refuse_endless(path: str, value: Any) -> None:
    """What nobody can mean, and no column could hold."""
    match value:
        case str() if len(value) > LONGEST_TEXT or "\x00" in value:
            raise Misshapen(path, "text_is_too_long", limit=LONGEST_TEXT)
        case int() | float() if not abs(value) <= LARGEST_NUMBER:
            raise Misshapen(path, "number_is_too_large", value=value)
        case datetime() if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise Misshapen(path, "not_a_moment", value=value.isoformat())
        case tuple():
            for index, item in enumerate(value):
                _refuse_endless(f"{path}[{index}]", item)
        case _ if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                _refuse_endless(f"{path}.{field.name}" if path else field.name, getattr(value, field.name))
