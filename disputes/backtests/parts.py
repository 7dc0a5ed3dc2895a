"""One part of a back-test: its claims are read with their stored facts, judged again, and written down with the sums.

A part is one transaction, so a worker that dies leaves it undone, and another takes it up from its beginning.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from common.transactions import atomic
from disputes.backtests.tally import Outcome, Tally
from disputes.models import Backtest, BacktestChange, BacktestPart, CloseReason, Status
from policies.backtest import Draft, Stored
from policies.models import Version
from policies.precedence import IN_KIND, SPEED
from policies.traces import Verdict
from policies.words import Settles
from refunds.models import Payer

ROWS_AT_ONCE = 1_000
SURE = frozenset({Settles.AT_ONCE, Settles.AFTER_RETURN})

# The verdict's own words stand before its trace (policies.traces.canonical), so no more of it is read.
CLAIMS = """
SELECT claim.id, claim.number, claim.merchant_id, claim.currency, claim.filed_at, claim.status, claim.paid,
    claim.close_reason, verdict.version_id, verdict.facts, verdict.judged_at,
    left(verdict.body, strpos(verdict.body, ',"trace":') - 1) || '}' AS concluded,
    bought.placed_at, bought.market,
    EXISTS (SELECT FROM refunds_refund refund
        WHERE refund.key = 'claim:' || claim.number || ':refund:1' AND refund.payer = 'fund')
    OR EXISTS (SELECT FROM compensation_honouring honouring
        WHERE honouring.key = 'claim:' || claim.number || ':compensation:1' AND honouring.payer = 'fund') AS by_fund
FROM disputes_claim claim
JOIN policies_verdict verdict ON verdict.id = claim.verdict_id
JOIN orders_order bought ON bought.id = claim.order_id
WHERE claim.id > %(after)s AND claim.id <= %(until)s
    AND claim.filed_at < %(claims_until)s
    AND (%(claims_from)s::timestamptz IS NULL OR claim.filed_at >= %(claims_from)s)
