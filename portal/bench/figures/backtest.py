"""A back-test over 100,000 claims, worked through by two processes as `manage.py backtest` does.

Every claim changes: all were left to the merchant, and the draft pays them at once. So each is read with its facts,
judged twice, and written down, which is the most work a back-test can have.
"""

from collections.abc import Callable
from datetime import timedelta

import psutil
from django.utils import timezone

from accounts.models import Merchant
from disputes.actions.backtest import try_terms
from disputes.backtests.processes import work_through
from disputes.backtests.tally import Tally
from disputes.models import Backtest
from policies.models import Version
from portal.bench.backlog import REASON, pile_up_many, staff
from portal.bench.frame import Bench, CpuMeter, FiguresMeanNothing, InRounds, Sample
from portal.bench.marketplace import stock

CLAIMS = 100_000
PROCESSES = 2
CLIENTS = 2  # of the yardstick beside it
NAME = "backtest"
RULE = "lightning_refund"


def _prepare(bench: Bench) -> Callable[[int], Sample]:
    now = timezone.now()
    bench.say(f"filing {CLAIMS:,} claims")
    purchases = stock(CLAIMS, now=now, name=NAME)  # at least so many
    claims = len(purchases)
    staff(Merchant.objects.filter(code__startswith=f"{NAME}-"))
    pile_up_many(purchases, due_at=now + timedelta(days=30), now=now)
    published = Version.objects.filter(policy__code=RULE, market="").latest("effective_from")
    terms = {**published.terms, "reasons": [*published.terms["reasons"], REASON]}

    def take(_clients: int) -> Sample:
        until = now + timedelta(seconds=1)
        asked = try_terms(policy=RULE, terms=terms, by=None, at=timezone.now(), claims_from=now, claims_until=until)
        with CpuMeter(psutil.Process(), bench.database) as meter:
            seconds = work_through(asked.pk, processes=PROCESSES)
        _refuse_unless_all_changed(asked.pk, claims)
        return Sample(per_second=claims / seconds, cpu_us=meter.microseconds_each(claims), size=claims)

    return take


def _refuse_unless_all_changed(backtest: int, claims: int) -> None:
    done = Backtest.objects.get(pk=backtest)
    tally = Tally.read(done.result or {})
    changed = sum(tally.total(currency).changed for currency in tally.currencies())
    if (tally.claims, changed, tally.broken) != (claims, claims, 0):
        raise FiguresMeanNothing(f"{tally.claims} claims were judged, {changed} changed, {tally.broken} were broken.")


FIGURE = InRounds(name="backtest", clients=(CLIENTS,), prepare=_prepare)
