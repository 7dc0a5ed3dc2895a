"""Orders are taken in whole, once, and what is known already stays as it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Merchant, User
from orders.actions import place
from orders.models import (
    Booking,
    Line,
    Order,
    RoomType,
    SessionCard,
    Stay,
    StockOut,
    Store,
    StoreClosure,
    StoreHours,
    Voucher,
)
from orders.purchases import (
    Business,
    Card,
    Closure,
    Hours,
    Item,
    Nights,
    Place,
    Purchase,
    Reservation,
    RoomName,
    Shopper,
    Shortage,
    Ticket,
)

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SHOP = Business("tea-house", "Tea House", "茶馆")
INN = Place("harbour-inn", SHOP, "hotel", "Harbour Inn", closures=(Closure("moved", AT),))


def goods(number: str = "T-1", *, items: int = 1) -> Purchase:
    lines = (Item(n, f"tea-{n}", f"Tea {n}", 2, "4.50", 9_00, AT + timedelta(minutes=n)) for n in range(1, items + 1))
    return Purchase(number, "goods", "", Shopper("a1@test.invalid", "A One"), SHOP, "CNY", AT, tuple(lines))


def stay(number: str, rate: str, reserved: str, assigned: str | None = None, hotel: Place = INN) -> Purchase:
    nights = Nights(date(2026, 2, 1), 2, reserved, assigned, "checked_out")
    item = Item(1, reserved, "A room", 1, rate, 0, AT, store=hotel, nights=nights)
    return replace(goods(number), kind="stay", items=(item,))


def voucher(number: str) -> Purchase:
    item = Item(1, "tea-2", "Tea for two", 1, "88", 88_00, AT, store=INN, ticket=Ticket(AT, AT + timedelta(days=30)))
    return replace(goods(number), kind="voucher", items=(item,))


@pytest.mark.django_db
class TestPlace:
    def test_takes_in_an_order_with_all_it_names(self):
        placed = place(purchases=[goods(items=2), stay("T-2", "80.0", "A", "B"), voucher("T-3")])
        assert (placed.orders, placed.lines, placed.conflicts) == (3, 4, ())
        lines = Line.objects.filter(order__number="T-1").order_by("id")
        assert list(lines.values_list("code", "paid", "quantity")) == [("tea-1", 900, 2), ("tea-2", 900, 2)]
        kept = Stay.objects.select_related("room_type_assigned").get()
        assert (kept.first_night_rate, kept.room_type_assigned and kept.room_type_assigned.code) == (80_00, "B")
        assert Voucher.objects.get().line.store == Store.objects.get(code="harbour-inn")
        assert StoreClosure.objects.get().reason == "moved"

    def test_takes_in_what_was_booked_cards_missing_pieces_and_hours(self):
        inn = replace(INN, hours=(Hours(0, time(9), time(17)), Hours(4, time(18), time(2))))
        booked = Reservation("table", AT, party=3, outcome="refused", arrived_at=AT, recorded_at=AT)
        items = {
            "booking": Item(1, "table", "A table", 1, "100", 100_00, AT, store=inn, reservation=booked),
            "card": Item(1, "yoga", "Ten", 1, "900", 900_00, AT, store=inn, card=Card(10, 2, 3, 150_00)),
            "goods": Item(1, "tea", "Tea", 5, "9", 45_00, AT, shortage=Shortage(2, AT)),
        }
        purchases = [replace(goods(f"T-{kind}"), kind=kind, items=(item,)) for kind, item in items.items()]
        for _twice in range(2):
            place(purchases=purchases)
        assert Booking.objects.values_list("party", "outcome", "recorded_at").get() == (3, "refused", AT)
        card = SessionCard.objects.get()
        assert (card.sessions_left, card.single_price) == (9, 150_00)
        assert StockOut.objects.values_list("line__order__number", "pieces").get() == ("T-goods", 2)
        assert StoreHours.objects.filter(store__code=INN.code).count() == 2

    def test_a_stranger_never_signs_in(self):
        place(purchases=[goods()])
        stranger = User.objects.get()
        assert not stranger.is_active
        assert not stranger.has_usable_password()

    def test_twice_is_the_same_as_once(self):
        purchases = [goods(items=2), stay("T-2", "80.0", "A"), voucher("T-3")]
        place(purchases=purchases)
        again = place(purchases=purchases)
        assert (again.orders, again.lines, again.conflicts) == (0, 0, ())
        counts = [model.objects.count() for model in (Order, Line, Stay, Voucher, Store, StoreClosure, Merchant, User)]
        assert counts == [3, 4, 1, 1, 1, 1, 1, 1]

    def test_adds_lines_that_are_new_to_an_order_that_is_known(self):
        place(purchases=[goods(items=1)])
        placed = place(purchases=[goods(items=3)])
        assert (placed.orders, placed.lines) == (0, 2)
        assert Line.objects.count() == 3

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"consumer": Shopper("b2@test.invalid", "B")}, "order T-1 is known with another consumer or merchant"),
            ({"merchant": Business("other", "Other")}, "order T-1 is known with another consumer or merchant"),
            ({"currency": "EUR"}, "order T-1 is known with another market, kind or currency"),
            ({"consumer": Shopper("nobody@example.com")}, "nobody has the address nobody@example.com"),
        ],
    )
    def test_leaves_an_order_alone_that_contradicts_what_is_known(self, changes, reason: str):
        place(purchases=[goods()])
        placed = place(purchases=[replace(goods(items=2), **changes), goods("T-9")])
        assert [conflict.reason for conflict in placed.conflicts] == [reason]
        assert (placed.orders, placed.lines) == (1, 1)
        assert Order.objects.get(number="T-1").lines.count() == 1

    def test_leaves_an_order_alone_whose_line_became_another(self):
        place(purchases=[goods()])
        changed = goods(items=2)
        changed = replace(changed, items=(replace(changed.items[0], paid=1), changed.items[1]))
        (conflict,) = place(purchases=[changed]).conflicts
        assert conflict.reason == "line 1 of order T-1 is known with other content"
        assert Line.objects.get().paid == 900

    def test_needs_as_many_statements_for_many_orders_as_for_one(self):
        def statements(*numbers: int) -> int:
            with CaptureQueriesContext(connection) as captured:
                place(purchases=[stay(f"T-{number}", "80.0", "A") for number in numbers])
            return len(captured)

        statements(0)
        assert statements(1) == statements(*range(2, 52))


@pytest.mark.django_db(transaction=True)
def test_the_same_orders_at_once_are_taken_in_once():
    def import_them(_turn: int) -> int:
        try:
            return place(purchases=[goods(f"T-{n}", items=3) for n in range(20)]).lines
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(import_them, range(6))) == [0, 0, 0, 0, 0, 60]
    assert Line.objects.count() == 60


def ranks(hotel: Place = INN) -> dict[str, int | None]:
    return dict(RoomType.objects.filter(store__code=hotel.code).values_list("code", "mean_rate_rank"))


@pytest.mark.django_db
def test_a_room_type_learns_the_name_that_it_did_not_have_and_keeps_the_one_it_has():
    place(purchases=[stay("T-1", "80.00", "A", "B")])
    for name in ("Attic", "Loft"):
        named = replace(INN, rooms=(RoomName("A", name, "阁楼"), RoomName("Z", "Never booked")))
        again = stay(f"T-{name}", "80.00", "A", "C")
        place(purchases=[replace(again, items=tuple(replace(item, store=named) for item in again.items))])
    names = RoomType.objects.values_list("code", "name", "name_zh").order_by("code")
    assert list(names) == [("A", "Attic", "阁楼"), ("B", "", ""), ("C", "", "")]


@pytest.mark.django_db
class TestRanks:
    def test_the_dearer_type_ranks_higher_over_all_bookings_known_so_far(self):
        place(purchases=[stay("T-1", "80.00", "A"), stay("T-2", "79.99", "B"), stay("T-3", "0", "C", "D")])
        assert ranks() == {"A": 2, "B": 1, "C": None, "D": None}
        place(purchases=[stay("T-4", "90", "B")])
        assert ranks() == {"A": 1, "B": 2, "C": None, "D": None}

    def test_equal_means_share_a_rank_however_many_bookings_made_them(self):
        """A third of a cent is no number a decimal or a float could hold."""
        thirds = [stay(f"A{n}", rate, "A") for n, rate in enumerate(("10.00", "10.00", "10.01"))]
        ninths = [stay(f"B{n}", rate, "B") for n, rate in enumerate(("10.00",) * 6 + ("10.01",) * 3)]
        place(purchases=[*thirds, *ninths, stay("C1", "10.0034", "C"), stay("D1", "10.0033", "D")])
        assert ranks() == {"D": 1, "A": 2, "B": 2, "C": 3}

    def test_bookings_at_no_rate_count_for_nothing(self):
        rates = (("T-1", "50", "A"), ("T-2", "-500", "A"), ("T-3", "0", "A"), ("T-4", "49", "B"))
        place(purchases=[stay(*rate) for rate in rates])
        assert ranks() == {"A": 2, "B": 1}

    def test_the_same_letter_is_another_room_in_another_hotel(self):
        other = replace(INN, code="hill-inn", name="Hill Inn")
        place(
            purchases=[
                stay("T-1", "50", "A"), stay("T-2", "60", "B"),
                stay("T-3", "90", "A", hotel=other), stay("T-4", "60", "B", hotel=other),
            ]
        )  # fmt: skip
        assert ranks() == {"A": 1, "B": 2}
        assert ranks(other) == {"A": 2, "B": 1}
