"""The fund lane: accept payouts that the special fund pays, and pay them in batches, by one poster for each budget.

Whoever drew on a budget in a transaction of its own would queue behind everybody else's commit. So a payout is
accepted as a place in line, one narrow row that touches nothing shared, and the poster starts what waits, the oldest
first: however many there are, drawing, booking and paying them takes the same few statements and one commit.

What a budget cannot pay waits, and so does what came after it, so that small sums never overtake a large one for ever.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection
from django.db.models import BigIntegerField, CharField, Exists, OuterRef
from django.db.transaction import atomic
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.arrays import array_of
from common.compiled import Compiled, Given
from common.constraints import broken_constraint
from common.crash_points import crash_point
from common.errors import Refusal
from common.garbage import uncollected
from common.statements import plan_for_any_number, rows_of
from common.states import MovedMeanwhile
from ledger.actions import Overdrawn, Posting
from ledger.chart import AccountName, balance_of, client_cash, fund_budget, payable_to
from ledger.models import AccountKind, TransferKind
from payouts.actions.budgeting import left_today
from payouts.actions.starting import PayoutKeyReused, Start, start_all
from payouts.gateways.registry import find_gateway
from payouts.models import Draw, Payout, Stop

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


class GivesBackOnly(Refusal):
    """The gateway returns payments to where they came from; what the fund pays came from nowhere."""

    code = "gives_back_only"
    message = _("Through %(gateway)s a payment can only be given back, so the fund cannot pay that way.")


def request_draw(request: DrawRequest) -> Draw | Payout:
    """Accept the payout for good, in one statement; it waits in line until the fund can pay it (`post_draws`).

    With a key that was used before for the same, nothing is written, and the place in line comes back or, once it is
    paid, the payout. Raises PayoutKeyReused, UnknownGateway and GivesBackOnly.
    """
    return request_draws([request])[0]


def request_draws(requests: Sequence[DrawRequest]) -> list[Draw | Payout]:
    """`request_draw` for any number, in the order given: one statement accepts them all."""
    if not requests:
        return []
    asked = _by_key(requests)
    crash_point("payouts.before_draws_are_accepted")
    new = _accept(list(asked.values()))
    crash_point("payouts.after_draws_are_accepted")
    accepted = {key: new.get(key) or _accepted_before(request) for key, request in asked.items()}
    return [accepted[request.key] for request in requests]


def _by_key(requests: Sequence[DrawRequest]) -> dict[str, DrawRequest]:
    """Raises PayoutKeyReused for two that mean different things by one key, UnknownGateway and GivesBackOnly."""
    asked: dict[str, DrawRequest] = {}
    for request in requests:
        if find_gateway(request.gateway).only_gives_back:
            raise GivesBackOnly(gateway=request.gateway)
        first = asked.setdefault(request.key, request)
        if first is not request and replace(first, at=request.at) != request:
            raise PayoutKeyReused(key=request.key)
    return asked


COLUMNS = (
    *("key", "payee_id", "amount", "currency", "gateway", "accepted_at"),
    *("budget", "cost_kind", "cost_owner", "kind", "made_by_id"),
)
KINDS = (*("text", "bigint", "bigint", "text", "text", "timestamptz"), *("text", "text", "text", "text", "bigint"))

# Of several callers with one key, the first writes it. What is said of one is known to be one row, so that one plan
# serves for good.
ACCEPT = f"""
INSERT INTO payouts_draw ({", ".join(COLUMNS)}) {{asked}}
ON CONFLICT (key) DO NOTHING
RETURNING id, key
"""
ACCEPT_ONE = ACCEPT.format(asked=f"VALUES ({', '.join(['%s'] * len(COLUMNS))})")
ACCEPT_MANY = ACCEPT.format(
    asked=f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in KINDS)})"  # noqa: S608 (our own)
)


def _accept(requests: Sequence[DrawRequest]) -> dict[str, Draw]:
    """The places in line that are new, by key. The database gives none to a payout that has begun."""
    try:
        with atomic() if connection.in_atomic_block else nullcontext():
            return _write(requests)
    except IntegrityError as error:
        if broken_constraint(error) != "draw_is_of_no_payout":
            raise
    begun = set(Payout.objects.filter(key__in=[it.key for it in requests]).values_list("key", flat=True))
    return _accept([request for request in requests if request.key not in begun])


def _write(requests: Sequence[DrawRequest]) -> dict[str, Draw]:
    rows = {request.key: _row(request) for request in requests}
    if not rows:
        return {}
    if len(rows) == 1:
        written = rows_of(ACCEPT_ONE, *rows.values())
    else:
        written = rows_of(ACCEPT_MANY, [array_of(column) for column in zip(*rows.values(), strict=True)])
    return {key: Draw.from_db(DEFAULT_DB_ALIAS, ("id", *COLUMNS), (number, *rows[key])) for number, key in written}


def _row(request: DrawRequest) -> tuple[Any, ...]:
    return (
        *(request.key, request.payee.pk, request.amount, request.currency, request.gateway, request.at),
        *(request.budget, *_bears(request), request.made_by.pk if request.made_by else None),
    )


def _bears(request: DrawRequest) -> tuple[str, str, str]:
    return str(request.cost.kind), request.cost.owner, str(request.kind)


def _accepted_before(request: DrawRequest) -> Draw | Payout:
    """The first one of this key. Raises PayoutKeyReused when it is another one, or paid by or for somebody else."""
    first = Draw.objects.filter(key=request.key).first() or Payout.objects.get(key=request.key)
    wanted = (request.payee.pk, request.amount, request.currency, request.gateway)
    same = wanted == (first.payee_id, first.amount, first.currency, first.gateway)
    if not same or _bearing(first) != [(request.budget, *_bears(request))]:
        raise PayoutKeyReused(key=request.key)
    return first


# What a payout was accepted as: its place in line says it and, once it is paid, the books do.
BEARING = """
SELECT budget.owner, cost.kind, cost.owner, bearing.kind
FROM ledger_transfer bearing
JOIN ledger_account cost ON cost.id = bearing.debit_id
JOIN ledger_transfer draw ON draw.key = bearing.key || ':draw'
JOIN ledger_account budget ON budget.id = draw.credit_id
WHERE bearing.key = %s
"""


def _bearing(first: Draw | Payout) -> list[tuple[Any, ...]]:
    if isinstance(first, Draw):
        return [(first.budget, first.cost_kind, first.cost_owner, first.kind)]
    return rows_of(BEARING, [first.key])


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
    AND draw.id > coalesce(beginning.after, 0)
)
ORDER BY account.id
"""


