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
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any
from uuid import uuid4

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigIntegerField, CharField, Exists, OuterRef
from django.db.transaction import atomic
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.arrays import array_of
from common.compiled import Compiled, Given
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import MovedMeanwhile, refuse_illegal
from common.wakeups import wake
from ledger.actions import Overdrawn, Posting, book, reserve_all
from ledger.chart import AccountName, balance_of, client_cash, fund_budget, payable_to
from ledger.models import AccountKind, TransferKind
from payouts.actions.budgeting import count_draws, left_today
from payouts.actions.judging import hold_back_if_conspicuous
from payouts.actions.screening import conspicuous
from payouts.actions.starting import PayoutKeyReused, settle_in_the_books
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


class GivesBackOnly(Refusal):
    """The gateway returns payments to where they came from; what the fund pays came from nowhere."""

    code = "gives_back_only"
    message = _("Through %(gateway)s a payment can only be given back, so the fund cannot pay that way.")


def request_draw(request: DrawRequest) -> Payout:
    """Accept the payout for good, in one statement; it is reserved until the fund has paid it (`post_draws`).

    With a key that was used before for the same, nothing is written and the first payout comes back.
    Raises PayoutKeyReused, UnknownGateway and GivesBackOnly.
    """
    return request_draws([request])[0]


def request_draws(requests: Sequence[DrawRequest]) -> list[Payout]:
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


# The payout and its place in the queue; of several callers with one key, the first writes them. What is said of one
# is known to be one row, so that one plan serves for good.
PAYOUT = "key, payee_id, amount, currency, gateway, provider_key, created_at"
DRAW = "payout_id, budget, currency, amount, cost_kind, cost_owner, kind, made_by_id"
ACCEPT = """
WITH {asked} payout AS (
    INSERT INTO payouts_payout (
        {payout}, status, waits_for_fund, attempts_made, provider_reference, failure
    )
    {rows}
    ON CONFLICT (key) DO NOTHING
    RETURNING *
), queue AS (
    INSERT INTO payouts_draw ({draw}) {places}
)
SELECT {columns} FROM payout
"""
ACCEPT_ONE = ACCEPT.format(
    asked="",
    payout=PAYOUT,
    rows="VALUES (%s, %s, %s, %s, %s, %s, %s, 'reserved', true, 0, '', '')",
    draw=DRAW,
    places="SELECT id, %s, currency, amount, %s, %s, %s, %s::bigint FROM payout",
    columns="{columns}",
)
KINDS = (
    *("text", "bigint", "bigint", "text", "text", "uuid", "timestamptz"),
    *("text", "text", "text", "text", "bigint"),
)  # fmt: skip
ACCEPT_MANY = ACCEPT.format(
    asked=f"""asked ({PAYOUT}, budget, cost_kind, cost_owner, kind, made_by_id, position) AS (
        SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in KINDS)}) WITH ORDINALITY
    ),""",  # noqa: S608 (our own)
    payout=PAYOUT,
    rows=f"SELECT {PAYOUT}, 'reserved', true, 0, '', '' FROM asked ORDER BY position",  # noqa: S608 (our own)
    draw=DRAW,
    places="""SELECT payout.id, budget, payout.currency, payout.amount, cost_kind, cost_owner, kind, made_by_id
        FROM payout JOIN asked USING (key) ORDER BY payout.id""",
    columns="{columns}",
)


def _accept(requests: Sequence[DrawRequest]) -> dict[str, Payout]:
    """The payouts that are new, by key."""
    rows = [_row(request) for request in requests]
    columns = _columns()
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_accepting(ACCEPT_ONE), rows[0])
        else:
            cursor.execute(_accepting(ACCEPT_MANY), [array_of(column) for column in zip(*rows, strict=True)])
        new = [Payout.from_db(DEFAULT_DB_ALIAS, columns, row) for row in cursor.fetchall()]
    return {payout.key: payout for payout in new}


@cache
def _accepting(statement: str) -> str:
    return statement.format(columns=", ".join(_columns()))


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in Payout._meta.concrete_fields)


def _row(request: DrawRequest) -> tuple[Any, ...]:
    return (
        *(request.key, request.payee.pk, request.amount, request.currency, request.gateway, uuid4(), request.at),
        *(request.budget, *_bears(request), request.made_by.pk if request.made_by else None),
    )


def _bears(request: DrawRequest) -> tuple[str, str, str]:
    return str(request.cost.kind), request.cost.owner, str(request.kind)


