"""The terms of the special fund: when it pays first, how it gets its money back, and what an agent may grant. Pure.

No rule reads them: the sweeps and verbs of this room do, in the version that was in force when the order was placed
(advances, grants) or when the merchant came to owe the fund (recoveries).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from common.money import share
from policies.shapes import Amounts, Misshapen

MONDAY_TO_FRIDAY = 5
ALL_OF_IT = 100


@dataclass(frozen=True, kw_only=True)
class AdvanceTerms:
    """A dispute that is not decided within `lengthy_after_business_days` (by kind of order) is paid first.

    The fund pays `lengthy_percent` or, in force majeure, `force_majeure_percent` of what is claimed of the price paid,
    at most the cap of its currency, and nothing below `least`.
    """

    version: int
    lengthy_after_business_days: Mapping[str, int]
    lengthy_percent: int
    force_majeure_percent: int
    cap: Amounts
    least: Amounts

    def __post_init__(self) -> None:
        for field in ("lengthy_percent", "force_majeure_percent"):
            if not getattr(self, field):
                raise Misshapen(field, "not_above_zero")
            if getattr(self, field) > ALL_OF_IT:
                raise Misshapen(field, "above_the_whole", value=getattr(self, field))

    def amount(self, claimed: int, *, percent: int, currency: str) -> int:
        """What is paid first of `claimed` minor units; 0 where it is not worth the while."""
        paid = min(share(claimed, percent, 100), self.cap.of(currency))
        return paid if paid >= max(1, self.least.of(currency)) else 0

    def lengthy_at(self, filed_at: datetime, kind: str) -> datetime | None:
        """When a dispute about a claim of that day takes too long; None where this kind is never paid first."""
        days = self.lengthy_after_business_days.get(kind)
        return business_days_after(filed_at, days) if days else None


def business_days_after(moment: datetime, days: int) -> datetime:
    """The same time of day (UTC) so many days from Monday to Friday later; holidays are not known here."""
    day = moment.astimezone(UTC)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < MONDAY_TO_FRIDAY
    return day


@dataclass(frozen=True, kw_only=True)
class RecoveryTerms:
    """The waterfall: days from the charge until each next stage begins, the sums below which a stage is left out.

    Setting off against the settlement is tried at every stage, every `try_again_hours`. After the invoice's last day
    come reminders, so many days later each, and the write-off. Finance is reminded of what a merchant disputes every
    `dispute_days`.
    """

    version: int
    try_again_hours: int
    deposit_after_days: int
    invoice_after_days: int
    least_invoice: Amounts
    invoice_due_days: int
    remind_after_days: tuple[int, ...]
    write_off_after_days: int
    dispute_days: int = 7

    def __post_init__(self) -> None:
        for field in ("try_again_hours", "dispute_days"):
            if not getattr(self, field):
                raise Misshapen(field, "not_above_zero")
        if self.invoice_after_days < self.deposit_after_days:
            raise Misshapen("invoice_after_days", "out_of_order")
        if list(self.remind_after_days) != sorted(set(self.remind_after_days)):
            raise Misshapen("remind_after_days", "out_of_order")
        if self.remind_after_days and self.remind_after_days[-1] > self.write_off_after_days:
            raise Misshapen("write_off_after_days", "out_of_order")

    def takes_the_deposit_at(self, charged_at: datetime) -> datetime:
        return charged_at + timedelta(days=self.deposit_after_days)

    def invoices_at(self, charged_at: datetime) -> datetime:
        return charged_at + timedelta(days=self.invoice_after_days)

    def due_on(self, issued_at: datetime) -> date:
        """The last day on which the invoice is paid in time."""
        return issued_at.astimezone(UTC).date() + timedelta(days=self.invoice_due_days)

    def reminders_by(self, due_on: date, today: date) -> int:
        """How many reminders should have gone out by today."""
        return sum(today >= due_on + timedelta(days=days) for days in self.remind_after_days)

    def is_given_up(self, due_on: date, today: date) -> bool:
        return today > due_on + timedelta(days=self.write_off_after_days)


@dataclass(frozen=True, kw_only=True)
class EmpathyTerms:
    """What an agent may grant in hardship. Above `alone` in one grant, or above what an agent has in `agent_days` or a
    consumer in `consumer_days`, a second person has to agree within `answer_days`; nothing goes above `most`."""

    version: int
    alone: Amounts
    most: Amounts
    per_agent: Amounts
    agent_days: int
    per_consumer: Amounts
    consumer_days: int
    answer_days: int = 14

    def needs_a_second_person(self, amount: int, *, currency: str, by_agent: int, to_consumer: int) -> bool:
        """`by_agent` and `to_consumer` are what was granted before in those days; all in minor units."""
        return (
            amount > self.alone.of(currency)
            or by_agent + amount > self.per_agent.of(currency)
            or to_consumer + amount > self.per_consumer.of(currency)
        )
