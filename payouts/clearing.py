"""What lies on each gateway's clearing account, and what it is made of.

Clearing is zero when every payout has its line in a report and every line its payout. What is left is the sum of the
open breaks, of lines whose payout is still on its way, and of payouts that no report has named yet.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from payouts.models import Break, BreakStatus, ReportLine, Status


@dataclass(frozen=True, kw_only=True)
class Clearing:
    """One gateway in one currency, sums in minor units as they stand on its clearing account `account`.

    `unreported` is what it paid that no report has named so far; `awaited` what reports name and we wait to hear of.
    """

    account: int
    gateway: str
    currency: str
    balance: int
    breaks: int
    number_of_breaks: int
    awaited: int

    @property
    def unreported(self) -> int:
        return self.balance - self.breaks - self.awaited

    @property
    def signal(self) -> str:
        """Trouble where a person has to look, waiting where time will tell, settled at zero."""
        if self.number_of_breaks:
            return "trouble"
        return "waiting" if self.balance or self.awaited or self.unreported else "settled"


STATEMENT = """
WITH part AS (
    SELECT live.gateway, line.currency, -line.amount AS amount, 'break' AS made_by
    FROM payouts_break live JOIN payouts_reportline line ON line.id = live.line_id
    WHERE live.status IN ('open', 'proposed')
    UNION ALL
    SELECT live.gateway, payout.currency, payout.amount, 'break'
    FROM payouts_break live
    JOIN payouts_payout payout ON payout.id = live.payout_id AND payout.status = 'settled'
    LEFT JOIN payouts_reportline line ON line.id = live.line_id
    WHERE live.status IN ('open', 'proposed') AND (line.id IS NULL OR line.stands)
    UNION ALL
    SELECT line.gateway, line.currency, -line.amount, 'awaited'
    FROM payouts_reportline line JOIN payouts_payout payout ON payout.id = line.payout_id
    WHERE line.next_at IS NOT NULL AND payout.status <> 'settled'
    AND NOT EXISTS (SELECT FROM payouts_break live WHERE live.line_id = line.id AND live.status <> 'explained')
), total AS (
    SELECT gateway, currency, coalesce(sum(amount) FILTER (WHERE made_by = 'break'), 0) AS breaks,
        coalesce(sum(amount) FILTER (WHERE made_by = 'awaited'), 0) AS awaited
    FROM part GROUP BY gateway, currency
)
SELECT account.id, account.owner, account.currency, balance.posted, coalesce(total.breaks, 0),
    coalesce(total.awaited, 0)
FROM ledger_account account
JOIN ledger_balance balance ON balance.account_id = account.id
LEFT JOIN total ON total.gateway = account.owner AND total.currency = account.currency
WHERE account.kind = 'gateway_clearing'
ORDER BY account.owner, account.currency
"""


def clearing_accounts() -> list[Clearing]:
    """Every gateway's, in every currency: one for each, so few."""
    numbers = _open_breaks()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        return [
            Clearing(
                account=account,
                gateway=gateway,
                currency=currency,
                balance=int(balance),
                breaks=int(breaks),
                awaited=int(awaited),
                number_of_breaks=numbers.get((gateway, currency), 0),
            )
            for account, gateway, currency, balance, breaks, awaited in cursor
        ]


def awaited(gateway: str, currency: str) -> QuerySet[ReportLine]:
    """The lines that make the figure of that name: reported, without a break, their payout not confirmed yet."""
    broken = Break.objects.filter(line=OuterRef("pk")).exclude(status=BreakStatus.EXPLAINED)
    lines = ReportLine.objects.filter(gateway=gateway, currency=currency, next_at__isnull=False, payout__isnull=False)
    return lines.exclude(payout__status=Status.SETTLED).filter(~Exists(broken))


def _open_breaks() -> dict[tuple[str, str], int]:
    counted = Break.objects.unsettled().order_by().values_list("gateway", "currency").annotate(number=Count("pk"))
    return {(gateway, currency): number for gateway, currency, number in counted}
