"""What the sessions of a card that were not used are worth, by the card's own arithmetic. Pure.

Amounts are minor units. What was used and what was not always add up to the price.
"""

from common.money import share


def used_part(*, paid: int, sessions: int, used: int, single_price: int | None) -> int:
    """What the sessions used count: each as the card says (`single_price`), or else their share of the price.

    `sessions` are all that the card has, those on top as well. A share is rounded half up once, for all of them
    together; never more than the price.
    """
    if single_price is not None:
        return min(paid, used * single_price)
    return share(paid, used, sessions)


def unused_part(*, paid: int, sessions: int, used: int, single_price: int | None) -> int:
    """What is left of the price; nothing once all sessions are used."""
    if used >= sessions:
        return 0
    return paid - used_part(paid=paid, sessions=sessions, used=used, single_price=single_price)
