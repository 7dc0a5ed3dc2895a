"""The fund lane: accept payouts that the special fund pays, and pay them in batches, by one poster for each budget.

Whoever drew on a budget in a transaction of its own would queue behind everybody else's commit. So a payout is
accepted as a row, in one statement that touches nothing shared, and the poster takes what waits, the oldest first:
however many there are, drawing, booking and paying them takes the same few statements and one commit.

What a budget cannot pay waits, and so does what came after it, so that small sums never overtake a large one for ever.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import BigIntegerField, CharField, Exists, OuterRef
from django.db.transaction import atomic

from accounts.models import User
from common.arrays import array_of
from common.compiled import Compiled, Given
from common.crash_points import crash_point
from common.states import move_all_to
from common.wakeups import wake
from ledger.actions import Overdrawn, Posting, book, reserve_all
from ledger.chart import AccountName, balance_of, client_cash, fund_budget, payable_to
from ledger.models import AccountKind, TransferKind
from payouts.actions.budgeting import count_draws, left_today
from payouts.actions.judging import hold_back_if_conspicuous
from payouts.actions.screening import conspicuous
from payouts.actions.starting import PayoutKeyReused, settle_in_the_books, started_before
from payouts.gateways.registry import find_gateway
from payouts.models import Draw, Payout, Status, Stop

BATCH = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawRequest:
    """A payout of `amount` minor units that a `budget` of the special fund is to pay and `cost` bears.

    `kind` is the transfer's that makes it payable: an expense or an advance. `made_by` is who awarded it (None: a rule
    or a deadline did).
    """

    key: str
    payee: User
    amount: int
    currency: str
    gateway: str
    at: datetime
    budget: str
    cost: AccountName
    kind: TransferKind
    made_by: User | None = None


def request_draw(request: DrawRequest) -> Payout:
    """Accept the payout for good, in one statement; it is reserved until the fund has paid it (`post_draws`).

    With a key that was used before nothing is written and the first payout comes back.
    Raises PayoutKeyReused and UnknownGateway.
    """
    return request_draws([request])[0]


def request_draws(requests: Sequence[DrawRequest]) -> list[Payout]:
    """`request_draw` for any number, in the order given: one statement accepts them all."""
    if not requests:
        return []
    asked = _by_key(requests)
    crash_point("payouts.before_draws_are_accepted")
    numbers = _accept(list(asked.values()))
    crash_point("payouts.after_draws_are_accepted")
    accepted = {key: _accepted(request, numbers.get(key)) for key, request in asked.items()}
    return [accepted[request.key] for request in requests]


def _by_key(requests: Sequence[DrawRequest]) -> dict[str, DrawRequest]:
    """Raises PayoutKeyReused for two that mean different things by one key, and UnknownGateway."""
    asked: dict[str, DrawRequest] = {}
    for request in requests:
        find_gateway(request.gateway)
        first = asked.setdefault(request.key, request)
        if first is not request and replace(first, at=request.at) != request:
            raise PayoutKeyReused(key=request.key)
    return asked


# The payout, its history and its place in the queue; of several callers with one key, the first writes them.
ACCEPT = """
WITH asked (
    key, payee_id, amount, currency, gateway, provider_key, at,
    budget, cost_kind, cost_owner, kind, made_by_id, position
) AS (
    {asked}
), payout AS (
    INSERT INTO payouts_payout (
        key, payee_id, amount, currency, gateway, provider_key, created_at,
        status, waits_for_fund, attempts_made, provider_reference, failure
    )
    SELECT key, payee_id, amount, currency, gateway, provider_key, at, 'reserved', true, 0, '', ''
    FROM asked ORDER BY position
    ON CONFLICT (key) DO NOTHING
    RETURNING id, key, created_at
), history AS (
    INSERT INTO payouts_move (payout_id, was, became, at, because)
    SELECT id, '', 'reserved', created_at, '' FROM payout ORDER BY id
), queue AS (
    INSERT INTO payouts_draw (payout_id, budget, currency, amount, cost_kind, cost_owner, kind, made_by_id)
    SELECT payout.id, budget, currency, amount, cost_kind, cost_owner, kind, made_by_id
    FROM payout JOIN asked USING (key) ORDER BY payout.id
)
SELECT key, id FROM payout
"""
KINDS = (
    *("text", "bigint", "bigint", "text", "text", "uuid", "timestamptz"),
    *("text", "text", "text", "text", "bigint"),
)  # fmt: skip
# The planner knows that it is one row, so one plan can serve for good.
ACCEPT_ONE = ACCEPT.format(asked=f"SELECT {', '.join(f'%s::{kind}' for kind in KINDS)}, 1")
ACCEPT_MANY = ACCEPT.format(
    asked=f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in KINDS)}) WITH ORDINALITY"  # noqa: S608 (our own)
)


def _accept(requests: Sequence[DrawRequest]) -> dict[str, int]:
    """The ids of the payouts that are new, by key."""
    rows = [_row(request) for request in requests]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(ACCEPT_ONE, rows[0])
        else:
            cursor.execute(ACCEPT_MANY, [array_of(column) for column in zip(*rows, strict=True)])
        return dict(cursor.fetchall())


def _row(request: DrawRequest) -> tuple[Any, ...]:
    return (
        *(request.key, request.payee.pk, request.amount, request.currency, request.gateway, uuid4(), request.at),
        *(request.budget, str(request.cost.kind), request.cost.owner, str(request.kind)),
        request.made_by.pk if request.made_by else None,
    )


def _accepted(request: DrawRequest, number: int | None) -> Payout:
    """The payout as it stands in the database, or the first one of its key."""
    payout = Payout(
        key=request.key,
        payee=request.payee,
        amount=request.amount,
        currency=request.currency,
        gateway=request.gateway,
        status=Status.RESERVED,
        created_at=request.at,
        waits_for_fund=True,
    )
    if number is None:
        return started_before(payout)
    payout.pk, payout._state.adding = number, False
    return payout


# --- the poster --------------------------------------------------------------------------------------


def post_draws(*, now: datetime, limit: int = BATCH) -> int:
    """Pay what waits, as far as the money of each budget goes, up to `limit` payouts of each; how many were paid.

    Payouts over a gateway that is stopped stay in line and stand in nobody's way.
    """
    return sum(_post_on(budget, now=now, limit=limit) for budget in _budgets_waited_for(now))


@dataclass
class Beginning:
    """Where the queue of one budget begins, as far as this process knows.

    While a long report is open, rows that are gone still lie in the way of whoever looks for the oldest. So the look
    begins behind those that were posted a while ago; one that was accepted so slowly that it stands before them is
    found by the look at the whole queue that comes now and then.
    """

    LAG = timedelta(seconds=2)
    LOOK_BACK_EVERY = timedelta(seconds=10)

    after: int = 0
    posted: deque[tuple[datetime, int]] = field(default_factory=deque)
    look_back_at: datetime | None = None

    def move_on(self, now: datetime) -> None:
        while self.posted and self.posted[0][0] <= now - self.LAG:
            self.after = self.posted.popleft()[1]
        if self.look_back_at is None or now >= self.look_back_at:
            self.after, self.look_back_at = 0, now + self.LOOK_BACK_EVERY


_beginnings: defaultdict[AccountName, Beginning] = defaultdict(Beginning)

WAITED_FOR = """
SELECT account.owner, account.currency
FROM ledger_account account
LEFT JOIN unnest(%s::text[], %s::text[], %s::bigint[]) AS beginning (owner, currency, after)
    USING (owner, currency)
