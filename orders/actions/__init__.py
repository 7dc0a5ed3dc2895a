"""What may be done to orders: receive them, take something off a line, and give it back to the line."""

from orders.actions.chargebacks import (
    AboveThePrice,
    ChargebackKeyReused,
    UnknownChargeback,
    receive_chargeback,
    reverse_chargeback,
)
from orders.actions.exposures import (
    AboveWhatWasPaid,
    KeyReused,
    NothingLeftToRefund,
    QuantityAboveWhatIsLeft,
    Taking,
    give_back,
    take,
    take_all,
)
from orders.actions.happened import (
    record_cancelled,
    record_closure,
    record_room_given,
    record_stock_out,
    record_turned_away,
    take_back_outcomes,
    withdraw_closure,
)
from orders.actions.placing import Conflict, Placed, place

__all__ = [
    "AboveThePrice",
    "AboveWhatWasPaid",
    "ChargebackKeyReused",
    "Conflict",
    "KeyReused",
    "NothingLeftToRefund",
    "Placed",
    "QuantityAboveWhatIsLeft",
    "Taking",
    "UnknownChargeback",
    "give_back",
    "place",
    "receive_chargeback",
    "record_cancelled",
    "record_closure",
    "record_room_given",
    "record_stock_out",
    "record_turned_away",
    "reverse_chargeback",
    "take",
    "take_all",
    "take_back_outcomes",
    "withdraw_closure",
]
