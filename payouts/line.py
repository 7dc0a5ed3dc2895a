"""The fund's line: how much stands in it for which budget, and why its places are not paid at this moment.

The poster (payouts.actions.drawing) pays the oldest of each budget first, and nobody overtakes. So all wait for what
the oldest of their budget waits for; only a stopped gateway holds up nobody but its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum, TextChoices
from django.utils.translation import gettext_lazy as _

from ledger.chart import AccountName, balance_of, fund_budget
from payouts.actions.budgeting import left_today
from payouts.actions.judging import terms_in_force
from payouts.models import Draw, DrawQuerySet, Stop


class WaitsFor(TextChoices):
    """What has to happen before a place in line is paid."""

    ITS_TURN = "its_turn", _("The fund is paying, the oldest first")
    RESUMPTION = "resumption", _("Payouts this way are stopped")
    FIRST_MONEY = "first_money", _("The budget was never filled")
    MONEY = "money", _("The budget holds too little")
    MIDNIGHT = "midnight", _("The budget of the day is used up")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What stands in line for one budget in one currency: how many places, and their sum in minor units."""

    budget: str
    currency: str
    number: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One place in line. `is_behind`: older ones of its budget are paid before it; `is_large`: once it is drawn, a
    second person has to approve it, whatever else its payee got (payouts.rules).
    """

    draw: Draw
    waits_for: WaitsFor
    is_behind: bool
    is_large: bool


def parts(rows: DrawQuerySet) -> list[Part]:
    """The line by currency and budget."""
    grouped = rows.values("currency", "budget").annotate(number=Count("pk"), total=Sum("amount"))
    return [Part(**found) for found in grouped.order_by("currency", "budget")]


def explained(draws: Sequence[Draw], *, now: datetime) -> list[Place]:
    """Why each of them waits: a few queries for each budget and currency among them."""
    stopped = list(Stop.objects.standing().values_list("gateway", flat=True))
    budgets = {fund_budget(draw.budget, draw.currency) for draw in draws}
    oldest = {budget: _oldest_that_may_leave(budget, stopped) for budget in budgets}
    waits_for = {budget: _waits_for(budget, first, now) for budget, first in oldest.items() if first}
    limits = {currency: terms_in_force(currency, now) for currency in {draw.currency for draw in draws}}
    places = []
    for draw in draws:
        budget, terms = fund_budget(draw.budget, draw.currency), limits[draw.currency]
        first, is_stopped = oldest[budget], "" in stopped or draw.gateway in stopped
        place = Place(
            draw=draw,
            waits_for=WaitsFor.RESUMPTION if is_stopped else waits_for.get(budget, WaitsFor.ITS_TURN),
            is_behind=not is_stopped and first is not None and first.pk < draw.pk,
            is_large=terms is not None and draw.amount > terms.large,
        )
        places.append(place)
    return places


def _oldest_that_may_leave(budget: AccountName, stopped: Sequence[str]) -> Draw | None:
    """None where everything is stopped."""
    if "" in stopped:
        return None
    line = Draw.objects.filter(budget=budget.owner, currency=budget.currency)
    return line.exclude(gateway__in=stopped).order_by("pk").first()


def _waits_for(budget: AccountName, oldest: Draw, now: datetime) -> WaitsFor:
    """As the poster decides it, for the place that it looks at first."""
    balance, of_the_day = balance_of(budget), left_today(budget, now)
    if balance.pk is None:
        return WaitsFor.FIRST_MONEY
    if balance.floor is not None and balance.posted - balance.floor < oldest.amount:
        return WaitsFor.MONEY
    if of_the_day is not None and of_the_day < oldest.amount:
        return WaitsFor.MIDNIGHT
    return WaitsFor.ITS_TURN
