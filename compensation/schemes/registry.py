"""The schemes there are, found by their folders: nothing else has to know that one was added."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from compensation.schemes import folders
from compensation.schemes.frame import Scheme
from policies.shapes import Misshapen, shaped
from policies.words import REASONS_FOR, Reason

SCHEMES: Mapping[str, Scheme] = {code: import_module(folders.module(code, "scheme")).SCHEME for code in folders.CODES}


@cache
def schemes_for(cause: str, kind: str) -> tuple[Scheme, ...]:
    """The schemes that answer for this cause on this kind of order."""
    return tuple(scheme for scheme in SCHEMES.values() if kind in scheme.causes.get(cause, ()))


@cache
def reasons_for(kind: str) -> tuple[str, ...]:
    """What can be claimed for this kind of order: the reasons of refunds, and the causes of the schemes."""
    causes = (cause for scheme in SCHEMES.values() for cause, kinds in scheme.causes.items() if kind in kinds)
    return tuple(dict.fromkeys([*map(str, REASONS_FOR.get(kind, ())), *causes]))


@cache
def every_reason() -> tuple[str, ...]:
    """Every reason there is, whatever was bought."""
    causes = (cause for scheme in SCHEMES.values() for cause in scheme.causes)
    return tuple(dict.fromkeys([*map(str, Reason), *causes]))


@cache
def particulars_for(cause: str, kind: str) -> type | None:
    """The frozen dataclass of what a consumer may add to this cause; None: nothing is asked."""
    return next((scheme.particulars for scheme in schemes_for(cause, kind) if scheme.particulars), None)


def particulars_of(cause: str, kind: str, given: Mapping[str, Any] | None) -> Any:
    """What a consumer added, typed; None when it is nothing. Raises Misshapen."""
    if not given:
        return None
    shape = particulars_for(cause, kind)
    if shape is None:
        raise Misshapen("", "nothing_is_asked")
    return shaped(shape, given)


@cache
def line_related() -> tuple[str, ...]:
    """The paths that the schemes' facts need a line to be selected with."""
    return tuple(dict.fromkeys(path for scheme in SCHEMES.values() for path in scheme.related))
