"""The sixteen, in the order of docs/invariants.md: each tries to break what it says."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import User
from common.at_once import at_once
from common.idempotency import once
from ledger.actions import AlreadyReversed, KeyReused, Overdrawn, post, post_hold, release_hold, reserve, reverse
from ledger.chain import prove_seals
from ledger.chart import AccountName, balance_of, name_of
from ledger.models import AccountKind, Hold, Transfer, TransferKind
from ledger.sealing import last_seal, seal_past_days
from portal.chaos.invariants.corner import ASSETS_AND_EXPENSES, AT, POUND, Books, Broken, hold_true, holds, raised_by


def the_two_sides_balance(books: Books) -> None:
    """In every currency, assets and expenses together show what liabilities show, at every moment."""
    for currency in ("GBP", "CNY", "JPY"):
        accounts = [books.account(kind, currency) for kind in AccountKind for _ in range(2)]
        shown: dict[AccountName, int] = {}
        for step in range(20):
            debit, credit = books.chance.sample(accounts, 2)
            amount = books.chance.randrange(1, 90) * POUND
            try:
                with transaction.atomic():
                    books.move(f"{currency}:{step}", debit, credit, amount)
            except Overdrawn:
                continue
            shown |= {debit: holds(debit), credit: holds(credit)}
            _compare_sides(currency, shown)
        _compare_sides(currency, {name: holds(name) for name in accounts})


def _compare_sides(currency: str, shown: Mapping[AccountName, int]) -> None:
    debits = sum(held for name, held in shown.items() if name.kind in ASSETS_AND_EXPENSES)
    credits_ = sum(shown.values()) - debits
    hold_true(debits == credits_, f"{currency}: assets and expenses show {debits}, liabilities {credits_}")


def what_is_written_stays(books: Books) -> None:
    """A line of the journal is never changed and never taken out, whoever asks the database to."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    line = books.move("line", shop, anna, POUND)
    for edit in (
        "UPDATE ledger_transfer SET amount = amount + 1",
        "UPDATE ledger_transfer SET key = key || '!'",
        "DELETE FROM ledger_transfer",
    ):
        refused = False
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{edit} WHERE id = %s", [line.pk])
                transaction.set_rollback(True)
        except DatabaseError:
            refused = True
        hold_true(refused, f"the database let pass: {edit}")


def the_chain_shows_every_edit(books: Books) -> None:
    """Each day's lines are sealed into a chain, and no line of a sealed day is changed or taken out unseen."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    line = books.move("line", shop, anna, 5 * POUND)
    books.move("another", shop, anna, POUND)
    last = last_seal()
    today = max(line.recorded_at, datetime.combine(last.day, time(), UTC) if last else line.recorded_at)
    hold_true(seal_past_days(now=today + timedelta(days=2)) > 0, "the day was not sealed")
    hold_true(list(prove_seals()) == [], f"a chain that nobody touched is broken: {list(prove_seals())[:1]}")
    for edit in (
        "UPDATE ledger_transfer SET amount = amount + 1",
        "UPDATE ledger_transfer SET happened_at = happened_at + interval '1 second'",
        "UPDATE ledger_transfer SET key = key || '!'",
        "UPDATE ledger_transfer SET (debit_id, credit_id) = (credit_id, debit_id)",
        "DELETE FROM ledger_transfer",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
            cursor.execute(f"{edit} WHERE id = %s", [line.pk])
            seen = next(prove_seals(), None)
            transaction.set_rollback(True)
        hold_true(seen is not None, f"nobody sees: {edit}")


def a_key_counts_once(books: Books) -> None:
    """The same posting again, whenever it comes, changes nothing; another posting under its key is refused."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    first = books.move("refund", shop, anna, 5 * POUND)
    for days in (0, 0, 1, 400):
        again = books.move("refund", shop, anna, 5 * POUND, happened_at=AT + timedelta(days=days))
        hold_true(again.pk == first.pk, "a repeated posting became another line")
    bert = books.account(AccountKind.CONSUMER_PAYABLE)
    for credit, amount in ((anna, 6 * POUND), (bert, 5 * POUND)):
        try:
            books.move("refund", shop, credit, amount)
        except KeyReused:
            continue
        raise Broken("another posting was taken for the first one of its key")
    hold_true(holds(anna) == 5 * POUND, f"repetitions moved money: {holds(anna)} instead of 500")