ORDER BY claim.id
"""


class Judged(NamedTuple):
    """A claim as it is read: its columns in the order of CLAIMS."""

    id: int
    number: str
    merchant_id: int
    currency: str
    filed_at: datetime
    status: str
    paid: int
    close_reason: str
    version_id: int
    facts: str
    judged_at: datetime
    concluded: str
    placed_at: datetime
    market: str
    by_fund: bool


@atomic
def do_next_part(backtest_id: int) -> int:
    """Work through one part that nobody else is at; how many claims that was, 0 when there is none left to take."""
    waiting = BacktestPart.objects.filter(backtest=backtest_id, tally__isnull=True)
    part = waiting.select_related("backtest").select_for_update(skip_locked=True, of=("self",)).order_by("id").first()
    if part is None:
        return 0
    tally, changes = _judged(part)
    _write(changes)
    part.tally = tally.as_dict()
    part.save(update_fields=["tally"])
    return max(part.claims, 1)


def _judged(part: BacktestPart) -> tuple[Tally, list[BacktestChange]]:
    backtest = part.backtest
    versions = Version.objects.select_related("policy").in_bulk(_versions_known())
    published = [version for version in versions.values() if version.status == Version.Status.PUBLISHED]
    draft = Draft(backtest.policy, backtest.terms, published, market=backtest.market)
    tally, changes = Tally(), list[BacktestChange]()
    for row in _rows(part):
        stored = _stored(row, versions[row.version_id].policy.code)
        outcome = _outcome(row, stored, draft, tally)
        if outcome is None:
            continue
        tally.count(outcome)
        if outcome.effect:
            changes.append(_change(backtest, row, outcome))
    return tally, changes


def _versions_known() -> list[int]:
    return list(Version.objects.values_list("pk", flat=True))


def _rows(part: BacktestPart) -> Iterator[Judged]:
    """Its claims, a thousand at a time."""
    bounds = {
        "after": part.after_id,
        "until": part.until_id,
        "claims_from": part.backtest.claims_from,
        "claims_until": part.backtest.claims_until,
    }
    with connection.chunked_cursor() as cursor:
        cursor.execute(CLAIMS, bounds)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from map(Judged._make, rows)


def _stored(row: Judged, rule: str) -> Stored:
    concluded = json.loads(row.concluded)
    facts: Any = json.loads(row.facts) if isinstance(row.facts, str) else row.facts
    return Stored(
        rule=rule,
        facts=facts,
        judged_at=row.judged_at,
        placed_at=row.placed_at,
        market=row.market,
        granted=concluded["granted"],
        remedy=concluded["remedy"],
        settles=concluded["settles"],
        amount=concluded["amount"],
        compensation=concluded["compensation"],
        currency=row.currency,
    )


def _outcome(row: Judged, stored: Stored, draft: Draft, tally: Tally) -> Outcome | None:
    """What becomes of the claim; None, and counted, where its facts cannot be read."""
    verdict: Verdict | None = None
    if draft.covers(stored):
        try:
            verdict = draft.judge(stored).verdict
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            tally.count_broken(row.number)
            return None
    else:
        tally.elsewhere += 1
    sure, left_open = _as_it_is(row, stored)
    then = (sure, left_open) if verdict is None else _as_it_would_be(verdict)
    return Outcome(
        currency=row.currency,
        merchant=row.merchant_id,
        month=_month(row.filed_at.astimezone(UTC).date().replace(day=1)),
        payer=Payer.FUND if row.by_fund else Payer.MERCHANT,
        rule_was=stored.rule,
        rule_becomes=verdict.rule if verdict else stored.rule,
        sure_was=sure,
        open_was=left_open,
        sure_becomes=then[0],
        open_becomes=then[1],
        effect=_effect(stored, verdict, sure_was=sure, sure_becomes=then[0]) if verdict else "",
    )


@cache
def _month(first: Any) -> str:
    return f"{first:%Y-%m}"


def _as_it_is(row: Judged, stored: Stored) -> tuple[int, int]:
    """What was surely paid, and what is still open. What the rule settles is owed even while it is on its way."""
    if row.status not in (Status.SETTLED, Status.CLOSED):
        return row.paid, max(0, stored.amount - row.paid)
    if row.status == Status.SETTLED and stored.settles == Settles.AT_ONCE and row.close_reason in AS_THE_RULE_SAID:
        return max(row.paid, _money(stored.remedy, stored.amount)), 0
    return row.paid, 0


AS_THE_RULE_SAID = frozenset({CloseReason.PAID_BY_RULE, CloseReason.GIVEN_IN_KIND})


def _as_it_would_be(verdict: Verdict) -> tuple[int, int]:
    amount = _money(verdict.remedy, verdict.amount) if verdict.granted else 0
    return (amount, 0) if verdict.settles in SURE else (0, amount)


def _money(remedy: str, amount: int) -> int:
    return 0 if remedy in IN_KIND else amount


def _effect(stored: Stored, verdict: Verdict, *, sure_was: int, sure_becomes: int) -> str:
    if sure_becomes != sure_was:
        return BacktestChange.Effect.MORE if sure_becomes > sure_was else BacktestChange.Effect.LESS
    was, becomes = SPEED.index(Settles(stored.settles)), SPEED.index(verdict.settles)
    if was == becomes or not (stored.granted and verdict.granted):
        return BacktestChange.Effect.OTHER
    return BacktestChange.Effect.SOONER if becomes < was else BacktestChange.Effect.LATER


def _change(backtest: Backtest, row: Judged, outcome: Outcome) -> BacktestChange:
    return BacktestChange(
        backtest=backtest,
        claim_id=row.id,
        effect=outcome.effect,
        payer=outcome.payer,
        rule_was=outcome.rule_was,
        rule_becomes=outcome.rule_becomes,
        sure_was=outcome.sure_was,
        sure_becomes=outcome.sure_becomes,
        open_was=outcome.open_was,
        open_becomes=outcome.open_becomes,
    )


COLUMNS = (
    "backtest_id",
    "claim_id",
    "effect",
    "payer",
    "rule_was",
    "rule_becomes",
    "sure_was",
    "sure_becomes",
    "open_was",
    "open_becomes",
)


def _write(changes: Sequence[BacktestChange]) -> None:
    """All of them by COPY, which is a tenth of the work of as many inserts."""
    if not changes:
        return
    statement = f"COPY disputes_backtestchange ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for change in changes:
            copy.write_row([getattr(change, column) for column in COLUMNS])
