"""Take something off a line, and give it back to the line.

The exposure ceiling: over refunds, chargebacks and advances, never more is taken than was paid or bought. Taking and
giving back are one SQL statement each, atomic by itself, that looks and writes under the line's row lock; the CHECK
constraints of Line and Exposure stand behind it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from common.arrays import array_of
from common.crash_points import crash_point
from common.errors import Refusal
from common.statements import rows_of
from orders.models import Exposure, Line


class NothingLeftToRefund(Refusal):
    code = "nothing_left_to_refund"
    message = _("Everything that was paid for this has been given back or promised already.")


class AboveWhatWasPaid(Refusal):
    """`refundable` is what is left in minor units, `currency` the order's."""

    code = "above_what_was_paid"
    message = _("No more than %(refundable)s of the price paid is left to give back.")
    field = "amount"
    sums = ("refundable",)


class QuantityAboveWhatIsLeft(Refusal):
    """`quantity` is how many are left."""

    code = "quantity_above_what_is_left"
    message = _("This is more than is left of what was bought: %(quantity)s.")
    field = "quantity"


class KeyReused(Refusal):
    """The key already stands for another sum or line; the caller's keys are not unique."""

    code = "key_reused"
    message = _("This request was used before for something else.")


def take(*, key: str, line_id: int, amount: int, quantity: int, at: datetime) -> Exposure:
    """Take `amount` (minor units) and `quantity` pieces off a line, for the cause named by `key`.

    The same key with the same content gives the first exposure back, whatever became of it since. Raises
    NothingLeftToRefund, AboveWhatWasPaid, QuantityAboveWhatIsLeft, KeyReused; Line.DoesNotExist.
    """
    if amount < 0 or quantity < 0:
        raise ValueError("an exposure takes nothing negative")
    taken = rows_of(TAKE, {"key": key, "line": line_id, "amount": amount, "quantity": quantity, "at": at})
    if taken:
        crash_point("orders.price_is_taken")
        return Exposure(id=taken[0][0], key=key, line_id=line_id, amount=amount, quantity=quantity, taken_at=at)
    return _first_or_refuse(key=key, line_id=line_id, amount=amount, quantity=quantity, at=at)


# The row lock of `fits` makes PostgreSQL look at the newest committed line, so two takers never both fit. A key that
# exists already inserts nothing, and then nothing is taken either.
TAKE = """
WITH fits AS (
    SELECT id FROM orders_line
    WHERE id = %(line)s AND taken + %(amount)s <= paid AND quantity_taken + %(quantity)s <= quantity
    FOR NO KEY UPDATE
), fresh AS (
    INSERT INTO orders_exposure (key, line_id, amount, quantity, taken_at, given_back, quantity_given_back)
    SELECT %(key)s, id, %(amount)s, %(quantity)s, %(at)s, 0, 0 FROM fits
    ON CONFLICT (key) DO NOTHING
    RETURNING id, line_id
)
UPDATE orders_line SET taken = taken + %(amount)s, quantity_taken = quantity_taken + %(quantity)s
FROM fresh WHERE orders_line.id = fresh.line_id
RETURNING fresh.id
"""


class Taking(NamedTuple):
    """What `take_all` is to take off one line."""

    key: str
    line_id: int
    amount: int
    quantity: int


def take_all(wanted: Sequence[Taking], *, at: datetime) -> set[str]:
    """`take` for many lines, each named once, with one statement; the keys of those that were taken.

    What does not fit, and what was taken under its key before, is left out and nothing is raised.
    """
    if not wanted:
        return set()
    keys, lines, amounts, quantities = (array_of(column) for column in zip(*wanted, strict=True))
    given = {"keys": keys, "lines": lines, "amounts": amounts, "quantities": quantities, "at": at}
    taken = {key for (key,) in rows_of(TAKE_ALL, given)}
    crash_point("orders.prices_are_taken")
    return taken


