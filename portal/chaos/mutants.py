"""Ways to get a ledger wrong, one and more for each of the sixteen invariants, each of which breaks exactly that one.

A mutant takes a protection away or rewrites the ledger's own SQL, as text, while it is in force: what it replaces must
be there, so that a mutant never turns harmless unnoticed. Only for a database that holds nothing else: the books are
emptied before a protection comes back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.http import HttpRequest

import common.idempotency
import ledger.actions
import ledger.canonical
from common.at_once import at_once
from ledger.actions import Overdrawn, Posting
from ledger.models import DEBIT_NORMAL, AccountKind, Transfer
from portal.chaos import invariants
from portal.chaos.invariants import Books

BOOKS = (
    "ledger_transfer, ledger_hold, ledger_account, ledger_keptbalance, ledger_hotbalance, ledger_raised, ledger_drawn,"
    " ledger_seal, ledger_closing, common_storedanswer"
)


@dataclass(frozen=True)
class Mutant:
    """`what` is what is wrong with the ledger, `breaks` the one invariant that has to notice."""

    what: str
    breaks: Callable[[Books], None]
    changes: Sequence[Callable[[], AbstractContextManager[Any]]]

    def __str__(self) -> str:
        return self.what

    @contextmanager
    def in_force(self) -> Iterator[None]:
        with ExitStack() as stack:
            for change in self.changes:
                stack.enter_context(change())
            stack.callback(_execute, f"TRUNCATE {BOOKS} CASCADE")
            yield


# --- ways to change the database ---------------------------------------------------------------------


@contextmanager
def without_trigger(table: str, trigger: str) -> Iterator[None]:
    definition = _one(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s AND tgrelid = %s::regclass", trigger, table
    )
    _execute(f"DROP TRIGGER {trigger} ON {table}")
    try:
        yield
    finally:
        _execute(definition)


@contextmanager
def without_constraint(table: str, constraint: str) -> Iterator[None]:
    definition = _one(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
        constraint,
        table,
    )
    _execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        _execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


@contextmanager
def without_index(index: str) -> Iterator[None]:
    definition = _one("SELECT pg_get_indexdef(%s::regclass)", index)
    _execute(f"DROP INDEX {index}")
    try:
        yield
    finally:
        _execute(definition)


@contextmanager
def with_index(name: str, definition: str) -> Iterator[None]:
    _execute(f"CREATE UNIQUE INDEX {name} ON {definition}")
    try:
        yield
    finally:
        _execute(f"DROP INDEX {name}")


@contextmanager
def rewritten(function: str, *changes: tuple[str, str]) -> Iterator[None]:
    """The function of that name with each text replaced by the other."""
    definition = _one("SELECT pg_get_functiondef(%s::regproc)", function)
    _execute(_replaced(definition, *changes))
    try:
        yield
    finally:
        _execute(definition)


@contextmanager
def numbered_in_blocks(table: str) -> Iterator[None]:
    sequence = _one("SELECT pg_get_serial_sequence(%s, 'id')", table)
    _execute(f"ALTER SEQUENCE {sequence} CACHE 20")
    try:
        yield
    finally:
        _execute(f"ALTER SEQUENCE {sequence} CACHE 1")


@contextmanager
def with_statement(*changes: tuple[str, str]) -> Iterator[None]:
    """The statement by which `post` writes, with each text replaced by the other."""
    with patch.object(ledger.actions, "WRITE", _replaced(ledger.actions.WRITE, *changes)):
        ledger.actions._statement.cache_clear()
        try:
            yield
        finally:
            ledger.actions._statement.cache_clear()


def _replaced(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        if old not in text:
            raise LookupError(f"The ledger no longer says: {old}")
        text = text.replace(old, new)
    return text


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _one(query: str, *values: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        (value,) = cursor.fetchone()
    return str(value)


# --- ways to change the code -------------------------------------------------------------------------


def cash_on_the_wrong_side() -> AbstractContextManager[Any]:
    return patch.object(ledger.actions, "DEBIT_NORMAL", DEBIT_NORMAL - {AccountKind.CLIENT_CASH})


def seals_without_the_moment() -> AbstractContextManager[Any]:
    moment = f"|| {ledger.canonical._moment('transfer.happened_at')}\n"
    return patch.object(ledger.canonical, "TRANSFERS", _replaced(ledger.canonical.TRANSFERS, (moment, "|| 'null'\n")))


def refused_keys_taken_for_posted() -> AbstractContextManager[Any]:
    """`post` notes the key before the money is looked at, and later finds the note."""
    noted: set[str] = set()
    post = ledger.actions._post

    def post_with_notes(
        postings: Sequence[Posting], columns: tuple[str, ...]
    ) -> tuple[ledger.actions.Rows, dict[str, Transfer]]:
        if noted.issuperset(posting.key for posting in postings):
            return [tuple(_as_if_written(posting).get(column) for column in columns) for posting in postings], {}
        try:
            return post(postings, columns)
        except Overdrawn:
            noted.update(posting.key for posting in postings)
            raise

    return patch.object(ledger.actions, "_post", post_with_notes)


def _as_if_written(posting: Posting) -> dict[str, object]:
    return {"id": -1, "key": posting.key, "amount": posting.amount, "kind": posting.kind}


def keys_claimed_beside_the_transaction() -> AbstractContextManager[Any]:
    """The claim on a request's key is committed at once, on a connection of its own."""
    start = common.idempotency._start

    def start_beside(request: HttpRequest, key: str, digest: bytes, now: datetime) -> int | None:
        [started] = at_once(lambda: start(request, key, digest, now))
        if isinstance(started, Exception):
            raise started
        return started

    return patch.object(common.idempotency, "_start", start_beside)


