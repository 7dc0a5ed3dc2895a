"""The terms of the `clocks` policy: how long everybody has at each turn of a case, in minutes. Pure.

No rule reads them; the deadlines of a claim are taken from the version in force when its order was placed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.shapes import Misshapen


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Whole minutes. `merchant_answer_minutes` differs by kind of order; reminders go out that long before a deadline.

    Until when a claim may be filed stands in the terms of `ask_merchant`.
    """

    version: int
    merchant_answer_minutes: Mapping[str, int]
    offer_answer_minutes: int
    escalation_minutes: int
    return_shipping_minutes: int
    return_receipt_minutes: int
    evidence_minutes: int
    decision_minutes: int
    senior_decision_minutes: int
    appeal_minutes: int
    appeal_decision_minutes: int
    merchant_reminder_minutes: tuple[int, ...]
    consumer_reminder_minutes: tuple[int, ...]
    voucher_reminder_minutes: tuple[int, ...]

    def __post_init__(self) -> None:
        for kind in ("goods", "stay", "voucher"):
            if not self.merchant_answer_minutes.get(kind):
                raise Misshapen(f"merchant_answer_minutes.{kind}", "missing_key")