WHERE account.kind = 'fund_budget' AND EXISTS (
    SELECT FROM payouts_draw draw
    WHERE (draw.budget, draw.currency) = (account.owner, account.currency)
    AND draw.payout_id > coalesce(beginning.after, 0)
)
ORDER BY account.id
"""


def _budgets_waited_for(now: datetime) -> list[AccountName]:
    """The budgets with somebody in line; one that was never filled has nothing to give and is left out."""
    for beginning in _beginnings.values():
        beginning.move_on(now)
    known = [(budget.owner, budget.currency, beginning.after) for budget, beginning in _beginnings.items()]
    with connection.cursor() as cursor:
        cursor.execute(WAITED_FOR, [list(column) for column in zip(*known, strict=True)] or [[], [], []])
        return [fund_budget(owner, currency) for owner, currency in cursor.fetchall()]


def _post_on(budget: AccountName, *, now: datetime, limit: int) -> int:
    """One batch of one budget: all of it or, if somebody else drew the money in between, nothing until the next try."""
    try:
        with atomic(durable=True):
            draws = _those_that_fit(budget, limit, now) if _is_only_poster_of(budget) else []
            crash_point("payouts.draws_are_chosen")
            _pay(draws, now)
            crash_point("payouts.before_draws_are_committed")
    except Overdrawn:
        return 0
    if draws:
        _beginnings[budget].posted.append((now, draws[-1].pk))
        crash_point("payouts.after_draws")
    return len(draws)


def _is_only_poster_of(budget: AccountName) -> bool:
    """One poster works on a budget at a time, until its commit; the others have nothing to wait for.

    The plans of a batch are made once for all: each batch has another size, and a new plan costs more than its work.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)),"
            " set_config('plan_cache_mode', 'force_generic_plan', true)",
            [f"payouts_draw:{':'.join(budget)}"],
        )
        alone, _ = cursor.fetchone()
    return bool(alone)


