"""Chargebacks as the card network tells them. They come under the same ceiling as refunds, but nobody asks us first.

What was still left of the line's price is taken off it. What the consumer had already got from us is not left, so they
got that twice: the chargeback says how much, and a person has to look at it.
"""

from datetime import datetime
from http import HTTPStatus

from django.db import connection
from django.utils.translation import gettext_lazy as _

from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from orders.actions.exposures import give_back, take
from orders.models import Chargeback, Line

LOCK = "orders.chargebacks"


class ChargebackKeyReused(Refusal):
    """The network's key stands for another chargeback."""

    code = "chargeback_key_reused"
    message = _("The key %(key)s already stands for another chargeback or reversal.")
    field = "key"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class UnknownChargeback(Refusal):
    code = "unknown_chargeback"
    message = _("There is no chargeback with the key %(key)s to be reversed.")
    field = "reverses"


class AboveThePrice(Refusal):
    """A chargeback is never of more than was paid for the line."""

    code = "above_the_price"
    message = _("This is more than was paid for the line.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


@atomic
def receive_chargeback(*, key: str, line: Line, amount: int, at: datetime) -> Chargeback:
    """The network took `amount` (minor units) back for the line; what is left of its price is taken off it.

    The same key with the same content gives the first one back. Raises ChargebackKeyReused and AboveThePrice.
    """
    _take_turns(key)
    if first := Chargeback.objects.filter(key=key).first():
        if (first.line_id, first.amount) != (line.pk, amount):
            raise ChargebackKeyReused(key=key)
        return first
    locked = Line.objects.select_for_update(no_key=True).get(pk=line.pk)
    if amount > locked.paid:
        raise AboveThePrice
    received = Chargeback(key=key, line=locked, amount=amount, counted=min(amount, locked.refundable), received_at=at)
    received.save()
    if received.counted:
        pieces = locked.refundable_quantity if received.counted == locked.refundable else 0
        take(key=received.exposure_key, line_id=locked.pk, amount=received.counted, quantity=pieces, at=at)
    crash_point("orders.before_chargeback_is_committed")
    return received


@atomic
def reverse_chargeback(*, key: str, reverses: str, at: datetime) -> Chargeback:
    """The merchant won it back: what it held of the line's price can be refunded again.

    `key` is the network's key of the reversal, `reverses` that of the chargeback. Raises ChargebackKeyReused and
    UnknownChargeback.
    """
    _take_turns(reverses)
    received = Chargeback.objects.select_for_update(no_key=True).filter(key=reverses).first()
    if received is None:
        raise UnknownChargeback(key=reverses)
    if received.reversal_key not in (None, key):
        raise ChargebackKeyReused(key=key)
    if received.reversal_key is None:
        received.reversal_key, received.reversed_at = key, at
        received.save(update_fields=["reversal_key", "reversed_at"])
        if received.counted:
            give_back(key=received.exposure_key, at=at)
    return received


def _take_turns(key: str) -> None:
    """Two messages about one chargeback take turns, so that the second finds what the first one left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{LOCK}:{key}"])
