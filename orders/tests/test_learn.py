"""A later file tells what came to pass since; what was bought never changes, and an older file changes nothing."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.actions import place, record_cancelled, record_room_given, record_turned_away
from orders.models import Booking, Line, Order, RoomType, SessionCard, Stay, StockOut, Store, Voucher
from orders.purchases import Card, Item, Nights, Purchase, Reservation, Shortage, Ticket
from orders.tests.test_import_orders import import_orders, rejected
from orders.tests.test_place import AT, INN, goods

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=3)
EVEN_LATER = LATER + timedelta(hours=1)
BOOKED: dict[str, tuple[str, Any]] = {
    "stay": ("nights", Nights(date(2026, 2, 1), 2, "A", None, "booked")),
    "voucher": ("ticket", Ticket(AT, AT + timedelta(days=30))),
    "booking": ("reservation", Reservation("table", LATER, party=2, promised_wait_minutes=15)),
    "card": ("card", Card(10, 2, 3, 150_00)),
    "goods": ("shortage", None),
}
RECORDS: dict[str, Any] = {
    "stay": Stay, "voucher": Voucher, "booking": Booking, "card": SessionCard, "goods": StockOut
}  # fmt: skip


def order(kind: str, *, number: str = "T-1", of_order: dict[str, Any] | None = None, **facts: Any) -> Purchase:
    """An order of that kind as it is first known, and as it is told with these facts."""
    name, promised = BOOKED[kind]
    told = (Shortage(**facts) if facts else None) if promised is None else replace(promised, **facts)
    item = Item(1, "x", "A thing", 3 if kind == "goods" else 1, "90", 90_00, AT, store=INN)
    changes: dict[str, Any] = {name: told}
    return replace(goods(number), kind=kind, items=(replace(item, **changes),), **(of_order or {}))


def on_record(kind: str, *names: str) -> tuple[Any, ...]:
    return tuple(RECORDS[kind].objects.values_list(*names).get())


NEWS: list[tuple[str, dict[str, Any]]] = [
    ("voucher", {"redeemed_at": LATER}),
    ("stay", {"outcome": "checked_out"}),
    ("stay", {"outcome": "no_show"}),
    ("stay", {"outcome": "turned_away", "told_at": LATER}),
    ("booking", {"queue_joined_at": LATER}),
    ("booking", {"queue_joined_at": LATER, "called_at": EVEN_LATER}),
    ("booking", {"outcome": "refused", "arrived_at": LATER, "recorded_at": EVEN_LATER}),
    ("booking", {"outcome": "cancelled_by_consumer", "recorded_at": LATER}),
    ("card", {"sessions_used": 4}),
    ("goods", {"pieces": 2, "reported_at": LATER}),
]


@pytest.mark.parametrize(("kind", "facts"), NEWS)
def test_what_came_to_pass_since_is_learned_once_and_an_older_file_takes_nothing_back(kind: str, facts: dict[str, Any]):
    place(purchases=[order(kind)])
    assert place(purchases=[order(kind, **facts)]).updated == 1
    assert on_record(kind, *facts) == tuple(facts.values())
    for again in (order(kind, **facts), order(kind)):
        placed = place(purchases=[again])
        assert (placed.updated, placed.orders, placed.lines, placed.conflicts) == (0, 0, 0, ())
        assert on_record(kind, *facts) == tuple(facts.values())


@pytest.mark.parametrize("kind", sorted(BOOKED))
def test_an_order_of_any_kind_is_delivered_once(kind: str):
    place(purchases=[order(kind)])
    assert place(purchases=[order(kind, of_order={"delivered_at": LATER})]).updated == 1
    assert place(purchases=[order(kind)]).updated == 0
    (conflict,) = place(purchases=[order(kind, of_order={"delivered_at": EVEN_LATER})]).conflicts
    assert conflict.reason == "order T-1 is known with another delivered_at"
    assert Order.objects.get().delivered_at == LATER


def test_the_room_that_was_given_is_learned():
    place(purchases=[order("stay")])
    assert place(purchases=[order("stay", assigned="B", outcome="checked_out")]).updated == 1
    assert on_record("stay", "room_type_assigned__code", "outcome") == ("B", "checked_out")
    (conflict,) = place(purchases=[order("stay", assigned="C", outcome="checked_out")]).conflicts
    assert conflict.reason == "line 1 of order T-1 is known with another assigned"


@pytest.mark.parametrize(
    ("kind", "known", "told", "field"),
    [
        ("voucher", {"redeemed_at": LATER}, {"redeemed_at": EVEN_LATER}, "redeemed_at"),
        ("voucher", {}, {"expires_at": AT + timedelta(days=31)}, "expires_at"),
        ("voucher", {}, {"usable_from": AT + timedelta(days=1)}, "usable_from"),
        ("stay", {"outcome": "no_show"}, {"outcome": "checked_out"}, "outcome"),
        ("stay", {}, {"nights": 3}, "nights"),
        ("stay", {}, {"arrival_on": date(2026, 2, 2)}, "arrival_on"),
        ("stay", {}, {"reserved": "B"}, "reserved"),
        ("booking", {}, {"starts_at": EVEN_LATER}, "starts_at"),
        ("booking", {}, {"promised_wait_minutes": None}, "promised_wait_minutes"),
        ("booking", {"queue_joined_at": LATER}, {"queue_joined_at": EVEN_LATER}, "queue_joined_at"),
        (
            "booking",
            {"outcome": "kept", "recorded_at": LATER},
            {"outcome": "refused", "recorded_at": EVEN_LATER},
            "outcome",
        ),
        ("card", {}, {"sessions": 11}, "sessions"),
        ("card", {}, {"single_price": None}, "single_price"),
        ("goods", {"pieces": 1, "reported_at": LATER}, {"pieces": 2, "reported_at": LATER}, "stock_out"),
    ],
)
def test_what_contradicts_is_refused_by_its_name_and_nothing_of_the_order_changes(kind, known, told, field):
    place(purchases=[order(kind, **known)])
    before = RECORDS[kind].objects.values().get()
    placed = place(purchases=[order(kind, **told, of_order={"delivered_at": LATER}), order(kind, number="T-2")])
    assert [conflict.reason for conflict in placed.conflicts] == [f"line 1 of order T-1 is known with another {field}"]
    assert (placed.updated, placed.orders) == (0, 1)
    assert RECORDS[kind].objects.filter(line__order__number="T-1").values().get() == before
    assert Order.objects.get(number="T-1").delivered_at is None


def test_when_and_where_it_was_bought_never_changes():
    place(purchases=[order("goods")])
    told = order("goods", of_order={"placed_at": LATER})
    (conflict,) = place(purchases=[told]).conflicts
    assert conflict.reason == "order T-1 is known with another placed_at"
    assert place(purchases=[replace(told, dated_by_its_lines=True)]).conflicts == ()
    elsewhere = replace(order("goods").items[0], store=replace(INN, code="hill-inn"))
    (conflict,) = place(purchases=[replace(order("goods"), items=(elsewhere,))]).conflicts
    assert conflict.reason == "line 1 of order T-1 is known with other content"
    assert Order.objects.get().placed_at == AT


def test_what_was_recorded_here_first_stands_when_a_file_tells_it_again():
    place(purchases=[order("stay"), order("booking", number="T-2"), order("goods", number="T-3")])
    line = {line.order.number: line for line in Line.objects.select_related("order")}
    record_turned_away(lines=[line["T-1"].pk], told_at=LATER)
    record_cancelled(lines=[line["T-2"].pk], at=LATER)
    StockOut.objects.create(line=line["T-3"], pieces=1, reported_at=LATER)
    placed = place(
        purchases=[
            order("stay", outcome="turned_away", told_at=EVEN_LATER),
            order("booking", number="T-2", outcome="cancelled_by_merchant", recorded_at=EVEN_LATER),
            order("goods", number="T-3", pieces=1, reported_at=EVEN_LATER),
        ]
    )
    assert (placed.updated, placed.conflicts) == (0, ())
    assert Stay.objects.get().told_at == Booking.objects.get().recorded_at == LATER
    assert StockOut.objects.get().reported_at == LATER


def test_a_file_that_does_not_know_of_the_other_room_does_not_take_it_back():
    place(purchases=[order("stay", assigned="A")])
    other = RoomType.objects.create(store=Store.objects.get(), code="B")
    record_room_given(line=Line.objects.get().pk, room_type=other, told_at=LATER)
    placed = place(purchases=[order("stay", assigned="A", outcome="checked_out")])
    assert (placed.updated, placed.conflicts) == (1, ())
    assert on_record("stay", "room_type_assigned__code", "outcome") == ("B", "checked_out")


def test_a_known_order_learns_and_grows_at_once():
    place(purchases=[order("goods")])
    told = order("goods", pieces=2, reported_at=LATER)
    second = replace(told.items[0], position=2, code="y", shortage=None)
    placed = place(purchases=[replace(told, items=(*told.items, second))])
    assert (placed.updated, placed.orders, placed.lines) == (1, 0, 1)


def test_news_need_as_many_statements_for_many_orders_as_for_one():
    kinds = sorted(BOOKED)
    every = [(kind, f"{kind}-{index}") for kind in kinds for index in range(20)]
    place(purchases=[order(kind, number=number) for kind, number in every])
    news = dict(NEWS)

    def statements(some: list[tuple[str, str]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            placed = place(purchases=[order(kind, number=number, **news[kind]) for kind, number in some])
        assert placed.updated == len(some)
        return len(captured)

    assert statements(every[::20]) == statements([one for index, one in enumerate(every) if index % 20])


def test_the_command_says_how_many_orders_it_learned_of(tmp_path: Path):
    path, rejects = tmp_path / "orders.jsonl", tmp_path / "rejects.csv"
    voucher = {"expires_at": "2026-06-01T00:00:00Z"}
    bought: dict[str, Any] = {
        "number": "N-1",
        "kind": "voucher",
        "currency": "CNY",
        "placed_at": "2026-03-01T09:30:00Z",
        "consumer": {"id": "c", "name": "C"},
        "merchant": {"code": "m", "name": "M"},
    }

    def told(**facts: str) -> dict[str, Any]:
        line = {
            "title": "Tea", "quantity": 1, "unit_price": "5", "voucher": voucher | facts,
            "store": {"code": "s", "kind": "shop", "name": "S"},
        }  # fmt: skip
        path.write_text(json.dumps(bought | {"lines": [line]}))
        return import_orders(path, "native", rejects)

    counts = {"orders": 1, "lines": 1, "rejected": 0, "sum": 500}
    assert told().items() >= (counts | {"new_orders": 1, "updated": 0}).items()
    for updated in (1, 0):
        redeemed = told(redeemed_at="2026-03-09T19:00:00Z")
        assert redeemed.items() >= (counts | {"new_orders": 0, "updated": updated}).items()
    assert told(redeemed_at="2026-03-10T19:00:00Z").items() >= {"orders": 0, "rejected": 1, "updated": 0}.items()
    assert rejected(rejects) == [(1, "line 1 of order N-1 is known with another redeemed_at")]