def _those_that_fit(budget: AccountName, limit: int, now: datetime) -> list[Draw]:
    """The oldest in line, up to the first that asks for more than is left, in all or of the day."""
    balance, of_the_day = balance_of(budget), left_today(budget, now)
    waiting = list(_queue(limit).ask(budget=budget.owner, currency=budget.currency, after=_beginnings[budget].after))
    in_all = None if balance.floor is None else balance.posted - balance.floor
    room = min((room for room in (in_all, of_the_day) if room is not None), default=None)
    if room is None:
        return waiting
    totals = accumulate(draw.amount for draw in waiting)
    return [draw for draw, total in zip(waiting, totals, strict=True) if total <= room]


@cache
def _queue(limit: int) -> Compiled[Draw]:
    """Those in line for `budget` and `currency` behind the payout `after`, but for those whose gateway is stopped."""
    return Compiled(
        lambda: (
            Draw.objects.filter(
                budget=Given("budget", CharField()),
                currency=Given("currency", CharField()),
                pk__gt=Given("after", BigIntegerField()),
            )
            .exclude(Exists(Stop.objects.covering(OuterRef("payout__gateway"))))
            .select_related("payout")
            .order_by("pk")[:limit]
        )
    )


def _pay(draws: Sequence[Draw], now: datetime) -> None:
    """Draw, book and pay: what arrives at once is settled, the rest is set aside and goes on its way."""
    if not draws:
        return
    judged = conspicuous([draw.payout for draw in draws])
    at_once = [draw for draw in draws if draw.pk not in judged and _settles_at_once(draw)]
    later = [draw for draw in draws if draw.pk in judged or not _settles_at_once(draw)]
    book(
        *(posting for draw in draws for posting in _funding(draw, now)),
        *(replace(_leaving(draw, now), held=True) for draw in at_once),
    )
    count_draws(posting for draw in draws for posting in _funding(draw, now))
    reserve_all(*(_leaving(draw, now) for draw in later))
    crash_point("payouts.draws_are_posted")
    _leave_the_queue(draws)
    move_all_to(
        [draw.payout for draw in at_once], Status.SETTLED, at=now, history={}, ended_at=now, waits_for_fund=False
    )
    Payout.objects.filter(pk__in=[draw.pk for draw in later]).update(waits_for_fund=False, next_at=now)
    for draw in later:
        _send_off(draw, now, judged=draw.pk in judged)


def _leave_the_queue(draws: Sequence[Draw]) -> None:
    with connection.cursor() as cursor:
        ids = array_of(draw.pk for draw in draws)
        cursor.execute("DELETE FROM payouts_draw WHERE payout_id = ANY(%s::bigint[])", [ids])


def _settles_at_once(draw: Draw) -> bool:
    return find_gateway(draw.payout.gateway).settles_at_once


def _funding(draw: Draw, now: datetime) -> tuple[Posting, Posting]:
    """Who bears it, which makes it payable, and the draw: the fund's money joins that of consumers and merchants."""
    payable, key = payable_to(draw.payout.payee_id, draw.currency), draw.payout.key
    cost = AccountName(AccountKind(draw.cost_kind), draw.cost_owner, draw.currency)
    kind = TransferKind(draw.kind)
    budget, cash = fund_budget(draw.budget, draw.currency), client_cash(draw.currency)
    return (
        Posting(key=key, debit=cost, credit=payable, amount=draw.amount, kind=kind, happened_at=now),
        Posting(
            key=f"{key}:draw", debit=cash, credit=budget, amount=draw.amount, kind=TransferKind.DRAW, happened_at=now
        ),
    )


def _leaving(draw: Draw, now: datetime) -> Posting:
    """The payout's own transfer."""
    return Posting(
        key=draw.payout.hold_key,
        debit=payable_to(draw.payout.payee_id, draw.currency),
        credit=find_gateway(draw.payout.gateway).destination(draw.payout),
        amount=draw.amount,
        kind=TransferKind.PAYOUT,
        happened_at=now,
    )


def _send_off(draw: Draw, now: datetime, *, judged: bool) -> None:
    """What is conspicuous waits for a person; the rest leaves."""
    payout = draw.payout
    payout.waits_for_fund, payout.next_at = False, now
    if judged and hold_back_if_conspicuous(payout, made_by=draw.made_by, funding=_funding(draw, now)):
        return
    if _settles_at_once(draw):
        settle_in_the_books(payout, at=now)
    else:
        wake("payouts.tasks.send_due_payouts")
