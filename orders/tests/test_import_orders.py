"""The command takes in the real files to the unit, twice as once, and says in one sentence what it cannot read."""

import csv
import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from orders.importers.hotel_bookings import hotel
from orders.models import Exposure, Line, Order, RoomType, Stay
from orders.tests.hotels import hotel_file
from orders.tests.retail import retail_file, row
from orders.tests.shared_data import real_file


def import_orders(path: Path, name: str, rejects: Path) -> dict[str, Any]:
    out = StringIO()
    call_command("import_orders", path, format=name, rejects=rejects, json=True, stdout=out)
    result: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return result


def rejected(path: Path) -> list[tuple[int, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(int(line["line"]), line["reason"]) for line in csv.DictReader(file)]


@pytest.mark.django_db
def test_the_real_retail_file_comes_out_to_the_unit_and_again(tmp_path: Path):
    path = real_file("retail_orders.csv.gz")
    first = import_orders(path, "online-retail", tmp_path / "rejects.csv")
    figures = {"orders": 3_384, "lines": 67_313, "rejected": 36_217, "sum": 158_929_628, "currency": "GBP"}
    assert first.items() >= (figures | {"claims": 1_805, "new_orders": 3_384, "new_lines": 67_313}).items()
    assert len(rejected(tmp_path / "rejects.csv")) == 36_217
    again = import_orders(path, "online-retail", tmp_path / "rejects.csv")
    assert again.items() >= (figures | {"claims": 1_805, "new_orders": 0, "new_lines": 0}).items()
    assert (Order.objects.count(), Line.objects.count()) == (3_384, 67_313)
    assert Line.objects.aggregate(Sum("paid"))["paid__sum"] == 158_929_628
    assert not Exposure.objects.exists()


@pytest.mark.django_db
def test_the_real_hotel_file_comes_out_to_the_unit_and_again(tmp_path: Path):
    path = real_file("hotel_bookings.csv.gz")
    for new in (9_000, 0):
        result = import_orders(path, "hotel-bookings", tmp_path / "rejects.csv")
        assert result.items() >= {"orders": 9_000, "lines": 9_000, "rejected": 0, "new_orders": new}.items()
    moved = Stay.objects.filter(outcome="checked_out").exclude(room_type_assigned=None)
    assert sum(one.room_type_assigned_id != one.room_type_reserved_id for one in moved) == 956
    ranks = dict(RoomType.objects.exclude(mean_rate_rank=None).values_list("code", "mean_rate_rank"))
    assert ranks == {"A": 1, "D": 2, "E": 3, "F": 4, "C": 5, "L": 6, "G": 7, "H": 8}


@pytest.mark.django_db
def test_a_longer_file_adds_only_what_is_new(tmp_path: Path):
    rows = [row("A", stock="1"), row("B"), row("A", stock="2")]
    import_orders(retail_file(tmp_path, *rows), "online-retail", tmp_path / "rejects.csv")
    longer = retail_file(tmp_path, *rows, row("A", stock="3"), row("D"), name="longer.csv")
    result = import_orders(longer, "online-retail", tmp_path / "rejects.csv")
    assert result.items() >= {"orders": 3, "lines": 5, "new_orders": 1, "new_lines": 2, "rejected": 0}.items()


@pytest.mark.django_db
def test_rows_keep_the_order_of_the_file(tmp_path: Path):
    import_orders(
        retail_file(tmp_path, row("B", stock="1"), row("A", stock="2"), row("B", stock="3")),
        "online-retail",
        tmp_path / "rejects.csv",
    )
    lines = Line.objects.order_by("id").values_list("order__number", "position", "code")
    assert list(lines) == [("OR-B", 1, "1"), ("OR-B", 2, "3"), ("OR-A", 1, "2")]


@pytest.mark.django_db
def test_rejects_are_written_with_line_and_reason_also_when_the_order_is_known_otherwise(tmp_path: Path):
    import_orders(retail_file(tmp_path, row("A", price="1.00")), "online-retail", tmp_path / "rejects.csv")
    changed = retail_file(tmp_path, row("A", price="2.00"), row("B", customer=""), row("B"))
    result = import_orders(changed, "online-retail", tmp_path / "rejects.csv")
    assert rejected(tmp_path / "rejects.csv") == [
        (2, "line 1 of order OR-A is known with other content"),
        (3, "no CustomerID"),
    ]
    assert result.items() >= {"orders": 1, "lines": 1, "rejected": 2, "sum": 1530}.items()
    assert Line.objects.get(order__number="OR-A").unit_price == "1.00"


@pytest.mark.django_db
def test_several_hotels_in_a_file_keep_their_own_rooms(tmp_path: Path):
    dear, cheap = {"hotel": "City Hotel", "adr": "200"}, {"hotel": "City Hotel", "adr": "10", "reserved_room_type": "B"}
    import_orders(
        hotel_file(tmp_path, {"adr": "80"}, {"adr": "90", "reserved_room_type": "B"}, dear, cheap),
        "hotel-bookings",
        tmp_path / "rejects.csv",
    )
    for name, expected in (("Resort Hotel", {"A": 1, "B": 2}), ("City Hotel", {"A": 2, "B": 1})):
        rooms = RoomType.objects.filter(store__code=hotel(name).code, mean_rate_rank__isnull=False)
        assert dict(rooms.values_list("code", "mean_rate_rank")) == expected


@pytest.mark.django_db
def test_a_native_file_may_hold_several_currencies(tmp_path: Path):
    path = tmp_path / "orders.jsonl"
    order = {
        "kind": "goods",
        "placed_at": "2026-03-01T09:30:00Z",
        "consumer": {"id": "c", "name": "C"},
        "merchant": {"code": "m", "name": "M"},
        "lines": [{"title": "T", "quantity": 1, "unit_price": "5"}],
    }
    orders = [{"number": "N-1", "currency": "CNY"}, {"number": "N-2", "currency": "JPY"}]
    path.write_text("".join(json.dumps(order | one) + "\n" for one in orders))
    result = import_orders(path, "native", tmp_path / "rejects.csv")
    assert (result["sum"], result["currency"], result["sums"]) == (None, None, {"CNY": 500, "JPY": 5})
    assert set(Order.objects.values_list("market", flat=True)) == {"native"}


def cut(content: bytes) -> bytes:
    return gzip.compress(content)[:-100]


def spoilt(content: bytes) -> bytes:
    packed = bytearray(gzip.compress(content))
    packed[len(packed) // 2] ^= 0xFF
    return bytes(packed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda content: b"", " is empty."),
        (lambda content: b"\n\n", " is empty."),
        (lambda content: gzip.compress(b""), " is empty."),
        (
            lambda content: b"InvoiceNo,Quantity,Description\n1,2,3\n",
            " has no column StockCode, InvoiceDate, UnitPrice,",
        ),
        (
            lambda content: b"Quantity," + content.replace(b"\r\n", b"\n").replace(b"\n", b"\n1,"),
            " names the column Quantity more than once",
        ),
        (lambda content: bytes(range(256)) * 8, " has no column InvoiceNo, "),
        (lambda content: content.decode().encode("utf-16"), " has no column InvoiceNo, "),
        (cut, " is cut off: "),
        (spoilt, " is damaged "),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_changes_nothing(tmp_path: Path, damage, sentence: str):
    path = retail_file(tmp_path, *(row(str(number)) for number in range(3000)))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CommandError) as error:
        import_orders(path, "online-retail", tmp_path / "rejects.csv")
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert not Order.objects.exists()


@pytest.mark.parametrize(("name", "sentence"), [("absent.csv", "There is no file "), (".", " is not a file.")])
def test_what_is_no_file_is_one_sentence(tmp_path: Path, name: str, sentence: str):
    with pytest.raises(CommandError, match=sentence):
        import_orders(tmp_path / name, "native", tmp_path / "rejects.csv")


@pytest.mark.django_db
def test_the_rejects_never_overwrite_the_file_and_a_place_that_cannot_be_written_is_said_first(tmp_path: Path):
    path = retail_file(tmp_path, row())
    for rejects, sentence in ((path, "would overwrite"), (path / "rejects.csv", "cannot be written")):
        with pytest.raises(CommandError, match=sentence):
            import_orders(path, "online-retail", rejects)
    assert not Order.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads_plain_and_packed_files_with_a_byte_order_mark_and_windows_line_ends(tmp_path: Path, pack):
    good = retail_file(tmp_path, row(), "", row(title='"Quoted, with a\nline break"'), row()).read_bytes()
    path = tmp_path / "orders.csv"
    path.write_bytes(pack(b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n")))
    result = import_orders(path, "online-retail", tmp_path / "rejects.csv")
    assert result.items() >= {"orders": 1, "lines": 3, "rejected": 0}.items()


def test_a_title_in_latin_1_makes_no_line_unusable(db: None, tmp_path: Path):
    path = retail_file(tmp_path, row("1"))
    path.write_bytes(path.read_bytes() + row("2", title="£5 voucher").encode("latin-1") + b"\n")
    import_orders(path, "online-retail", tmp_path / "rejects.csv")
    assert Line.objects.get(order__number="OR-2").title == "£5 voucher"


def test_a_native_order_that_is_not_utf_8_is_rejected(db: None, tmp_path: Path):
    path = tmp_path / "orders.jsonl"
    path.write_bytes(b'{"number": "\xa35"}\n')
    import_orders(path, "native", tmp_path / "rejects.csv")
    assert "not UTF-8 text" in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
