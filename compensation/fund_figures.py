"""What stands on the fund's page: each budget with its draws and how long it lasts, and how old merchants' debts are.

Sums are minor units. Days are those of the books, UTC: what an account held at the end of each stands in the seals.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from compensation.forecast import Pace, days_until_empty, pace
from compensation.models import Advance, Recovery, RecoveryQuerySet
from ledger.models import Account, AccountKind, Balance, Closing, Seal, Transfer, TransferKind
from payouts.line import parts
from payouts.models import DailyLimit, Draw

# Over how many days the pace is taken.
SPANS = (7, 28)

# Until how many days a debt counts as young, and as not so young.
YOUNG_DAYS, OLD_DAYS = 30, 60


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """`days_left` is None when the budget never runs out at this pace; `since` is the first day that counts."""

    span: int
    since: date
    pace: Pace
    days_left: int | None


@dataclass(frozen=True, kw_only=True)
class BudgetFigures:
    """A budget of the fund. `allowed_today` is None without a daily limit; `asked` is what waits to be paid out of it;
    a forecast that cannot be made is left out.
    """

    balance: Balance
    drawn_today: int
    allowed_today: int | None
    asked: int
    forecasts: list[Forecast]


@dataclass(frozen=True, kw_only=True)
class Aging:
    """What is owed, by how long; what was paid back paid the oldest first."""

    young: int = 0
    middle: int = 0
    old: int = 0


def waiting() -> Mapping[str, Mapping[str, int]]:
    """What waits to be paid out of each budget, by currency and the budget's code (one query)."""
    asked = defaultdict[str, dict[str, int]](dict)
    for part in parts(Draw.objects.all()):
        asked[part.currency][part.budget] = part.total
    return asked


def budgets(currency: str, asked: Mapping[str, int], *, now: datetime) -> list[BudgetFigures]:
    """The fund's budgets in one currency, by their code; `asked` is what waits to be paid out of each."""
    held = Balance.objects.filter(account__kind=AccountKind.FUND_BUDGET, account__currency=currency)
    return [
        BudgetFigures(
            balance=balance,
            drawn_today=_drawn_since(balance.account, _midnight(now)),
            allowed_today=_allowed(balance.account, now),
            asked=asked.get(balance.account.owner, 0),
            forecasts=_forecasts(balance, now),
        )
        for balance in held.select_related("account").order_by("account__owner")
    ]


def never_filled(asked: Mapping[str, int], budgets: Collection[BudgetFigures]) -> dict[str, int]:
    """What waits to be paid out of budgets that never held anything, by their code."""
    filled = {budget.balance.account.owner for budget in budgets}
    return {code: total for code, total in asked.items() if code not in filled}


def _allowed(account: Account, now: datetime) -> int | None:
    limit = DailyLimit.objects.in_force(account.owner, account.currency, now).first()
    return limit.amount if limit else None


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC), time(), UTC)


def _drawn_since(account: Account, since: datetime) -> int:
    """What was paid out of it; read from the last seal on, as a budget may have had millions of draws before."""
    sealed = Seal.objects.filter(day__lt=since.date()).order_by("-day").values_list("through", flat=True).first() or 0
    drawn = Transfer.objects.filter(credit=account, pk__gt=sealed, recorded_at__gte=since, kind=TransferKind.DRAW)
    return drawn.aggregate(total=Sum("amount"))["total"] or 0


def _forecasts(balance: Balance, now: datetime) -> list[Forecast]:
    return [made for span in SPANS if (made := _forecast(balance, span, now))]


def _forecast(balance: Balance, span: int, now: datetime) -> Forecast | None:
    """None while no seal says what the budget held before; a younger budget is counted from its opening."""
    opened = balance.account.opened_at
    start = _midnight(now) - timedelta(days=span)
    if opened < start and not Seal.objects.filter(day=start.date() - timedelta(days=1)).exists():
        return None
    closing = Closing.objects.filter(account=balance.account, seal__day__lt=start.date()).order_by("-seal").first()
    budgeted = Transfer.objects.filter(debit=balance.account, kind=TransferKind.BUDGET, recorded_at__gte=start)
    went = pace(
        held_before=closing.posted if closing else 0,
        budgeted=budgeted.aggregate(total=Sum("amount"))["total"] or 0,
        held_now=balance.posted,
        days=(now - max(start, opened)).days,
    )
    since = max(start, opened).astimezone(UTC).date()
    return Forecast(span=span, since=since, pace=went, days_left=days_until_empty(balance.posted, went))


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What was ever advanced, and what became of it, in minor units.

    `advanced` and `charged_on_appeal` are together the sum of all the others, without `in_place`, which is a part of
    what was advanced, and `undone`, a part of what was expensed.

    What the fund paid in the merchant's place counts as advanced. What an appeal charged does not: it had been the
    platform's expense, which that lowers again, and nothing was paid a second time.
    """

    advanced: int
    in_place: int
    charged_on_appeal: int
    outstanding: int
    receivable: int
    recovered: int
    expensed: int
    undone: int
    waived: int
    written_off: int


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How many recoveries are where, and what is open of them in minor units."""

    status: str
    label: str
    number: int
    open: int