def of_duplicates_at_once_one_counts(books: Books) -> None:
    """Of sixty-four callers with one posting at the same moment one is applied, and all are given its line."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    books.move("open", shop, anna, POUND)
    outcomes = at_once(*[partial(books.move, "refund", shop, anna, 5 * POUND)] * books.size.duplicates)
    numbers = {outcome.pk if isinstance(outcome, Transfer) else repr(outcome) for outcome in outcomes}
    hold_true(len(numbers) == 1, f"callers were given {len(numbers)} different answers")
    hold_true(holds(anna) == 6 * POUND, f"the account holds {holds(anna)} instead of 600")


def every_credit_to_a_hot_account_counts(books: Books) -> None:
    """Of five hundred credits that many callers give one account at the same time none is lost, fund or not."""
    callers = [books.account(AccountKind.OWNER_CAPITAL) for _ in range(books.size.callers)]
    each = books.size.credits // len(callers)
    for hot in (books.account(AccountKind.FUND_BUDGET), books.account(AccountKind.GATEWAY_CLEARING)):
        for number, capital in enumerate(callers):
            books.move(f"open:{hot.owner}:{number}", *_raising(hot, capital), POUND)

        def credit(caller: int, hot: AccountName = hot) -> int:
            sides = _raising(hot, callers[caller])
            return sum(books.move(f"{hot.owner}:{caller}:{step}", *sides, POUND).amount for step in range(each))

        outcomes = at_once(*[partial(credit, caller) for caller in range(len(callers))])
        hold_true(outcomes == [each * POUND] * len(callers), f"callers failed: {_failures(outcomes)}")
        wanted = len(callers) * (each + 1) * POUND
        hold_true(holds(hot) == wanted, f"{hot.kind} holds {holds(hot)} instead of {wanted}")


def _raising(account: AccountName, other: AccountName) -> tuple[AccountName, AccountName]:
    """Debit and credit of a posting that raises the account."""
    return (account, other) if account.kind in ASSETS_AND_EXPENSES else (other, account)


def value_is_conserved(books: Books) -> None:
    """Four hundred transfers criss-cross at the same time: all get through, and together nothing came or went."""
    people = [books.filled(AccountKind.MERCHANT_SETTLEMENT, 1_000 * POUND) for _ in range(6)]
    each = books.size.transfers // books.size.callers
    errands = {caller: [books.chance.sample(people, 2) for _ in range(each)] for caller in range(books.size.callers)}

    def run(caller: int) -> int:
        pairs = enumerate(errands[caller])
        return sum(books.move(f"{caller}:{step}", debit, credit, POUND).amount for step, (debit, credit) in pairs)

    outcomes = at_once(*[partial(run, caller) for caller in errands])
    hold_true(outcomes == [each * POUND] * books.size.callers, f"callers failed: {_failures(outcomes)}")
    total = sum(map(holds, people))
    hold_true(total == 6_000 * POUND, f"600000 became {total}")


def balances_are_the_journal(books: Books) -> None:
    """Every balance is what the lines of the journal add up to, however they were written: singly, in one statement,
    out of money set aside."""
    shop, anna, wallet = (
        books.account(kind)
        for kind in (AccountKind.MERCHANT_SETTLEMENT, AccountKind.CONSUMER_PAYABLE, AccountKind.CONSUMER_WALLET)
    )
    budget, cost = books.filled(AccountKind.FUND_BUDGET, 900 * POUND), books.account(AccountKind.COMPENSATION_EXPENSE)
    for step in range(10):
        amount = books.chance.randrange(2, 9) * POUND
        books.move(f"single:{step}", shop, anna, amount)
        post(
            books.posting(f"batch:{step}:in", shop, anna, amount),
            books.posting(f"batch:{step}:draw", cost, budget, amount),
            books.posting(f"batch:{step}:out", anna, wallet, amount, kind=TransferKind.PAYOUT, held=True),
        )
        key = books.key(f"held:{step}")
        reserve(key=key, debit=anna, credit=wallet, amount=POUND, kind=TransferKind.PAYOUT, at=AT)
        post_hold(key=key, at=AT)
    for name, (debited, credited) in _sums(books.lines()).items():
        wanted = raised_by(name, debited=debited, credited=credited)
        hold_true(holds(name) == wanted, f"{name.kind} shows {holds(name)}, its lines say {wanted}")


def _sums(lines: list[Transfer]) -> dict[AccountName, tuple[int, int]]:
    """What was debited and what was credited, by account."""
    debited, credited = Counter[AccountName](), Counter[AccountName]()
    for line in lines:
        debited[name_of(line.debit)] += line.amount
        credited[name_of(line.credit)] += line.amount
    return {name: (debited[name], credited[name]) for name in debited.keys() | credited.keys()}


def nothing_is_overdrawn(books: Books) -> None:
    """Of twenty callers who drain an account at once exactly the ten pass that there is money for, fund or not."""
    room = books.size.drains // 2
    for kind in (AccountKind.FUND_BUDGET, AccountKind.CONSUMER_WALLET):
        guarded, drains = books.filled(kind, room * POUND), []
        for number in range(books.size.drains):
            other = books.filled(AccountKind.MERCHANT_SETTLEMENT, POUND)
            debit, credit = reversed(_raising(guarded, other))
            drains.append(partial(books.move, f"drain:{kind}:{number}", debit, credit, POUND))
        outcomes = at_once(*drains)
        passed = sum(isinstance(outcome, Transfer) for outcome in outcomes)
        refused = sum(isinstance(outcome, Overdrawn) for outcome in outcomes)
        hold_true((passed, refused) == (room, room), f"{kind}: {passed} passed, {refused} were refused")
        hold_true(holds(guarded) == 0, f"{kind} stands at {holds(guarded)}")


def pennies_never_drift(books: Books) -> None:
    """A thousand moves of one penny between accounts that hold ten million move exactly a thousand pennies."""
    fortune = 1_000_000_000
    source, target = (books.filled(AccountKind.MERCHANT_SETTLEMENT, fortune) for _ in range(2))
    for number in range(books.size.pennies):
        books.move(f"penny:{number}", source, target, 1)
    found = (holds(source), holds(target))
    hold_true(found == (fortune - books.size.pennies, fortune + books.size.pennies), f"the pennies drifted: {found}")


def currencies_never_mix(books: Books) -> None:
    """Money never changes its currency on the way: not in a posting, not in a hold, not by SQL."""
    pounds, yuan = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CLIENT_CASH, "CNY")
    books.move("open", pounds, books.account(AccountKind.CLIENT_CASH), POUND)
    books.move("open yuan", yuan, books.account(AccountKind.MERCHANT_SETTLEMENT, "CNY"), POUND)
    kind, key = TransferKind.PAYOUT, books.key("mixed hold")
    tries: list[Callable[[], Any]] = [
        partial(books.move, "mixed", yuan, pounds, POUND),
        partial(reserve, key=key, debit=yuan, credit=pounds, amount=POUND, kind=kind, at=AT),
    ]
    for number, mix in enumerate(tries):
        try:
            with transaction.atomic():
                mix()
                transaction.set_rollback(True)
        except DatabaseError:
            continue
        raise Broken(f"pounds became yuan ({'a posting' if number == 0 else 'a hold'})")


def a_reversal_compensates(books: Books) -> None:
    """What was wrong is undone by its mirror image, once, which names it; the wrong line stays where it was."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    wrong = books.move("wrong", shop, anna, 7 * POUND)
    undo = [partial(reverse, transfer=wrong, key=books.key(f"undo:{number}"), at=AT) for number in range(4)]
    first = undo[0]()
    hold_true((first.reverses_id, first.amount) == (wrong.pk, wrong.amount), "the mirror does not name what it undoes")
    hold_true((holds(shop), holds(anna)) == (0, 0), "the money did not come back")
    books.move("wrong again", shop, anna, 21 * POUND)
    for outcome in at_once(*undo[1:]):
        hold_true(isinstance(outcome, AlreadyReversed), f"undone once more: {outcome!r}")
    crooked = books.posting("crooked", anna, shop, POUND, kind=TransferKind.REVERSAL, reverses=first.pk)
    try:
        post(crooked)
    except DatabaseError:
        still_there = Transfer.objects.filter(pk=wrong.pk, amount=7 * POUND, reverses=None).exists()
        hold_true(still_there, "the wrong line is gone")
        return
    raise Broken("a reversal does not mirror what it reverses")


