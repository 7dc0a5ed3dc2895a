"""Fill the fund, set its money aside, and take a merchant's deposit in: one person of finance books it, another agrees.

Nothing moves before the second person's word; without one the proposal lapses. Amounts are minor units.
"""

import re
from datetime import datetime, timedelta
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.errors import Refusal
from common.transactions import atomic
from compensation.actions.special_fund import budget as set_aside
from compensation.actions.special_fund import fund, leave_deposit
from compensation.models.filling import Filling
from compensation.tidings.fund import tell_who_proposed
from ledger.models import Transfer
from payouts.actions import SecondPersonNeeded
from payouts.statements import reason
from refunds.actions import FundExhausted

CURRENCY = re.compile("[A-Z]{3}")
TIME_TO_ANSWER = timedelta(days=14)
LAPSED_AT_ONCE = 100


class UnknownMerchant(Refusal):
    code = "unknown_merchant"
    message = _("No merchant has this code. A deposit is booked for one.")
    field = "merchant"
    http_status = HTTPStatus.BAD_REQUEST


class UnknownBudget(Refusal):
    code = "unknown_budget"
    message = _("Say which budget the money is set aside for.")
    field = "budget"
    http_status = HTTPStatus.BAD_REQUEST


class NotAskedHere(Refusal):
    """`field` does not belong to this kind; somebody meant another kind."""

    code = "not_asked_here"
    message = _("Only a deposit has a merchant, and only what is set aside has a budget.")
    field = "kind"
    http_status = HTTPStatus.BAD_REQUEST


class UnknownCurrency(Refusal):
    code = "unknown_currency"
    message = _("A currency is three capital letters, such as CNY.")
    field = "currency"
    http_status = HTTPStatus.BAD_REQUEST


class AlreadyAnswered(Refusal):
    code = "already_answered"
    message = _("Somebody has answered this already.")


class FundHoldsLess(Refusal):
    code = "fund_holds_less"
    message = _("The fund holds less than this that is not set aside yet. Fill it first.")


@atomic
def propose_filling(
    *,
    kind: str,
    amount: int,
    currency: str,
    because: str,
    by: User,
    at: datetime,
    merchant: str = "",
    budget: str = "",
) -> Filling:
    """Write down what came in or shall be set aside; a second person has to agree. `merchant` is a code.

    Raises NotAskedHere, UnknownMerchant, UnknownBudget, UnknownCurrency, ReasonMissing and ReasonTooLong.
    """
    kind = Filling.Kind(kind)
    if (merchant and kind != Filling.Kind.DEPOSIT) or (budget and kind != Filling.Kind.BUDGET):
        raise NotAskedHere
    found = Merchant.objects.filter(code=merchant).first()
    if kind == Filling.Kind.DEPOSIT and found is None:
        raise UnknownMerchant
    if kind == Filling.Kind.BUDGET and budget not in Filling.Budget.values:
        raise UnknownBudget
    if not CURRENCY.fullmatch(currency):
        raise UnknownCurrency
    return Filling.objects.create(
        kind=kind,
        merchant=found,
        budget=budget,
        amount=amount,
        currency=currency,
        because=reason(because),
        proposed_by=by,
        proposed_at=at,
        due_at=at + TIME_TO_ANSWER,
    )


@atomic
def answer_filling(*, filling: Filling, agreed: bool, by: User, at: datetime) -> Filling:
    """A second person agrees, and the money moves in the books; or anybody turns it down, and nothing moves.

    Raises AlreadyAnswered, SecondPersonNeeded and FundHoldsLess.
    """
    found = Filling.objects.select_for_update(of=("self",), no_key=True).select_related("merchant").get(pk=filling.pk)
    if found.answered_at:
        raise AlreadyAnswered
    if agreed and found.proposed_by_id == by.pk:
        raise SecondPersonNeeded
    _answered(found, agreed=agreed, by=by, at=at)
    if agreed:
        _move(found, at=at)
    return found


@atomic
def lapse_due_fillings(*, now: datetime, limit: int = LAPSED_AT_ONCE) -> int:
    """Let those go that no second person answered in time: nothing moves, and who wrote them down is told; how many."""
    due = Filling.objects.due(now).select_related("proposed_by").order_by("due_at", "id")
    found = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    for filling in found:
        _answered(filling, agreed=False, by=None, at=now)
        tell_who_proposed(filling, at=now)
    return len(found)


def _answered(filling: Filling, *, agreed: bool, by: User | None, at: datetime) -> None:
    filling.answered_by, filling.answered_at, filling.agreed, filling.due_at = by, at, agreed, None
    filling.save(update_fields=["answered_by", "answered_at", "agreed", "due_at"])


def _move(filling: Filling, *, at: datetime) -> Transfer:
    key, amount, currency = filling.key, filling.amount, filling.currency
    if filling.merchant:
        return leave_deposit(key=key, merchant=filling.merchant, amount=amount, currency=currency, at=at)
    if not filling.budget:
        return fund(key=key, amount=amount, currency=currency, at=at)
    try:
        return set_aside(key=key, budget=filling.budget, amount=amount, currency=currency, at=at)
    except FundExhausted as exhausted:
        raise FundHoldsLess from exhausted
