"""Replays: real files, and small ones whose every figure can be reckoned by hand."""

import csv
import gzip
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from disputes.actions import file_claim
from disputes.models import Claim, Event
from disputes.replays import cancellations
from disputes.tests.conftest import breaks
from ledger.models import Transfer
from orders.models import Line
from policies.actions import differing
from policies.models import Verdict, Version

DATA = Path(os.environ.get("REDRESS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))

RETAIL = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
HOTEL = [
    "hotel", "lead_time", "arrival_date_year", "arrival_date_month", "arrival_date_day_of_month",
    "stays_in_weekend_nights", "stays_in_week_nights", "reserved_room_type", "assigned_room_type", "adr",
    "reservation_status", "reservation_status_date",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _everybody(db, settings, tmp_path):
    """Only what the file brings: no cast, no terms."""
    settings.VAR_DIR = tmp_path


def written(path: Path, header: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def retail(tmp_path):
    """Rows of invoice, stock code, quantity, time on 1 December 2010, price, customer."""

    def file(*rows: tuple[str, str, int, str, str, str], name: str = "retail.csv") -> Path:
        lines = [
            [invoice, code, code, quantity, at if "/" in at else f"12/1/10 {at}", price, customer, "United Kingdom"]
            for invoice, code, quantity, at, price, customer in rows
        ]
        return written(tmp_path / name, RETAIL, lines)

    return file


@pytest.fixture
def hotel(tmp_path):
    """Rows of hotel, reserved room, assigned room, rate, status; one night each in July 2015."""

    def file(*rows: tuple[str, str, str, str, str], name: str = "hotel.csv") -> Path:
        lines = [
            [house, 10, 2015, "July", 1 + number % 28, 0, 1, reserved, assigned, rate, status, "7/30/2015"]
            for number, (house, reserved, assigned, rate, status) in enumerate(rows)
        ]
        return written(tmp_path / name, HOTEL, lines)

    return file


def replay(path: Path, form: str, *more: str) -> dict[str, Any]:
    out = StringIO()
    call_command("replay_claims", str(path), "--format", form, "--json", *more, stdout=out, stderr=StringIO())
    result: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return result


def outcome(path: Path, form: str = "online-retail") -> tuple[int, int, int]:
    result = replay(path, form)
    assert result["claims"] == result["paid"] + result["refused"]
    assert breaks() == []
    return result["paid"], result["refused"], result["paid_sum"]


# --- retail, by hand -------------------------------------------------------------------------------------


def test_a_cancellation_is_paid_at_its_own_price(retail):
    assert outcome(retail(("1", "A", 10, "8:00", "2.55", "7"), ("C2", "A", -4, "9:00", "2.50", "7"))) == (1, 0, 10_00)
    line = Line.objects.get()
    assert (line.taken, line.quantity_taken) == (10_00, 4)


RETAIL_REFUSALS = {
    "nothing was bought": [("C2", "A", -1, "9:00", "1.00", "7")],
    "another customer": [("1", "A", 1, "8:00", "1.00", "8"), ("C2", "A", -1, "9:00", "1.00", "7")],
    "another article": [("1", "B", 1, "8:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")],
    "codes differ in case": [("1", "a", 1, "8:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")],
    "bought in the same minute": [("1", "A", 1, "9:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")],
    "bought later": [("1", "A", 1, "9:01", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")],
    "bought cheaper": [("1", "A", 1, "8:00", "0.99", "7"), ("C2", "A", -1, "9:00", "1.00", "7")],
    "not enough in one line": [
        ("1", "A", 2, "8:00", "1.00", "7"),
        ("1", "A", 2, "8:00", "1.00", "7"),
        ("C2", "A", -3, "9:00", "1.00", "7"),
    ],
    "after a year": [("1", "A", 1, "12/1/09 9:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")],
}


@pytest.mark.parametrize("rows", list(RETAIL_REFUSALS.values()), ids=list(RETAIL_REFUSALS))
def test_without_a_covering_purchase_no_claim_is_opened(retail, rows):
    assert outcome(retail(*rows)) == (0, 1, 0)
    assert not Claim.objects.exists()


def test_a_minute_less_than_a_year_is_in_time(retail):
    assert outcome(retail(("1", "A", 1, "12/1/09 9:01", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")))[0] == 1


def test_the_latest_purchase_covers_first(retail):
    """Rows of any order; of two at the same minute the later in the file."""
    path = retail(
        ("C9", "A", -1, "9:00", "1.00", "7"),
        ("3", "A", 1, "8:30", "3.00", "7"),
        ("2", "A", 1, "8:30", "2.00", "7"),
        ("1", "A", 5, "8:00", "1.00", "7"),
    )
    assert outcome(path) == (1, 0, 1_00)
    assert Claim.objects.get().order.number == "OR-2"


def test_what_one_cancellation_took_is_gone_for_the_next(retail):
    path = retail(
        ("1", "A", 3, "8:00", "2.00", "7"),
        ("C4", "A", -1, "9:02", "2.00", "7"),
        ("C2", "A", -2, "9:00", "2.00", "7"),
        ("C3", "A", -2, "9:01", "2.00", "7"),
    )
    assert outcome(path) == (2, 1, 6_00)


def test_never_more_than_was_paid_although_pennies_round_up(retail):
    """3 x 0.105 = 0.315 is 0.32; three times 0.11 would be 0.33."""
    path = retail(("1", "A", 3, "8:00", "0.105", "7"), *((f"C{n}", "A", -1, f"9:0{n}", "0.105", "7") for n in range(3)))
    assert outcome(path) == (3, 0, 32)


def test_what_rounds_to_nothing_is_paid_with_nothing(retail):
    path = retail(
        ("1", "A", 2, "8:00", "0.001", "7"),
        ("C1", "A", -1, "9:00", "0.001", "7"),
        ("2", "B", 100, "8:00", "0.01", "7"),
        ("C2", "B", -1, "9:00", "0.003", "7"),
    )
    assert outcome(path) == (2, 0, 0)
    assert not Transfer.objects.exists()


def test_the_last_piece_of_a_line_whose_pennies_are_gone_is_paid_with_nothing(retail):
    """2 x 0.005 is 0.01 in all, and each piece alone is 0.01."""
    path = retail(("1", "A", 2, "8:00", "0.005", "7"), *((f"C{n}", "A", -1, f"9:0{n}", "0.005", "7") for n in range(2)))
    assert outcome(path) == (2, 0, 1)


def test_identical_cancellations_are_separate_claims(retail):
    path = retail(
        ("1", "A", 2, "8:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7")
    )
    assert outcome(path) == (2, 0, 2_00)


def test_running_twice_changes_nothing(retail):
    path = retail(
        ("1", "A", 3, "8:00", "2.00", "7"),
        ("C2", "A", -2, "9:00", "2.00", "7"),
        ("C3", "A", -2, "9:01", "2.00", "7"),
    )
    first = outcome(path)
    rows = [model.objects.count() for model in (Claim, Event, Transfer, Verdict, Version, Line)]
    assert outcome(path) == first == (1, 1, 4_00)
    assert [model.objects.count() for model in (Claim, Event, Transfer, Verdict, Version, Line)] == rows


def test_a_replay_that_was_stopped_goes_on(retail, monkeypatch):
    path = retail(("1", "A", 3, "8:00", "2.00", "7"), *((f"C{n}", "A", -1, f"9:0{n}", "2.00", "7") for n in range(3)))

    def stopped(**given):
        if Claim.objects.count() == 2:
            raise KeyboardInterrupt
        return file_claim(**given)

    monkeypatch.setattr(cancellations, "file_claim", stopped)
    with pytest.raises(CommandError, match="the same command goes on"):
        replay(path, "online-retail")
    assert Claim.objects.count() == 2
    monkeypatch.undo()
    assert outcome(path) == (3, 0, 6_00)


def test_a_database_that_dies_is_said_in_one_sentence(retail, monkeypatch):
    def dies(**given):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(cancellations, "file_claim", dies)
    path = retail(("1", "A", 1, "8:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7"))
    with pytest.raises(CommandError, match="The database is gone"):
        replay(path, "online-retail")


def test_a_second_file_finds_what_the_first_one_brought(retail):
    assert outcome(retail(("1", "A", 2, "8:00", "2.00", "7"), ("C2", "A", -1, "9:00", "2.00", "7"))) == (1, 0, 2_00)
    later = retail(
        ("3", "A", 1, "1/5/11 8:00", "1.00", "7"),
        ("C4", "A", -1, "1/6/11 9:00", "2.00", "7"),
        ("C5", "A", -1, "1/6/11 9:01", "2.00", "7"),
        name="january.csv",
    )
    assert outcome(later) == (1, 1, 2_00)


def test_a_file_from_before_the_terms_is_judged_by_them_too(retail):
    path = retail(("1", "A", 1, "12/1/99 8:00", "2.00", "7"), ("C2", "A", -1, "12/1/99 9:00", "2.00", "7"))
    assert outcome(path) == (1, 0, 2_00)
    claim = Claim.objects.get()
    assert claim.verdict is not None
    assert claim.verdict.version.replay
    assert claim.verdict.version.effective_from <= claim.order.placed_at


def test_each_refusal_is_written_with_its_line_and_reason(retail, tmp_path):
    path = retail(("1", "A", 1, "8:00", "1.00", "7"), ("C2", "B", -1, "9:00", "1.00", "7"))
    replay(path, "online-retail", "--refusals", str(tmp_path / "no" / "refusals.csv"))
    assert (tmp_path / "no" / "refusals.csv").read_text().split() == [
        "line,event,reason",
        "3,C2:1,no",
        "covering",
        "purchase",
    ]


def test_a_compressed_file_is_read_as_well(retail, tmp_path):
    path = retail(("1", "A", 1, "8:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7"))
    packed = tmp_path / "retail.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert outcome(packed) == (1, 0, 1_00)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "nowhere.csv", "no file"),
        (lambda folder: written(folder / "x.csv", ["a", "b"], []), "has no column"),
        (lambda folder: folder, "is not a file"),
    ],
    ids=["absent", "another shape", "a folder"],
)
def test_a_file_that_cannot_be_used_is_said_in_one_sentence(tmp_path, make, says):
    with pytest.raises(CommandError, match=says):
        replay(make(tmp_path), "online-retail")
    assert not Version.objects.exists()


def test_the_refusals_never_overwrite_the_file(retail):
    path = retail(("1", "A", 1, "8:00", "1.00", "7"))
    with pytest.raises(CommandError, match="overwrite"):
        replay(path, "online-retail", "--refusals", str(path))


def test_a_person_reads_a_sentence(retail):
    path = retail(("1", "A", 1, "8:00", "1.00", "7"), ("C2", "A", -1, "9:00", "1.00", "7"))
    out = StringIO()
    call_command("replay_claims", str(path), "--format", "online-retail", stdout=out, stderr=StringIO())
    assert out.getvalue().startswith("1 claims, 1 paid, 0 refused, 0 waiting, 1 new claims, 1.00 GBP;")


# --- hotel, by hand --------------------------------------------------------------------------------------

# B is dearer than A on the average, counting cancelled stays; C has no rate, D is never booked.
RATES = [("H", "A", "A", "50", "Check-Out"), ("H", "B", "B", "90", "Canceled"), ("H", "C", "C", "0", "Check-Out")]

STAYS = {
    "a lesser room": (("H", "B", "A", "80.005", "Check-Out"), "compensated", 80_01),
    "a better room": (("H", "A", "B", "55", "Check-Out"), "upgraded", 0),
    "a room that nobody paid for": (("H", "A", "C", "55", "Check-Out"), "to_agent", 0),
    "a room that nobody booked": (("H", "A", "D", "55", "Check-Out"), "to_agent", 0),
    "no rate on the stay": (("H", "B", "A", "0", "Check-Out"), "nothing_owed", 0),
    "a rate below zero": (("H", "B", "A", "-6.38", "Check-Out"), "nothing_owed", 0),
    "no rate comes before no rank": (("H", "C", "A", "0", "Check-Out"), "nothing_owed", 0),
}


def hotel_outcome(path: Path) -> tuple[dict[str, int], int]:
    result = replay(path, "hotel-bookings")
    counts = {name: result[name] for name in ("upgraded", "compensated", "to_agent", "nothing_owed")}
    assert sum(counts.values()) == result["claims"]
    assert breaks() == []
    return {name: count for name, count in counts.items() if count}, result["compensated_sum"]


@pytest.mark.parametrize(("stay", "expected", "paid"), list(STAYS.values()), ids=list(STAYS))
def test_each_stay_is_counted_by_what_the_guarantee_concludes(hotel, stay, expected, paid):
    assert hotel_outcome(hotel(*RATES, stay)) == ({expected: 1}, paid)


@pytest.mark.parametrize("status", ["Canceled", "No-Show"])
def test_who_did_not_stay_claims_nothing(hotel, status):
    assert hotel_outcome(hotel(*RATES, ("H", "B", "A", "80", status))) == ({}, 0)


def test_each_hotel_has_its_own_ranks(hotel):
    """In the other hotel A is the dearer room."""
    other = [("Other", "A", "A", "90", "Check-Out"), ("Other", "B", "B", "50", "Check-Out")]
    stays = [("H", "B", "A", "80", "Check-Out"), ("Other", "B", "A", "40", "Check-Out")]
    assert hotel_outcome(hotel(*RATES, *other, *stays)) == ({"compensated": 1, "upgraded": 1}, 80_00)


def test_the_hotel_replay_twice_is_once(hotel):
    path = hotel(*RATES, *(stay for stay, *_outcome in STAYS.values()))
    first = hotel_outcome(path)
    rows = Claim.objects.count(), Event.objects.count(), Transfer.objects.count()
    assert hotel_outcome(path) == first
    assert (Claim.objects.count(), Event.objects.count(), Transfer.objects.count()) == rows


def test_equal_rows_are_separate_stays(tmp_path):
    row = ["H", 10, 2015, "July", 1, 0, 1, "B", "A", "80", "Check-Out", "7/2/2015"]
    cheap = ["H", 10, 2015, "July", 2, 0, 1, "A", "A", "50", "Check-Out", "7/3/2015"]
    assert hotel_outcome(written(tmp_path / "h.csv", HOTEL, [row, row, cheap])) == ({"compensated": 2}, 160_00)


# --- the real files ----------------------------------------------------------------------------------------


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the data file {name} is not here (REDRESS_DATA names its folder)")
    return path


@pytest.mark.slow
def test_the_real_retail_file_comes_out_to_the_penny():
    result = replay(real("retail_orders.csv.gz"), "online-retail")
    assert [result[name] for name in ("claims", "paid", "refused", "paid_sum")] == [1_805, 1_078, 727, 103_008_81]
    assert breaks() == []
    assert not list(differing(Verdict.objects.select_related("version__policy")))


@pytest.mark.slow
def test_the_real_hotel_file_comes_out_to_the_cent():
    result = replay(real("hotel_bookings.csv.gz"), "hotel-bookings")
    names = ("claims", "upgraded", "to_agent", "nothing_owed", "compensated", "compensated_sum")
    assert [result[name] for name in names] == [956, 843, 32, 72, 9, 1_547_78]
    assert breaks() == []
