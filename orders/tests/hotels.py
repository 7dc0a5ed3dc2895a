"""Small files in the shape of the real hotel file."""

from pathlib import Path

COLUMNS = {
    "hotel": "Resort Hotel",
    "is_canceled": "0",
    "lead_time": "10",
    "arrival_date_year": "2015",
    "arrival_date_month": "July",
    "arrival_date_day_of_month": "12",
    "stays_in_weekend_nights": "1",
    "stays_in_week_nights": "2",
    "reserved_room_type": "A",
    "assigned_room_type": "A",
    "adr": "80.0",
    "reservation_status": "Check-Out",
    "reservation_status_date": "7/15/2015",
}


def hotel_file(folder: Path, *rows: dict[str, str], name: str = "hotel.csv") -> Path:
    """Each row is the usual booking with some columns changed."""
    path = folder / name
    lines = [",".join(COLUMNS), *(",".join((COLUMNS | row).values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