def the_log_rebuilds_the_state(books: Books) -> None:
    """With balances thrown away, journal and holds give them back: what is there, what of it is set aside, and what
    it was at every earlier moment."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    bank = books.account(AccountKind.GATEWAY_CLEARING)
    seen: list[tuple[int, int]] = []
    for step in range(12):
        amount = books.chance.randrange(3, 9) * POUND
        line = books.move(f"refund:{step}", shop, anna, amount)
        key = books.key(f"payout:{step}")
        reserve(key=key, debit=anna, credit=bank, amount=2 * POUND, kind=TransferKind.PAYOUT, at=AT)
        if step % 2:
            release_hold(key=key, at=AT)
        seen.append((line.pk, holds(anna)))
    lines = books.lines()
    for last, held in seen:
        rebuilt = _sums([line for line in lines if line.pk <= last])[anna]
        hold_true(held == rebuilt[1] - rebuilt[0], f"up to line {last} the journal says {rebuilt}, {held} was seen")
    open_holds = Hold.objects.filter(key__startswith=f"{books.corner}:", status=Hold.Status.RESERVED)
    set_aside = sum(open_holds.values_list("amount", flat=True))
    balance = balance_of(anna)
    hold_true(balance.reserved == set_aside, f"{balance.reserved} is set aside, the holds say {set_aside}")


def lines_stand_in_their_order(books: Books) -> None:
    """In each account's journal a line that was there before another was begun stands before it, and whoever turns
    the pages meets every line once."""
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    account = books.move("open", shop, anna, POUND).credit_id
    each = 8

    def write(caller: int) -> list[tuple[float, float, int]]:
        written = []
        for step in range(each):
            begun = monotonic()
            number = books.move(f"{caller}:{step}", shop, anna, POUND).pk
            written.append((begun, monotonic(), number))
        return written

    outcomes = at_once(*[partial(write, caller) for caller in range(books.size.callers)])
    hold_true(all(isinstance(outcome, list) for outcome in outcomes), f"callers failed: {_failures(outcomes)}")
    written = [line for outcome in outcomes if isinstance(outcome, list) for line in outcome]
    by_end = sorted(written, key=lambda line: line[1])
    for begun, _, number in written:
        late = next((other for _, ended, other in by_end if ended < begun and other > number), None)
        hold_true(late is None, f"line {late} was there before line {number} was begun and stands behind it")
    met = list(_page_by_page(account))
    hold_true(met == sorted({line[2] for line in written} | {met[0]}), "the pages miss lines or show them twice")


def _page_by_page(account: int, page: int = 7) -> Iterator[int]:
    last = 0
    touching = Transfer.objects.filter(Q(debit=account) | Q(credit=account)).order_by("id")
    while numbers := list(islice(touching.filter(pk__gt=last).values_list("pk", flat=True), page)):
        yield from numbers
        last = numbers[-1]


def a_refusal_is_never_an_answer(books: Books) -> None:
    """Thirty-two callers repeat a posting that was refused: none is told that it was applied, at once or in turn;
    when the money is there, it is."""
    guarded, other = books.filled(AccountKind.CONSUMER_WALLET, POUND), books.account(AccountKind.MERCHANT_SETTLEMENT)
    too_much = partial(books.move, "too much", guarded, other, 2 * POUND)
    outcomes = at_once(*[too_much] * books.size.refused)
    outcomes += [_outcome(too_much) for _ in range(3)]
    applied = sum(not isinstance(outcome, Overdrawn) for outcome in outcomes)
    hold_true(applied == 0, f"{applied} of {len(outcomes)} were told that a refused posting was applied")
    hold_true(holds(guarded) == POUND, f"the account stands at {holds(guarded)}")
    books.move("more", other, guarded, POUND)
    hold_true(isinstance(_outcome(too_much), Transfer), "the key of a refused posting cannot be used any more")


def _outcome(call: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return call()
    except Overdrawn as refusal:
        return refusal


def a_claim_on_a_key_dies_with_its_transaction(books: Books) -> None:
    """Whoever dies with a key in hand leaves it free: the next one with the key, also one who waited, does the work
    and no key stays "in progress"."""
    someone = User.objects.create_user(f"{books.corner}@example.invalid", name="Someone")
    shop, anna = books.account(AccountKind.MERCHANT_SETTLEMENT), books.account(AccountKind.CONSUMER_PAYABLE)
    books.move("open", shop, anna, POUND)

    def refund(*, dies: bool) -> HttpResponse:
        books.move("refund", shop, anna, 5 * POUND)
        if dies:
            _kill_own_connection()
        return HttpResponse("refunded", status=201)

    def send(*, dies: bool) -> HttpResponse:
        request = RequestFactory().post("/refunds")
        request.user = someone
        return once(request, partial(refund, dies=dies), key="key", content="refund", now=AT)

    for number, dies in enumerate((True, True, False, False)):
        [answer] = at_once(partial(send, dies=dies))
        if dies:
            hold_true(isinstance(answer, DatabaseError), f"the one who was to die was answered {answer!r}")
            hold_true(holds(anna) == POUND, "a dead caller moved money")
        else:
            told = answer.content if isinstance(answer, HttpResponse) else answer
            hold_true(told == b"refunded", f"caller {number} found the key taken: {told!r}")
    answers = at_once(*[partial(send, dies=False)] * 4)
    hold_true(all(isinstance(it, HttpResponse) for it in answers), f"callers failed: {_failures(answers)}")
    hold_true(holds(anna) == 6 * POUND, f"the account holds {holds(anna)} instead of 600")


def _kill_own_connection() -> None:
    """As the database's own crash would: the connection is gone in the middle of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _failures(outcomes: list[Any]) -> list[str]:
    return [repr(outcome) for outcome in outcomes if isinstance(outcome, Exception)][:3]


INVARIANTS: tuple[Callable[[Books], None], ...] = (
    the_two_sides_balance,
    what_is_written_stays,
    the_chain_shows_every_edit,
    a_key_counts_once,
    of_duplicates_at_once_one_counts,
    every_credit_to_a_hot_account_counts,
    value_is_conserved,
    balances_are_the_journal,
    nothing_is_overdrawn,
    pennies_never_drift,
    currencies_never_mix,
    a_reversal_compensates,
    the_log_rebuilds_the_state,
    lines_stand_in_their_order,
    a_refusal_is_never_an_answer,
    a_claim_on_a_key_dies_with_its_transaction,
)
