"""The real hotel file, twice: replayed by the project, and counted from the file alone with nothing of the project's.

What the terms say is written down here anew, from the page that came with the data.
"""

import csv
import gzip
import json
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import call_command

from orders.tests.shared_data import FOLDER

DATA = FOLDER / "hotel_bookings.csv.gz"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="the real bookings are not there (REDRESS_DATA)"),
]


def counted_from_the_file():
    """Outcomes by number, and the sum of those that are compensated, in cents."""
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rates = defaultdict(list)
    for row in rows:
        if Decimal(row["adr"]) > 0:
            rates[row["hotel"], row["reserved_room_type"]].append(Fraction(row["adr"]))
    means = {room: sum(known) / len(known) for room, known in rates.items()}
    outcomes: Counter[str] = Counter()
    cents = 0
    for row in rows:
        booked, given = (row["hotel"], row["reserved_room_type"]), (row["hotel"], row["assigned_room_type"])
        if row["reservation_status"] != "Check-Out" or booked == given:
            continue
        rate = Decimal(row["adr"])
        if rate <= 0:
            outcomes["nothing_owed"] += 1
        elif booked not in means or given not in means:
            outcomes["to_agent"] += 1
        elif means[given] >= means[booked]:
            outcomes["upgraded"] += 1
        else:
            outcomes["compensated"] += 1
            cents += int((rate * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return {**outcomes, "claims": outcomes.total(), "compensated_sum": cents}


def test_every_eligible_stay_is_decided_as_the_file_says(db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("import_orders", str(DATA), "--format", "hotel-bookings", stdout=StringIO())
    said = StringIO()
    call_command("replay_claims", str(DATA), "--format", "hotel-bookings", "--json", stdout=said)
    replayed = json.loads(said.getvalue().splitlines()[-1])
    expected = counted_from_the_file()
    assert {name: replayed[name] for name in expected} == expected
    assert sum(replayed[name] for name in ("upgraded", "compensated", "to_agent", "nothing_owed")) == replayed["claims"]
