"""Budgets have days: finance says how much of the fund's money a budget may give away between two midnights (UTC).

What was drawn today stands in one row, which the draw itself raises in its own transaction: however many draw at once,
nobody gets beyond the limit. What finds no room is treated like what finds no money: the fund owes it, or it stays in
line, and is paid the next day by itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus

from django.db import connection
from django.db.models import CharField, DateTimeField, F, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import Compiled, Given
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from ledger.actions import Overdrawn, Posting, accounts
from ledger.chart import AccountName, fund_budget
from ledger.models import AccountKind, Transfer, TransferKind
from payouts.models import BudgetDay, DailyLimit
from payouts.statements import reason


class DayIsSpent(Overdrawn):
    """The budget has given away what it may on this day."""

    message = _("This budget has paid as much today as it may. The rest is paid tomorrow.")


class NoSuchSum(Refusal):
    code = "no_such_sum"
    message = _("A limit is a sum of money, at least nothing.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


@atomic
def limit_budget(
    *, budget: str, currency: str, amount: int | None, because: str, by: User | None, at: datetime
) -> DailyLimit:
    """Let the budget give away at most `amount` minor units a day (None: as much as it holds), from now on.

    What was drawn today counts. Where that is more already, nothing else is drawn today.
    Raises NoSuchSum, ReasonMissing and ReasonTooLong.
    """
    if amount is not None and amount < 0:
        raise NoSuchSum
    limit = DailyLimit.objects.create(
        budget=budget, currency=currency, amount=amount, because=reason(because), set_by=by, set_at=at
    )
    name = fund_budget(budget, currency)
    _wait_for_draws_under_way(name)
    drawn = _drawn_on(name, at)
    BudgetDay.objects.update_or_create(
        budget=budget,
        currency=currency,
        day=_day(at),
        defaults={"drawn": drawn, "allowed": drawn if amount is None else max(amount, drawn)},
    )
    crash_point("payouts.before_limit_is_committed")
    return limit


def _wait_for_draws_under_way(budget: AccountName) -> None:
    """Whoever drew before is committed and counted; whoever draws from here on sees the limit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_lock_hot(%s)", [accounts([budget])[budget]])


def _drawn_on(budget: AccountName, at: datetime) -> int:
    start = datetime.combine(_day(at), time(), UTC)
    drawn = Transfer.objects.filter(
        credit__kind=budget.kind,
        credit__owner=budget.owner,
        credit__currency=budget.currency,
        kind=TransferKind.DRAW,
        happened_at__gte=start,
        happened_at__lt=start + timedelta(days=1),
    )
    return drawn.aggregate(total=Sum("amount"))["total"] or 0


def count_draws(postings: Iterable[Posting]) -> None:
    """Count what these postings draw on limited budgets toward their day. Raises DayIsSpent.

    Called when they are written, so that whoever changes the limit has waited for them.
    """
    drawn = defaultdict[tuple[AccountName, date], int](int)
    moments: dict[tuple[AccountName, date], datetime] = {}
    for posting in postings:
        if posting.kind == TransferKind.DRAW and posting.credit.kind == AccountKind.FUND_BUDGET:
            budget_day = posting.credit, _day(posting.happened_at)
            drawn[budget_day] += posting.amount
            moments[budget_day] = max(posting.happened_at, moments.get(budget_day, posting.happened_at))
    for (budget, day), amount in sorted(drawn.items()):
        _count(budget, day, amount, moments[budget, day])


def _count(budget: AccountName, day: date, amount: int, at: datetime) -> None:
    allowed = _limit(budget, at)
    if allowed is None:
        return
    whose = {"budget": budget.owner, "currency": budget.currency, "day": day}
    BudgetDay.objects.bulk_create([BudgetDay(**whose, drawn=0, allowed=allowed)], ignore_conflicts=True)
    fitting = BudgetDay.objects.filter(**whose, drawn__lte=F("allowed") - amount)
    if not fitting.update(drawn=F("drawn") + amount):
        raise DayIsSpent


def left_today(budget: AccountName, at: datetime) -> int | None:
    """What the budget may still give away on that day, in minor units; None where it has no limit."""
    allowed = _limit(budget, at)
    if allowed is None:
        return None
    found = BudgetDay.objects.filter(budget=budget.owner, currency=budget.currency, day=_day(at)).first()
    return found.allowed - found.drawn if found else allowed


def _limit(budget: AccountName, at: datetime) -> int | None:
    found = LIMIT_IN_FORCE.first(budget=budget.owner, currency=budget.currency, at=at)
    return found.amount if found else None


LIMIT_IN_FORCE = Compiled(
    lambda: DailyLimit.objects.in_force(
        Given("budget", CharField()), Given("currency", CharField()), Given("at", DateTimeField())
    )[:1]
)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