def _budgets_waited_for(now: datetime) -> list[AccountName]:
    """The budgets with somebody in line; one that was never filled has nothing to give and is left out."""
    for beginning in _beginnings.values():
        beginning.move_on(now)
    known = [(budget.owner, budget.currency, beginning.after) for budget, beginning in _beginnings.items()]
    found = rows_of(WAITED_FOR, [list(column) for column in zip(*known, strict=True)] or [[], [], []])
    return [fund_budget(owner, currency) for owner, currency in found]


@uncollected()
def _post_on(budget: AccountName, *, now: datetime, limit: int) -> int:
    """One batch of one budget: all of it or, if somebody else drew the money in between, nothing until the next try."""
    try:
        with atomic(durable=True):
            plan_for_any_number()
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
    """One poster works on a budget at a time, until its commit; the others have nothing to wait for."""
    key = f"payouts_draw:{':'.join(budget)}"
    [(alone,)] = rows_of("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
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
    """Those in line for `budget` and `currency` behind the place `after`, but for those whose gateway is stopped.

    A payout that somebody started while its key was in line is not started again; the proofs name it.
    """
    return Compiled(
        lambda: (
            Draw.objects.filter(
                budget=Given("budget", CharField()),
                currency=Given("currency", CharField()),
                pk__gt=Given("after", BigIntegerField()),
            )
            .exclude(Exists(Stop.objects.covering(OuterRef("gateway"))))
            .exclude(Exists(Payout.objects.filter(key=OuterRef("key"))))
            .order_by("pk")[:limit]
        )
    )


def _pay(draws: Sequence[Draw], now: datetime) -> None:
    """Start the payouts: what arrives at once is settled, the rest is set aside and goes on its way."""
    if draws:
        _leave_the_line(draws)
        start_all([_start(draw, now) for draw in draws])
        crash_point("payouts.draws_are_posted")


LEAVE = """
WITH gone AS (DELETE FROM payouts_draw WHERE id = ANY(%s::bigint[]) RETURNING id) SELECT count(*) FROM gone
"""


def _leave_the_line(draws: Sequence[Draw]) -> None:
    """Raises MovedMeanwhile when one was not in line any more."""
    [(gone,)] = rows_of(LEAVE, [array_of(draw.pk for draw in draws)])
    if gone != len(draws):
        raise MovedMeanwhile


def _start(draw: Draw, now: datetime) -> Start:
    return Start(
        key=draw.key,
        payee=_person(draw.payee_id),
        amount=draw.amount,
        currency=draw.currency,
        gateway=draw.gateway,
        at=now,
        funding=_funding(draw, now),
        made_by=_person(draw.made_by_id) if draw.made_by_id else None,
    )


def _person(number: int) -> User:
    """Whoever is meant, read only when somebody asks for more than the number."""
    return User.from_db(DEFAULT_DB_ALIAS, ("id",), (number,))


def _funding(draw: Draw, now: datetime) -> tuple[Posting, Posting]:
    """Who bears it, which makes it payable, and the draw: the fund's money joins that of consumers and merchants."""
    key, amount = draw.key, draw.amount
    cost, kind, budget, cash = _accounts(draw.cost_kind, draw.cost_owner, draw.kind, draw.budget, draw.currency)
    payable = payable_to(draw.payee_id, draw.currency)
    return (
        Posting(key=key, debit=cost, credit=payable, amount=amount, kind=kind, happened_at=now),
        Posting(key=f"{key}:draw", debit=cash, credit=budget, amount=amount, kind=TransferKind.DRAW, happened_at=now),
    )


@lru_cache
def _accounts(
    cost_kind: str, cost_owner: str, kind: str, budget: str, currency: str
) -> tuple[AccountName, TransferKind, AccountName, AccountName]:
    """Who bears it and as what, and the two accounts of the draw: the same for nearly all of a batch."""
    return (
        AccountName(AccountKind(cost_kind), cost_owner, currency),
        TransferKind(kind),
        fund_budget(budget, currency),
        client_cash(currency),
    )
