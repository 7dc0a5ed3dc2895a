"""The waterfall: recoveries that are due are set off, taken from deposits, invoiced, reminded of, and given up.

Each is a transaction of its own, looked at under its row lock; one that another worker holds is left to it.
"""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db import Error, transaction

from common.crash_points import crash_point
from common.states import move_to
from common.transactions import atomic
from compensation.actions.recoveries import recovery_terms, reminded_at, set_off, take_from_deposit, write_off
from compensation.fund_terms import RecoveryTerms
from compensation.models import Invoice, Recovery, RecoveryEntry
from compensation.tidings.fund import tell_finance, tell_merchant
from ledger import chart
from ledger.actions import Overdrawn

logger = logging.getLogger(__name__)

BATCH = 100


def pursue_recoveries(*, now: datetime, limit: int = BATCH) -> int:
    """Take the next step of the recoveries that are due, the oldest first; how many were looked at."""
    due = Recovery.objects.due(now).order_by("due_at", "id").values_list("pk", flat=True)[:limit]
    return sum(_pursue_safely(pk, now) for pk in list(due))


def _pursue_safely(pk: int, now: datetime) -> bool:
    try:
        return _pursue(pk, now)
    except Error:
        logger.exception("Recovery %s could not be pursued.", pk)
        return False


@atomic
def _pursue(pk: int, now: datetime) -> bool:
    rows = Recovery.objects.due(now).filter(pk=pk).select_related("merchant", "line")
    recovery = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if recovery is None:
        return False
    terms = recovery_terms(recovery, now)
    if recovery.status == Recovery.Status.DISPUTED:
        tell_finance(recovery, "recovery_still_disputed", at=now)
        _look_again(recovery, reminded_at(recovery, now))
        return True
    if terms is None:
        _look_again(recovery, now + timedelta(days=1))
        return True
    _take_step(recovery, terms, now)
    if recovery.open:
        _look_again(recovery, now + timedelta(hours=terms.try_again_hours))
    crash_point("compensation.before_recovery_is_committed")
    return True


def _take_step(recovery: Recovery, terms: RecoveryTerms, now: datetime) -> None:
    _take(recovery, _left_in_settlement(recovery), set_off, now)
    if recovery.open and now >= terms.takes_the_deposit_at(recovery.charged_at):
        deposit = chart.balance_of(chart.deposit_of(recovery.merchant_id, recovery.currency))
        _take(recovery, deposit.available, take_from_deposit, now)
    if not recovery.open or now < terms.invoices_at(recovery.charged_at):
        return
    if recovery.status == Recovery.Status.INVOICED:
        _press(recovery, terms, now)
    elif recovery.open >= max(1, terms.least_invoice.of(recovery.currency)):
        _invoice(recovery, terms, now)
    elif terms.is_given_up(terms.due_on(terms.invoices_at(recovery.charged_at)), _day(now)):
        write_off(recovery, at=now)


def _left_in_settlement(recovery: Recovery) -> int:
    """What may leave the settlement before it is at its floor; all that is open where it has none."""
    settlement = chart.settlement_of(recovery.merchant_id, recovery.currency)
    return chart.above_their_floors([settlement]).get(settlement, recovery.open)


def _take(recovery: Recovery, there: int, take: Callable[..., object], now: datetime) -> None:
    """As much as is there; where somebody else was quicker, nothing until the next time."""
    amount = min(recovery.open, there)
    if amount <= 0:
        return
    try:
        with transaction.atomic():
            take(recovery, amount, at=now)
    except Overdrawn:
        recovery.refresh_from_db()


def _invoice(recovery: Recovery, terms: RecoveryTerms, now: datetime) -> None:
    invoice = Invoice.objects.create(
        recovery=recovery,
        number=f"RI-{_day(now).year}-{recovery.pk:06d}",
        amount=recovery.open,
        issued_at=now,
        due_on=terms.due_on(now),
    )
    history = {"deed": RecoveryEntry.Deed.INVOICED}
    move_to(recovery, Recovery.Status.INVOICED, at=now, history=history)
    tell_merchant(recovery, "recovery_invoiced", at=now, invoice=invoice)


def _press(recovery: Recovery, terms: RecoveryTerms, now: datetime) -> None:
    """Remind of the invoice, once for each step that has come, and give it up in the end."""
    invoice, today = recovery.invoice, _day(now)
    if terms.is_given_up(invoice.due_on, today):
        write_off(recovery, at=now)
        return
    steps = terms.reminders_by(invoice.due_on, today)
    if steps > invoice.reminders:
        Invoice.objects.filter(pk=invoice.pk).update(reminders=steps)
        history = {"deed": RecoveryEntry.Deed.REMINDED}
        recovery.write_history(was=recovery.status, at=now, history=history)
        tell_merchant(recovery, "recovery_reminder", at=now, invoice=invoice, case=f"{steps}")


def _look_again(recovery: Recovery, at: datetime) -> None:
    Recovery.objects.filter(pk=recovery.pk).update(due_at=at)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
