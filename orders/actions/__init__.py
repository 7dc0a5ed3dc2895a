"""What may be done to orders: receive them, take something off a line, and give it back to the line."""

from orders.actions.exposures import (
    AboveWhatWasPaid,
    KeyReused,
    NothingLeftToRefund,
    QuantityAboveWhatIsLeft,
    give_back,
    take,
)
from orders.actions.placing import Conflict, Placed, place

__all__ = [
    "AboveWhatWasPaid",
    "Conflict",
    "KeyReused",
    "NothingLeftToRefund",
    "Placed",
    "QuantityAboveWhatIsLeft",
    "give_back",
    "place",
    "take",
]