# What a payout was accepted as: its place in line says it and, once it is paid, the books do.
ACCEPTED_AS = """
SELECT budget, cost_kind, cost_owner, kind FROM payouts_draw WHERE payout_id = %s
UNION ALL
SELECT budget.owner, cost.kind, cost.owner, bearing.kind
FROM ledger_transfer bearing
JOIN ledger_account cost ON cost.id = bearing.debit_id
JOIN ledger_transfer draw ON draw.key = bearing.key || ':draw'
JOIN ledger_account budget ON budget.id = draw.credit_id
WHERE bearing.key = %s
"""


def _accepted_before(request: DrawRequest) -> Payout:
    """The first payout of this key. Raises PayoutKeyReused when it is another one, or paid by or for somebody else."""
    first = Payout.objects.get(key=request.key)
    with connection.cursor() as cursor:
        cursor.execute(ACCEPTED_AS, [first.pk, request.key])
        accepted_as = cursor.fetchall()
    wanted = (request.payee.pk, request.amount, request.currency, request.gateway)
    same = wanted == (first.payee_id, first.amount, first.currency, first.gateway)
    if not same or accepted_as != [(request.budget, *_bears(request))]:
        raise PayoutKeyReused(key=request.key)
    return first


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
        alone, _plans = cursor.fetchone()
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
    at_once: list[Draw] = []
    later: list[Draw] = []
    for draw in draws:
        (later if draw.pk in judged or not _settles_at_once(draw) else at_once).append(draw)
    funding = [posting for draw in draws for posting in _funding(draw, now)]
    book(*funding, *(_leaving(draw, now, held=True) for draw in at_once))
    count_draws(funding)
    reserve_all(*(_leaving(draw, now) for draw in later))
    crash_point("payouts.draws_are_posted")
    _write_down(at_once, later, now)
    for draw in later:
        _send_off(draw, now, judged=draw.pk in judged)


# Those that arrive at once and those that go on their way leave the queue together, and get their history from the
# start. `reserved` is what a payout has to be still: whatever somebody did to it meanwhile is not overwritten.
WRITE_DOWN = """
WITH gone AS (
    DELETE FROM payouts_draw WHERE payout_id = ANY(%(ids)s::bigint[]) RETURNING payout_id
), paid AS (
    UPDATE payouts_payout SET
        waits_for_fund = false,
        status = CASE WHEN given.at_once THEN %(settled)s ELSE status END,
        ended_at = CASE WHEN given.at_once THEN %(now)s::timestamptz END,
        next_at = CASE WHEN NOT given.at_once THEN %(now)s::timestamptz END
    FROM unnest(%(ids)s::bigint[], %(at_once)s::boolean[]) AS given (id, at_once)
    WHERE payouts_payout.id = given.id AND status = %(reserved)s AND waits_for_fund
    RETURNING payouts_payout.id, created_at, at_once
), history AS (
    INSERT INTO payouts_move (payout_id, was, became, at, because)
    SELECT id, '', %(reserved)s, created_at, '' FROM paid
    UNION ALL
    SELECT id, %(reserved)s, %(settled)s, %(now)s::timestamptz, '' FROM paid WHERE at_once
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM paid)
"""


def _write_down(at_once: Sequence[Draw], later: Sequence[Draw], now: datetime) -> None:
    """Raises MovedMeanwhile when one was not in line any more."""
    refuse_illegal(Payout, Status.RESERVED, Status.SETTLED)
    number = len(at_once) + len(later)
    given: dict[str, Any] = {
        "ids": array_of(draw.pk for draw in (*at_once, *later)),
        "at_once": array_of([True] * len(at_once) + [False] * len(later)),
        "now": now,
        "reserved": Status.RESERVED.value,
        "settled": Status.SETTLED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE_DOWN, given)
        if cursor.fetchone() != (number, number):
            raise MovedMeanwhile


def _settles_at_once(draw: Draw) -> bool:
    return find_gateway(draw.payout.gateway).settles_at_once


def _funding(draw: Draw, now: datetime) -> tuple[Posting, Posting]:
    """Who bears it, which makes it payable, and the draw: the fund's money joins that of consumers and merchants."""
    key, amount = draw.payout.key, draw.amount
    cost, kind, budget, cash = _accounts(draw.cost_kind, draw.cost_owner, draw.kind, draw.budget, draw.currency)
    payable = payable_to(draw.payout.payee_id, draw.currency)
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


def _leaving(draw: Draw, now: datetime, *, held: bool = False) -> Posting:
    """The payout's own transfer."""
    return Posting(
        key=draw.payout.hold_key,
        debit=payable_to(draw.payout.payee_id, draw.currency),
        credit=find_gateway(draw.payout.gateway).destination(draw.payout),
        amount=draw.amount,
        kind=TransferKind.PAYOUT,
        happened_at=now,
        held=held,
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
