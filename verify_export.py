#!/usr/bin/env python3
"""Check an export of the books without the portal: `python verify_export.py export.jsonl [--expect HASH]`.

Needs Python 3.11 or newer and nothing else. The file is read line by line. Every line must be written in the one
canonical way; every key is posted once; both sides of a transfer have one currency; a reversal mirrors what it
reverses; every closing and every balance is the sum of its transfers; every day's seal is the SHA-256 of its lines
and follows the seal before it; the last line counts and covers all others. The first thing that is off is printed in
one sentence with its line, and the exit code is 1.

Hashes have no secret: who rewrites a whole file can compute them anew. Against that, note the hash of a seal outside
the portal when it is made, and give it here as --expect: the file must contain exactly that seal.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

FORMAT = "redress-books-1"
NOTHING_BEFORE = "0" * 64
LARGEST = 2**63 - 1
SIGN = {"debit": -1, "credit": 1}

HASH = re.compile(r"[0-9a-f]{64}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
CURRENCY = re.compile(r"[A-Z]{3}")
PARTS_OF_A_NAME = 3

# The fields of each kind of line, in their order; the first one says which kind it is.
FIELDS = {
    "books": ["books", "from", "to", "previous"],
    "opening": ["opening", "normal", "balance"],
    "transfer": ["transfer", "kind", "debit", "credit", "amount", "happened_at", "recorded_at", "reverses"],
    "closing": ["closing", "normal", "balance"],
    "seal": ["seal", "transfers", "closings", "previous", "hash"],
    "account": ["account", "normal", "balance"],
    "end": ["end", "transfers", "seals", "hash"],
}

# Which kind of line may come after which.
NEXT = {
    "": {"books"},
    "books": {"opening", "transfer", "seal", "account", "end"},
    "opening": {"opening", "transfer", "seal", "account", "end"},
    "transfer": {"transfer", "closing", "account"},
    "closing": {"closing", "seal"},
    "seal": {"transfer", "seal", "account", "end"},
    "account": {"account", "end"},
    "end": set(),
}

Account = tuple[str, str, str]
Line = dict[str, Any]


class Break(Exception):
    """What is off: the end of a sentence that begins with the number of the line."""


class Books:
    """What was read so far. Amounts are minor units; the sum of an account is kept as credits less debits."""

    def __init__(self) -> None:
        self.word = ""
        self.lines = self.transfers = 0
        self.file_hash, self.day_hash = hashlib.sha256(), hashlib.sha256()
        self.seals: dict[str, date] = {}
        self.previous = NOTHING_BEFORE
        self.next_day: date | None = None
        self.is_whole = True
        self.transfers_of_day = 0
        self.moved: set[Account] = set()
        self.listed: list[Account] = []
        self.credited: dict[Account, int] = defaultdict(int)
        self.normal: dict[Account, str] = {}
        self.posted: dict[str, tuple[Account, Account, int]] = {}
        self.reversed: set[str] = set()
        self.take: dict[str, Callable[[Line], None]] = {
            "books": self.begin, "opening": self.open, "transfer": self.post, "closing": self.close,
            "seal": self.seal, "account": self.hold, "end": self.end,
        }  # fmt: skip

    def read(self, raw: bytes) -> None:
        """Take in the next line. Raises Break."""
        word, line = parsed(raw)
        if word not in NEXT[self.word]:
            raise Break(f"is a line of the kind {word!r}, which may not come after {self.word or 'nothing'!r}")
        if word in ("transfer", "closing"):
            self.day_hash.update(raw)
        self.take[word](line)
        self.file_hash.update(raw)
        self.lines, self.word = self.lines + 1, word

    def begin(self, line: Line) -> None:
        """The first line: which format, which days, and the seal before them."""
        if line["books"] != FORMAT:
            raise Break(f"says the format is {line['books']!r}, not {FORMAT!r}")
        self.is_whole = line["from"] is None
        self.next_day = None if self.is_whole else a_day(line["from"])
        if line["to"] is not None:
            a_day(line["to"])
        self.previous = a_hash(line["previous"])
        if self.is_whole and self.previous != NOTHING_BEFORE:
            raise Break("begins with the first day of the books and names a seal before it")

    def open(self, line: Line) -> None:
        """What an account held before the first day, in an export that does not begin with the first day."""
        if self.is_whole:
            raise Break("gives an opening balance before the first day of the books")
        account = self.list_next(line)
        self.credited[account] = SIGN[line["normal"]] * line["balance"]

    def post(self, line: Line) -> None:
        """A transfer: balanced by construction, its key used once."""
        key, debit, credit = a_text(line["transfer"]), an_account(line["debit"]), an_account(line["credit"])
        amount, reverses = a_number(line["amount"]), line["reverses"]
        for moment in (line["happened_at"], line["recorded_at"]):
            a_moment(moment)
        if not a_text(line["kind"]) or amount <= 0 or debit == credit:
            raise Break(f"is no transfer: {key!r} moves {amount} from {named(debit)} to {named(credit)}")
        if debit[2] != credit[2]:
            raise Break(f"takes {debit[2]} and gives {credit[2]}: {key!r}")
        if key in self.posted:
            raise Break(f"posts the key {key!r} a second time")
        if reverses is not None:
            self.check_mirror(key, a_text(reverses), (credit, debit, amount))
        self.posted[key] = (debit, credit, amount)
        self.credited[debit] -= amount
        self.credited[credit] += amount
        self.moved |= {debit, credit}
        self.transfers += 1
        self.transfers_of_day += 1
        self.listed = []

    def check_mirror(self, key: str, reverses: str, mirror: tuple[Account, Account, int]) -> None:
        """That a reversal is the mirror image of one earlier transfer, which nothing else reverses."""
        if reverses in self.reversed:
            raise Break(f"reverses {reverses!r} a second time: {key!r}")
        self.reversed.add(reverses)
        first = self.posted.get(reverses)
        if first is None and self.is_whole:
            raise Break(f"reverses {reverses!r}, which was not posted before: {key!r}")
        if first not in (None, mirror):
            raise Break(f"does not mirror {reverses!r}, which it reverses: {key!r}")

    def close(self, line: Line) -> None:
        """What an account that moved on the day held at its end."""
        account = self.list_next(line)
        if account not in self.moved:
            raise Break(f"closes {named(account)}, which did not move on that day")
        self.compare(account, line)

    def seal(self, line: Line) -> None:
        """The end of a day: its counts, the seal before it, and the hash of its lines."""
        day, seal_hash = a_day(line["seal"]), a_hash(line["hash"])
        if self.next_day not in (None, day):
            raise Break(f"seals {day}, where {self.next_day} is to come")
        self.expect_all_of(self.moved)
        counted = {"transfers": self.transfers_of_day, "closings": len(self.moved), "previous": self.previous}
        for name, found in counted.items():
            if line[name] != found or type(line[name]) is not type(found):
                raise Break(f"seals {day} with {name} {line[name]!r}, where {found!r} is right")
        self.day_hash.update(written({name: line[name] for name in FIELDS["seal"][:-1]}))
        if self.day_hash.hexdigest() != seal_hash:
            raise Break(f"seals {day} with {seal_hash}, where its lines give {self.day_hash.hexdigest()}")
        self.seals[seal_hash] = day
        self.previous, self.next_day = seal_hash, day + timedelta(days=1)
        self.day_hash, self.moved, self.transfers_of_day, self.listed = hashlib.sha256(), set(), 0, []

    def hold(self, line: Line) -> None:
        """What an account holds in the end."""
        if self.word != "account":
            self.listed = []
        self.compare(self.list_next(line), line)

    def end(self, line: Line) -> None:
        """The last line: how much there is, and the hash of everything."""
        if self.word != "account":
            self.listed = []
        self.expect_all_of(account for account in self.credited)
        counted = {"end": self.lines, "transfers": self.transfers, "seals": len(self.seals)}
        for name, found in counted.items():
            if line[name] != found or type(line[name]) is not int:
                raise Break(f"counts {name} {line[name]!r}, where {found} is right")
        for currency in sorted({account[2] for account in self.credited}):
            if total := sum(sum_ for account, sum_ in self.credited.items() if account[2] == currency):
                raise Break(f"ends books whose debits and credits in {currency} differ by {total}")
        self.file_hash.update(written({name: line[name] for name in FIELDS["end"][:-1]}))
        if self.file_hash.hexdigest() != a_hash(line["hash"]):
            raise Break(f"says the file's hash is {line['hash']}, where its lines give {self.file_hash.hexdigest()}")

    def list_next(self, line: Line) -> Account:
        """The account of the line, which comes behind the one listed before it."""
        account = an_account(next(iter(line.values())))
        a_number(line["balance"])
        if line["normal"] not in SIGN or self.normal.setdefault(account, line["normal"]) != line["normal"]:
            raise Break(f"counts {named(account)} on the side {line['normal']!r}")
        if self.listed and account <= self.listed[-1]:
            raise Break(f"lists {named(account)} after {named(self.listed[-1])}")
        self.listed.append(account)
        return account

    def compare(self, account: Account, line: Line) -> None:
        """That the balance is the sum of the transfers."""
        found = SIGN[line["normal"]] * self.credited.get(account, 0)
        if line["balance"] != found:
            raise Break(f"says {named(account)} holds {line['balance']}, where its transfers give {found}")

    def expect_all_of(self, accounts: Iterable[Account]) -> None:
        """That no account is missing in the list that ends here."""
        if missing := sorted(set(accounts).difference(self.listed)):
            raise Break(f"ends a list of balances in which {named(missing[0])} is missing")


def parsed(raw: bytes) -> tuple[str, Line]:
    """The kind of the line and its fields, if it is written in the canonical way and has the fields of its kind."""
    if not raw.endswith(b"\n"):
        raise Break("does not end: the file was cut off")
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        raise Break("is not JSON in UTF-8") from None
    if not isinstance(line, dict) or not line:
        raise Break("is not an object")
    word = next(iter(line))
    if list(line) != FIELDS.get(word):
        raise Break(f"has the fields {list(line)}, which no line has")
    if written(line) != raw:
        raise Break("is not written in the canonical way")
    return word, line


def written(line: Line) -> bytes:
    """The line in the one way there is to write it."""
    return (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "surrogatepass")


def a_text(value: object) -> str:
    if not isinstance(value, str):
        raise Break(f"has {value!r} where a text belongs")
    return value


def a_number(value: object) -> int:
    if type(value) is not int or abs(value) > LARGEST:
        raise Break(f"has {value!r} where a whole number of minor units belongs")
    return value


def a_hash(value: object) -> str:
    if not HASH.fullmatch(a_text(value)):
        raise Break(f"has {value!r} where a hash belongs")
    return str(value)


def a_day(value: object) -> date:
    try:
        return date.fromisoformat(a_text(value))
    except ValueError:
        raise Break(f"has {value!r} where a day belongs") from None


def a_moment(value: object) -> None:
    try:
        if not MOMENT.fullmatch(a_text(value)):
            raise ValueError
        datetime.fromisoformat(str(value))
    except ValueError:
        raise Break(f"has {value!r} where a moment belongs") from None


def an_account(value: object) -> Account:
    if not isinstance(value, list) or len(value) != PARTS_OF_A_NAME:
        raise Break(f"has {value!r} where an account belongs")
    kind, owner, currency = (a_text(part) for part in value)
    if not kind or not CURRENCY.fullmatch(currency):
        raise Break(f"has {value!r} where an account belongs")
    return kind, owner, currency


def named(account: Account) -> str:
    return " ".join(part for part in account if part)


def verify(path: Path, expect: str | None = None) -> Books:
    """The books of the file. Raises Break with the first thing that is off, in one sentence."""
    books = Books()
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            try:
                books.read(raw)
            except Break as found:
                raise Break(f"Line {number} {found}.") from None
    if books.word != "end":
        raise Break(f"The file ends after line {books.lines} without its last line: it was cut off.")
    if expect and expect.lower() not in books.seals:
        raise Break(f"No day of this file is sealed with {expect}: these are other books, or they were rewritten.")
    return books


def main() -> int:
    arguments = argparse.ArgumentParser(description="Check an export of the books, line by line.")
    arguments.add_argument("file", type=Path, help="what `manage.py export_books --format jsonl` wrote")
    arguments.add_argument("--expect", metavar="HASH", help="the hash of a seal that was noted when it was made")
    given = arguments.parse_args()
    try:
        books = verify(given.file, given.expect)
    except Break as found:
        print(found)
        return 1
    except OSError as error:
        print(f"{given.file} cannot be read: {error.strerror}.")
        return 1
    last = f", the last one of {books.seals[books.previous]} is {books.previous}" if books.seals else ""
    print(f"The books are right: {books.transfers} transfers, {len(books.seals)} seals{last}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
