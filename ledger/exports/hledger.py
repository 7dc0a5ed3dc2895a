"""The journal for hledger, which checks every balance at the close as it reads the file."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from ledger.canonical import Standing
from ledger.exports.accounts import OPENING_BALANCES, account_name, debited, money, quoted
from ledger.exports.pieces import in_pieces
from ledger.exports.rows import Booked, journal
from ledger.periods import Period


def hledger(period: Period) -> Iterator[bytes]:
    return in_pieces(_entries(period))


def _entries(period: Period) -> Iterator[str]:
    begin, rows = journal(period)
    for currency in sorted({standing.name.currency for standing in period.closing()}):
        yield (
            f"commodity {money(1000, currency)}\n" if "." in money(1000, currency) else f"commodity 1000. {currency}\n"
        )
    yield f"account {OPENING_BALANCES}\n"
    for name, _standings in groupby(period.closing(), lambda standing: account_name(standing.name)):
        yield f"account {name}\n"
    for opening in period.opening():
        yield _opening(begin, opening)
    end = begin
    for row in rows:
        yield _transfer(row)
        end = row.day
    yield f"\n{period.last or end} * closing balances\n"
    for closing in period.closing():
        yield _balance(closing)


def _opening(on: date, standing: Standing) -> str:
    held, currency = debited(standing), standing.name.currency
    return (
        f"\n{on} * opening balance\n"
        f"    {account_name(standing.name)}  {money(held, currency)}\n"
        f"    {OPENING_BALANCES}  {money(-held, currency)}\n"
    )


def _transfer(row: Booked) -> str:
    currency = row.debit.currency
    reverses = f"    ; reverses: {quoted(row.reverses)}\n" if row.reverses is not None else ""
    return (
        f"\n{row.day} * {row.kind}\n"
        f"    ; key: {quoted(row.key)}\n"
        f"    ; happened-at: {row.happened_at}\n"
        f"    ; recorded-at: {row.recorded_at}\n"
        f"{reverses}"
        f"    {account_name(row.debit)}  {money(row.amount, currency)}\n"
        f"    {account_name(row.credit)}  {money(-row.amount, currency)}\n"
    )


def _balance(standing: Standing) -> str:
    held, currency = debited(standing), standing.name.currency
    return f"    {account_name(standing.name)}  {money(0, currency)} = {money(held, currency)}\n"
