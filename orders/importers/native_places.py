"""The stores of our own format: where they are, when they are open and were closed, what a hotel calls its rooms."""

import re

from orders.importers.fields import Fields
from orders.purchases import Business, Closure, Hours, Place, RoomName

SUNDAY = 6
CODE = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)
NOT_A_CODE = "is not made of letters, digits, hyphens and underscores"


def place_of(row: Fields, merchant: Business) -> Place:
    """Raises Unusable."""
    place = Place(
        merchant=merchant,
        code=row.pattern("code", CODE, NOT_A_CODE),
        kind=row.text("kind", 40),
        name=row.text("name", 160),
        name_zh=row.text_or_empty("name_zh", 160),
        city=row.text_or_empty("city", 80),
        city_zh=row.text_or_empty("city_zh", 80),
        latitude=row.optional("latitude", lambda name: row.degrees(name, 90)),
        longitude=row.optional("longitude", lambda name: row.degrees(name, 180)),
        open_from=row.optional("open_from", row.clock),
        open_until=row.optional("open_until", row.clock),
        closures=tuple(map(_closure, row.each("closures"))) if row.has("closures") else (),
        hours=_hours(row),
        rooms=_rooms(row),
    )
    row.finish()
    return place


def _closure(row: Fields) -> Closure:
    closure = Closure(
        reason=row.choice("reason", ("closed", "renovating", "moved")),
        starts_at=row.moment("starts_at"),
        ends_at=row.optional("ends_at", row.moment),
    )
    if closure.ends_at and closure.ends_at <= closure.starts_at:
        raise row.unusable("ends_at", "is not after starts_at")
    row.finish()
    return closure


def _hours(row: Fields) -> tuple[Hours, ...]:
    """The spans of the week; no two of a day open at the same time."""
    spans = tuple(map(_span, row.optional("hours", row.each) or ()))
    if len({(span.weekday, span.opens) for span in spans}) < len(spans):
        raise row.unusable("hours", "open twice at the same time of a day")
    return spans


def _rooms(row: Fields) -> tuple[RoomName, ...]:
    """The names of the hotel's room types; none is named twice."""
    rooms = tuple(map(_room, row.optional("rooms", row.each) or ()))
    if len({room.code for room in rooms}) < len(rooms):
        raise row.unusable("rooms", "name one room twice")
    return rooms


def _room(row: Fields) -> RoomName:
    room = RoomName(code=row.text("code", 40), name=row.text("name", 160), name_zh=row.text_or_empty("name_zh", 160))
    row.finish()
    return room


def _span(row: Fields) -> Hours:
    span = Hours(weekday=row.whole("weekday", most=SUNDAY), opens=row.clock("opens"), closes=row.clock("closes"))
    row.finish()
    return span