# --- the mutants ------------------------------------------------------------------------------------

FOLLOW = "ledger_balances_follow_transfers"
NEW_BALANCE = "balance.posted + account.normal * change.credited"
LOCK = "PERFORM\n    FROM (SELECT debit_id AS account_id FROM written UNION"
KEY_TAKEN = "ON CONFLICT (key) DO NOTHING"
KEY_INDEX = ("ledger_transfer", "transfer_key_is_posted_once")
ONE_CURRENCY = "(WHERE (debit.currency = credit.currency) IS NOT TRUE)"

RAISE = "INSERT INTO ledger_raised (account_id, amount) VALUES (hot_account, change);"
READ_THEN_RAISE = """UPDATE ledger_hotbalance SET raised = change + (
            SELECT raised FROM ledger_hotbalance seen, pg_sleep(0.002) WHERE seen.account_id = hot_account
        ) WHERE account_id = hot_account;"""

NO_PAYOUT = "WHERE kind <> 'payout'"

# So that crossing transfers wait for each other for ever.
LOCK_WHO_PAYS_FIRST = f"""PERFORM FROM ledger_keptbalance
    WHERE account_id = (SELECT debit_id FROM written ORDER BY id LIMIT 1)
    FOR NO KEY UPDATE;
    PERFORM pg_sleep(0.015);

    {LOCK}"""  # noqa: S608 (our own words)

# Looks whether there is enough, and only then waits for its turn.
WHO_PAYS = """FROM written JOIN ledger_account account ON account.id IN (written.debit_id, written.credit_id)
        JOIN ledger_keptbalance balance ON balance.account_id = account.id
        WHERE account.normal = CASE WHEN account.id = written.debit_id THEN 1 ELSE -1 END"""
LOOK_BEFORE_WAITING = f"""IF EXISTS (SELECT {WHO_PAYS} AND balance.posted - written.amount < balance.floor) THEN
        RAISE EXCEPTION 'overdrawn'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_never_below_its_floor';
    END IF;
    PERFORM pg_sleep(0.05) WHERE EXISTS (SELECT {WHO_PAYS} AND balance.floor IS NOT NULL);

    {LOCK}"""

# What was read before the lock is written after it.
READ_BEFORE_WAITING = f"""CREATE TEMP TABLE IF NOT EXISTS seen AS SELECT * FROM ledger_keptbalance WITH NO DATA;
    TRUNCATE seen;
    INSERT INTO seen SELECT balance.* FROM ledger_keptbalance balance JOIN ledger_account account
    ON account.id = balance.account_id AND account.kind = 'gateway_clearing'
    WHERE account_id IN (SELECT debit_id FROM written UNION SELECT credit_id FROM written);
    PERFORM pg_sleep(0.002);

    {LOCK}"""  # noqa: S608 (our own words)
SEEN_BALANCE = (
    "coalesce((SELECT seen.posted FROM seen WHERE seen.account_id = balance.account_id), balance.posted)"
    " + account.normal * change.credited"
)

MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "cash accounts open on the wrong side",
        invariants.the_two_sides_balance,
        [cash_on_the_wrong_side],
    ),
    Mutant(
        "lines may be edited",
        invariants.what_is_written_stays,
        [lambda: without_trigger("ledger_transfer", "transfers_never_change")],
    ),
    Mutant(
        "seals leave out when a transfer happened",
        invariants.the_chain_shows_every_edit,
        [seals_without_the_moment],
    ),
    Mutant(
        "a key counts once for each moment",
        invariants.a_key_counts_once,
        [
            lambda: without_constraint(*KEY_INDEX),
            lambda: with_index("transfer_key_and_moment", "ledger_transfer (key, happened_at)"),
            lambda: with_statement((KEY_TAKEN, "ON CONFLICT (key, happened_at) DO NOTHING")),
            lambda: rewritten(
                "ledger_reserved_follows_holds", (KEY_TAKEN, "ON CONFLICT (key, happened_at) DO NOTHING")
            ),
        ],
    ),
    Mutant(
        "a key is looked up first and written later",
        invariants.of_duplicates_at_once_one_counts,
        [
            lambda: without_constraint(*KEY_INDEX),
            lambda: with_statement(
                (
                    "WHERE NOT EXISTS (SELECT FROM posting",
                    "WHERE NOT EXISTS (SELECT FROM ledger_transfer first WHERE first.key = posting.key)\n"
                    "    AND pg_sleep(0.02) IS NOT NULL\n"
                    "    AND NOT EXISTS (SELECT FROM posting",
                ),
                (KEY_TAKEN, ""),
            ),
            lambda: rewritten("ledger_reserved_follows_holds", (KEY_TAKEN, "")),
        ],
    ),
    Mutant(
        "a busy balance is read before its lock is waited for",
        invariants.every_credit_to_a_hot_account_counts,
        [lambda: rewritten(FOLLOW, (LOCK, READ_BEFORE_WAITING), (NEW_BALANCE, SEEN_BALANCE))],
    ),
    Mutant(
        "what a fund holds is read before it is raised",
        invariants.every_credit_to_a_hot_account_counts,
        [lambda: rewritten("ledger_move_hot", (RAISE, READ_THEN_RAISE))],
    ),
    Mutant(
        "the balance that pays is locked before the others",
        invariants.value_is_conserved,
        [lambda: rewritten(FOLLOW, (LOCK, LOCK_WHO_PAYS_FIRST))],
    ),
    Mutant(
        "money that was set aside leaves without changing a balance",
        invariants.balances_are_the_journal,
        [
            lambda: rewritten(
                FOLLOW,
                ("-amount AS credited FROM written", f"-amount AS credited FROM written {NO_PAYOUT}"),
                (
                    "amount FROM written\n        ) leg\n        GROUP",
                    f"amount FROM written {NO_PAYOUT}\n        ) leg\n        GROUP",
                ),
            )
        ],
    ),
    Mutant(
        "whether there is enough is looked at before the lock is waited for",
        invariants.nothing_is_overdrawn,
        [
            lambda: without_constraint("ledger_keptbalance", "balance_never_below_its_floor"),
            lambda: rewritten(FOLLOW, (LOCK, LOOK_BEFORE_WAITING)),
        ],
    ),
    Mutant(
        "a fund is drawn on without its lock",
        invariants.nothing_is_overdrawn,
        [lambda: rewritten("ledger_move_hot", ("PERFORM ledger_lock_hot(hot_account);", "PERFORM pg_sleep(0.02);"))],
    ),
    Mutant(
        "balances are kept as floating-point numbers",
        invariants.pennies_never_drift,
        [lambda: rewritten(FOLLOW, (NEW_BALANCE, f"(({NEW_BALANCE})::real)::bigint"))],
    ),
    Mutant(
        "nobody looks at the currencies of a posting",
        invariants.currencies_never_mix,
        [lambda: rewritten(FOLLOW, (ONE_CURRENCY, "(WHERE debit.id IS NULL OR credit.id IS NULL)"))],
    ),
    Mutant(
        "a line may be reversed again and again",
        invariants.a_reversal_compensates,
        [lambda: without_index("transfer_is_reversed_at_most_once")],
    ),
    Mutant(
        "what a hold set aside stays set aside when it ends without a payment",
        invariants.the_log_rebuilds_the_state,
        [
            lambda: rewritten(
                "ledger_reserved_follows_holds",
                (
                    "WHERE (leg.status = 'reserved') = reserving",
                    "WHERE (leg.status = 'reserved') = reserving AND leg.status <> 'released'",
                ),
            )
        ],
    ),
    Mutant(
        "each connection numbers its lines from a block of its own",
        invariants.lines_stand_in_their_order,
        [lambda: numbered_in_blocks("ledger_transfer")],
    ),
    Mutant(
        "a refused key is noted and later taken for a posted one",
        invariants.a_refusal_is_never_an_answer,
        [refused_keys_taken_for_posted],
    ),
    Mutant(
        "the claim on a request's key is committed before its work",
        invariants.a_claim_on_a_key_dies_with_its_transaction,
        [keys_claimed_beside_the_transaction],
    ),
)
