"""Money arithmetic: whole minor units beside an ISO 4217 currency, never a float.

Every rounding in the portal happens in one of these functions and is named by it.
"""

from decimal import ROUND_HALF_UP, Decimal

BASIS_POINTS = 10_000

# ISO 4217 exponents that are not 2. A currency that is missing here has two decimals.
EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has: 2 for GBP, 0 for JPY."""
    return EXPONENTS.get(currency, 2)


def major_units(amount: int, currency: str) -> Decimal:
    """The amount as people write it: 1250 GBP minor units are 12.50."""
    return Decimal(amount).scaleb(-exponent(currency))


def minor_units(value: Decimal, currency: str) -> int:
    """The value (major units) in minor units, rounded half up."""
    return half_up(value.scaleb(exponent(currency)))


def half_up(value: Decimal) -> int:
    """The nearest whole number; a half goes away from zero."""
    return int(value.to_integral_value(ROUND_HALF_UP))


def share(amount: int, part: int, whole: int) -> int:
    """`part` out of `whole` (above 0) of an amount in minor units, rounded half up: a half goes away from zero.

    In whole numbers throughout, so that it can be followed exactly (policies.analyser).
    """
    doubled = 2 * amount * part
    return (doubled + whole) // (2 * whole) if doubled >= 0 else -((whole - doubled) // (2 * whole))


def percentage(amount: int, basis_points: int) -> int:
    """That many hundredths of a percent of an amount in minor units, rounded half up."""
    return share(amount, basis_points, BASIS_POINTS)