# The lines are locked in the order of their ids, so that two who take many never wait for each other in a circle.
TAKE_ALL = """
WITH wanted AS (
    SELECT * FROM unnest(%(keys)s::text[], %(lines)s::bigint[], %(amounts)s::bigint[], %(quantities)s::int[])
        AS wanted (key, line_id, amount, quantity)
), locked AS (
    SELECT line.id, line.taken, line.paid, line.quantity_taken, line.quantity
    FROM orders_line line WHERE line.id IN (SELECT line_id FROM wanted)
    ORDER BY line.id FOR NO KEY UPDATE
), fits AS (
    SELECT wanted.* FROM wanted JOIN locked ON locked.id = wanted.line_id
    WHERE locked.taken + wanted.amount <= locked.paid
    AND locked.quantity_taken + wanted.quantity <= locked.quantity
), fresh AS (
    INSERT INTO orders_exposure (key, line_id, amount, quantity, taken_at, given_back, quantity_given_back)
    SELECT key, line_id, amount, quantity, %(at)s, 0, 0 FROM fits
    ON CONFLICT (key) DO NOTHING
    RETURNING key, line_id, amount, quantity
)
UPDATE orders_line SET taken = taken + fresh.amount, quantity_taken = quantity_taken + fresh.quantity
FROM fresh WHERE orders_line.id = fresh.line_id
RETURNING fresh.key
"""


def _first_or_refuse(*, key: str, line_id: int, amount: int, quantity: int, at: datetime) -> Exposure:
    if first := Exposure.objects.filter(key=key).first():
        if (first.line_id, first.amount, first.quantity) != (line_id, amount, quantity):
            raise KeyReused(key=key)
        return first
    line = Line.objects.select_related("order").get(pk=line_id)
    if amount <= line.refundable and quantity <= line.refundable_quantity:  # given back since we were refused
        return take(key=key, line_id=line_id, amount=amount, quantity=quantity, at=at)
    if amount > line.refundable > 0:
        raise AboveWhatWasPaid(refundable=line.refundable, currency=line.order.currency)
    if quantity > line.refundable_quantity > 0:
        raise QuantityAboveWhatIsLeft(quantity=line.refundable_quantity)
    raise NothingLeftToRefund


def give_back(*, key: str, amount: int | None = None, quantity: int | None = None, at: datetime) -> None:
    """Give what an exposure holds back to its line: all of it, or the parts named.

    `amount` (minor units) and `quantity` are totals: how much of the exposure shall have gone back in all. So giving
    back twice changes nothing, and giving back less than went back before changes nothing either. With `amount`
    alone the pieces stay taken. Raises ValueError above what was taken; Exposure.DoesNotExist.
    """
    everything = amount is None and quantity is None
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"key": key, "all": everything, "amount": amount, "quantity": quantity, "at": at})
        if cursor.rowcount:
            crash_point("orders.price_is_given_back")
            return
    exposure = Exposure.objects.get(key=key)
    if (amount or 0) > exposure.amount or (quantity or 0) > exposure.quantity:
        raise ValueError(f"{key} never took that much")


# The line is locked before the exposure, as in TAKE: the other way round the two would wait for each other.
GIVE_BACK = """
WITH line AS (
    SELECT line.id FROM orders_line AS line JOIN orders_exposure AS exposure ON exposure.line_id = line.id
    WHERE exposure.key = %(key)s
    FOR NO KEY UPDATE OF line
), held AS (
    SELECT id, given_back, quantity_given_back,
        GREATEST(given_back, CASE WHEN %(all)s THEN amount ELSE COALESCE(%(amount)s, 0) END) AS amount_back,
        GREATEST(quantity_given_back, CASE WHEN %(all)s THEN quantity ELSE COALESCE(%(quantity)s, 0) END)
            AS quantity_back
    FROM orders_exposure
    WHERE key = %(key)s AND line_id = (SELECT id FROM line)
        AND COALESCE(%(amount)s, 0) <= amount AND COALESCE(%(quantity)s, 0) <= quantity
    FOR NO KEY UPDATE
), returned AS (
    UPDATE orders_exposure AS exposure
    SET given_back = held.amount_back, quantity_given_back = held.quantity_back, given_back_at = %(at)s
    FROM held
    WHERE exposure.id = held.id
        AND (held.amount_back, held.quantity_back) <> (held.given_back, held.quantity_given_back)
    RETURNING exposure.line_id,
        held.amount_back - held.given_back AS amount, held.quantity_back - held.quantity_given_back AS quantity
)
UPDATE orders_line
SET taken = taken - returned.amount, quantity_taken = quantity_taken - returned.quantity
FROM returned WHERE orders_line.id = returned.line_id
"""