def sums(currency: str) -> Sums:
    """The identity of the fund in figures: proved at every moment by compensation.proofs.fund."""
    paid = _totals(Advance.objects.filter(currency=currency), "amount", "borne", "charged")
    owed = Recovery.objects.filter(currency=currency)
    became = _totals(owed, "amount", "set_off", "from_deposit", "paid", "waived", "written_off", "undone")
    in_place = _totals(owed.filter(cause=Recovery.Cause.IN_PLACE), "amount")
    on_appeal = _totals(owed.filter(cause=Recovery.Cause.APPEAL), "amount")
    recovered = became["set_off"] + became["from_deposit"] + became["paid"]
    gone = recovered + became["waived"] + became["written_off"] + became["undone"]
    return Sums(
        advanced=paid["amount"] + in_place["amount"],
        in_place=in_place["amount"],
        charged_on_appeal=on_appeal["amount"],
        outstanding=paid["amount"] - paid["borne"] - paid["charged"],
        receivable=became["amount"] - gone,
        recovered=recovered,
        expensed=paid["borne"] + became["undone"],
        undone=became["undone"],
        waived=became["waived"],
        written_off=became["written_off"],
    )


def _totals(rows: QuerySet[Any], *columns: str) -> Mapping[str, int]:
    return rows.aggregate(**{column: Coalesce(Sum(column), 0) for column in columns})


def stages(currency: str) -> list[Stage]:
    """Recoveries by where they are, in the order of the waterfall; those that never occur are left out."""
    rows = Recovery.objects.filter(currency=currency).values("status").order_by("status")
    found = {row["status"]: row for row in rows.annotate(number=Count("id"), still_open=Sum(OPEN))}
    return [
        Stage(status=status, label=str(status.label), number=found[status]["number"], open=found[status]["still_open"])
        for status in Recovery.Status
        if status in found
    ]


OPEN = F("amount") - F("set_off") - F("from_deposit") - F("paid") - F("waived") - F("written_off") - F("undone")


# What became of a recovery, as the columns of the fund's page name it.
PARTS: Mapping[str, Combinable] = {
    "recovered": F("set_off") + F("from_deposit") + F("paid"),
    "waived": F("waived"),
    "written_off": F("written_off"),
    "undone": F("undone"),
}


# What is open of each recovery has been owed since it was charged.
AGES = """
SELECT account.id, recovery.charged_at,
    recovery.amount - recovery.set_off - recovery.from_deposit - recovery.paid - recovery.waived
        - recovery.written_off - recovery.undone AS open
FROM ledger_account account
JOIN compensation_recovery recovery
    ON recovery.merchant_id = split_part(account.owner, ':', 2)::bigint AND recovery.currency = account.currency
WHERE account.id = ANY(%s) AND recovery.status IN ('open', 'invoiced', 'disputed')
"""


def aging(accounts: Collection[int], *, now: datetime) -> Mapping[int, Aging]:
    """How long what these receivable accounts hold has been owed, by account."""
    found: dict[int, Counter[str]] = {account: Counter() for account in accounts}
    with connection.cursor() as cursor:
        cursor.execute(AGES, [list(accounts)])
        for account, happened_at, amount in cursor:
            found[account][_age((now - happened_at).days)] += amount
    return {account: Aging(**sums) for account, sums in found.items()}


def of_age(rows: RecoveryQuerySet, age: str, *, now: datetime) -> RecoveryQuerySet:
    """Those that are still owed and as old as the column of that name on the fund's page."""
    young, old = now - timedelta(days=YOUNG_DAYS + 1), now - timedelta(days=OLD_DAYS + 1)
    match age:
        case "young":
            return rows.live().filter(charged_at__gt=young)
        case "middle":
            return rows.live().filter(charged_at__gt=old, charged_at__lte=young)
        case _:
            return rows.live().filter(charged_at__lte=old)


def _age(days: int) -> str:
    if days <= YOUNG_DAYS:
        return "young"
    return "middle" if days <= OLD_DAYS else "old"
