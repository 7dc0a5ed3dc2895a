"""The journal for beancount, as `bean-check` takes it: every transfer, and what every account holds at the close."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from ledger.canonical import Standing
from ledger.exports.accounts import OPENING_BALANCES, account_name, debited, money, quoted
from ledger.exports.pieces import in_pieces
from ledger.exports.rows import Booked, journal
from ledger.periods import ONE_DAY, Period


def beancount(period: Period) -> Iterator[bytes]:
    return in_pieces(_entries(period))


def _entries(period: Period) -> Iterator[str]:
    begin, rows = journal(period)
    yield f'option "title" "Redress"\n\n{begin} open {OPENING_BALANCES}\n'
    for name, _standings in groupby(period.closing(), lambda standing: account_name(standing.name)):
        yield f"{begin} open {name}\n"
    for opening in period.opening():
        yield _opening(begin, opening)
    end = begin
    for row in rows:
        yield _transfer(row)
        end = row.day
    for closing in period.closing():
        yield _balance((period.last or end) + ONE_DAY, closing)


def _opening(on: date, standing: Standing) -> str:
    held, currency = debited(standing), standing.name.currency
    return (
        f'\n{on} * "Opening balance"\n'
        f"  {account_name(standing.name)}  {money(held, currency)}\n"
        f"  {OPENING_BALANCES}  {money(-held, currency)}\n"
    )


def _transfer(row: Booked) -> str:
    currency = row.debit.currency
    reverses = f"  reverses: {quoted(row.reverses)}\n" if row.reverses is not None else ""
    return (
        f"\n{row.day} * {quoted(row.kind)}\n"
        f"  key: {quoted(row.key)}\n"
        f"  happened-at: {quoted(row.happened_at)}\n"
        f"  recorded-at: {quoted(row.recorded_at)}\n"
        f"{reverses}"
        f"  {account_name(row.debit)}  {money(row.amount, currency)}\n"
        f"  {account_name(row.credit)}  {money(-row.amount, currency)}\n"
    )


def _balance(on: date, standing: Standing) -> str:
    """A balance is asserted for the morning of the day, and to the last unit."""
    held = money(debited(standing), standing.name.currency).replace(" ", " ~ 0 ")
    return f"{on} balance {account_name(standing.name)}  {held}\n"
