"""The arithmetic that guarantees share: the price back, a cap, the merchant's own figure before the platform's. Pure.

Amounts are minor units of the order's currency.
"""

from functools import cache
from zoneinfo import available_timezones

from common.money import major_units
from policies.shapes import Amounts, Misshapen
from policies.traces import Step, money

BASIS_POINTS_OF_A_PERCENT = 100
WHOLE_PERCENT = 100


def price_back(refundable: int) -> tuple[Step, ...]:
    """The step that gives back what is left of the price."""
    return (Step("price_back", refundable, {}),) if refundable else ()


def cut_to(amount: int, limit: int | None, currency: str) -> tuple[Step, ...]:
    """The step that takes off what is above the limit (None: there is no limit)."""
    if limit is None or amount <= limit:
        return ()
    return (Step("cut_to_the_limit", limit - amount, {"limit": money(limit, currency)}),)


def limit_in(amounts: Amounts | None, currency: str) -> int | None:
    return None if amounts is None else amounts.of(currency)


def own_or(own: int | None, default: int) -> int:
    """The merchant's own figure, or the platform's where it has none."""
    return default if own is None else own


def refuse_above_all_of_it(percent: int, path: str) -> None:
    """Raises Misshapen for a percentage above 100."""
    if percent > WHOLE_PERCENT:
        raise Misshapen(path, "above_the_whole", value=percent)


def refuse_unknown_timezone(name: str, path: str) -> None:
    """Raises Misshapen for a name that no time zone has."""
    if name not in _timezones():
        raise Misshapen(path, "not_a_timezone", value=name)


@cache
def _timezones() -> frozenset[str]:
    """By name. Looking them up opens some six hundred files."""
    return frozenset(available_timezones())


def refuse_sums_beyond(sums: Amounts, *, least: Amounts, most: Amounts, path: str) -> None:
    """A merchant's own sums stay within the platform's, in each currency they name. Raises Misshapen."""
    if not sums.by_currency:
        raise Misshapen(path, "empty")
    for currency, amount in sums.by_currency.items():
        if amount > (limit := most.of(currency)):
            raise _beyond("above_the_platform", amount, limit, currency, path)
        if amount < (limit := least.of(currency)):
            raise _beyond("below_the_platform", amount, limit, currency, path)


def _beyond(code: str, amount: int, limit: int, currency: str, path: str) -> Misshapen:
    value, limit_text = (f"{major_units(one, currency):f}" for one in (amount, limit))
    return Misshapen(f"{path}.{currency}", code, value=value, limit=limit_text)
