"""The special fund for finance: what it holds, what it owes and is owed, and what it cost, by currency.

It stands in this room because a part of what the fund owes are the debts of claims.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import F, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Merchant, Role
from common.pages import read_page
from compensation.fund_figures import (
    SPANS,
    Aging,
    BudgetFigures,
    Stage,
    Sums,
    aging,
    budgets,
    never_filled,
    stages,
    sums,
    waiting,
)
from disputes.models import Debt
from ledger.models import Account, AccountKind, Balance

DEBTORS_A_PAGE, DEBTS_A_PAGE = 25, 50

# One account for each currency or budget, so few in number.
FUND = (
    AccountKind.FUND_CASH,
    AccountKind.FUND_BUDGET,
    AccountKind.ADVANCES_OUTSTANDING,
    AccountKind.COMPENSATION_EXPENSE,
    AccountKind.WRITE_OFF,
)


@dataclass(frozen=True, kw_only=True)
class Fund:
    """The fund in one currency, sums in minor units. `asked` is what waits for its budgets to pay it,
    also for those that were `never_filled` (by their code), which have no account yet.
    """

    currency: str
    accounts: list[Balance]
    budgets: list[BudgetFigures]
    never_filled: dict[str, int]
    owed_by_merchants: int
    owed_to_consumers: int
    sums: Sums
    stages: list[Stage]

    @property
    def other_accounts(self) -> list[Balance]:
        """All but the budgets, which have a table of their own."""
        return [balance for balance in self.accounts if balance.account.kind != AccountKind.FUND_BUDGET]

    @property
    def drawn_today(self) -> int:
        return sum(budget.drawn_today for budget in self.budgets)

    @property
    def asked(self) -> int:
        return sum(budget.asked for budget in self.budgets) + sum(self.never_filled.values())

    @property
    def held(self) -> int:
        """All its money, budgeted or not."""
        kinds = (AccountKind.FUND_CASH, AccountKind.FUND_BUDGET)
        return sum(balance.posted for balance in self.accounts if balance.account.kind in kinds)


@dataclass(frozen=True)
class Debtor:
    """What one merchant owes the fund, and for how long."""

    merchant: Merchant
    balance: Balance
    aging: Aging


@role_required(Role.FINANCE)
@require_safe
def fund(request: PersonRequest) -> HttpResponse:
    """The fund in every currency, and the merchants that owe it, the largest sums first."""
    now = timezone.now()
    accounts = Account.objects.visible_to(request.user)
    owing = Balance.objects.filter(
        account__in=accounts.filter(kind=AccountKind.RECOVERY_RECEIVABLE), posted__gt=0
    ).select_related("account")
    page = read_page(owing, by=("-posted", "-account"), after=request.GET.get("after"), size=DEBTORS_A_PAGE)
    return render(
        request,
        "disputes/fund.html",
        {
            "funds": _funds(now),
            "debtors": _debtors(page.rows, now),
            "spans": SPANS,
            "now": now,
            "today": now.astimezone(UTC).date(),
            **page.hrefs(request),
        },
    )


def _funds(now: datetime) -> list[Fund]:
    """A few queries for each budget, however much there is."""
    accounts = defaultdict[str, list[Balance]](list)
    few = Balance.objects.filter(account__kind__in=FUND).select_related("account")
    for balance in few.order_by("account__kind", "account__owner"):
        accounts[balance.account.currency].append(balance)
    receivable, debts, asked = _owed_by_merchants(), _owed_to_consumers(), waiting()
    return [
        Fund(
            currency=currency,
            accounts=accounts[currency],
            budgets=figures,
            never_filled=never_filled(asked.get(currency, {}), figures),
            owed_by_merchants=receivable.get(currency, 0),
            owed_to_consumers=debts.get(currency, 0),
            sums=sums(currency),
            stages=stages(currency),
        )
        for currency in sorted({*accounts, *receivable, *debts, *asked})
        for figures in [budgets(currency, asked.get(currency, {}), now=now)]
    ]


def _owed_by_merchants() -> dict[str, int]:
    owing = Balance.objects.filter(account__kind=AccountKind.RECOVERY_RECEIVABLE)
    return dict(owing.values_list("account__currency").annotate(total=Sum("posted")))


def _owed_to_consumers() -> dict[str, int]:
    """What claims granted while the fund was empty."""
    open_debts = Debt.objects.filter(paid_at__isnull=True)
    return dict(open_debts.values_list("claim__currency").annotate(total=Sum(F("refund") + F("compensation"))))


def _debtors(balances: Iterable[Balance], now: datetime) -> list[Debtor]:
    """The merchants behind receivable accounts, which carry their ids (two queries)."""
    ids = {balance.account_id: int(balance.account.owner.removeprefix("merchant:")) for balance in balances}
    merchants = Merchant.objects.in_bulk(set(ids.values()))
    ages = aging(ids, now=now)
    return [Debtor(merchants[ids[balance.account_id]], balance, ages[balance.account_id]) for balance in balances]


@role_required(Role.FINANCE)
@require_safe
def fund_debts(request: PersonRequest) -> HttpResponse:
    """What the fund owes consumers, in the order in which it will be paid; of one `currency` with the sum of it."""
    owed = Debt.objects.filter(paid_at__isnull=True).select_related("claim")
    totals, currency = _owed_to_consumers(), request.GET.get("currency", "")
    if currency:
        owed = owed.filter(claim__currency=currency)
    page = read_page(owed, by=("owed_at", "id"), after=request.GET.get("after"), size=DEBTS_A_PAGE)
    context = {
        "debts": page.rows,
        "currency": currency,
        "total": totals.get(currency),
        **page.hrefs(request),
    }
    return render(request, "disputes/fund_debts.html", context)
