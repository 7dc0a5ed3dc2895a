"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary.

All times there are the store's own. The voucher is the one of cases.py: valid from 24 April to 24 May, noon each.
"""

from collections.abc import Iterator
from datetime import datetime, time
from math import degrees
from zoneinfo import ZoneInfo

import pytest

from compensation.schemes.closed_store.rules import (
    EARTH_RADIUS_METRES,
    Cause,
    ClosedStoreFacts,
    ClosedStoreTerms,
    Closure,
    Hours,
    Place,
    Report,
    closed_store,
)
from compensation.schemes.closed_store.tests.cases import place, voucher
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file
from policies.words import Remedy

ROWS = rows_of("closed_store")
TERMS: ClosedStoreTerms = terms_in_file("closed_store")
STORE = place()


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = closed_store(_facts(row), TERMS, _moment(row["now"]))
    assert (verdict.because, verdict.granted, verdict.settles, verdict.refund, verdict.compensation) == (
        row["because"],
        row["granted"] == "yes",
        row["settles"],
        int(row["refund"]),
        int(row["compensation"]),
    )


def test_a_report_from_the_door_is_told_from_one_from_far_away():
    there = {row["case"]: closed_store(_facts(row), TERMS, _moment(row["now"])) for row in ROWS if row["latitude"]}
    made_at_the_store = {
        case: {test.code: test.passed for test in verdict.trace.tests}["report_was_made_at_the_store"]
        for case, verdict in there.items()
    }
    assert made_at_the_store == {"reported_from_the_door": True, "reported_from_far_away": False}


def cases() -> Iterator[tuple[ClosedStoreFacts, ClosedStoreTerms, datetime]]:
    return ((_facts(row), TERMS, _moment(row["now"])) for row in ROWS)


def _facts(row: dict[str, str]) -> ClosedStoreFacts:
    return voucher(
        remedy=Remedy(row["remedy"]),
        cause=Cause(row["cause"]),
        paid=int(row["paid"]),
        refundable=int(row["left"]),
        own_percent=int(row["own_percent"]) if row["own_percent"] else None,
        takes_part=row["takes_part"] == "yes",
        redeemed=row["redeemed"] == "yes",
        store=STORE,
        closures=_closures(row),
        others=_others(row),
        report=_report(row),
    )


def _closures(row: dict[str, str]) -> tuple[Closure, ...]:
    if not row["closed_from"]:
        return ()
    ends_at = _moment(row["closed_until"]) if row["closed_until"] else None
    return (Closure(starts_at=_moment(row["closed_from"]), ends_at=ends_at),)


def _report(row: dict[str, str]) -> Report | None:
    if not row["came_at"]:
        return None
    place_ = {"latitude": float(row["latitude"]), "longitude": STORE.longitude} if row["latitude"] else {}
    return Report(happened_at=_moment(row["came_at"]), **place_)


def _others(row: dict[str, str]) -> tuple[Place, ...]:
    if not row["other_metres_north"]:
        return ()
    latitude = (STORE.latitude or 0) + degrees(int(row["other_metres_north"]) / EARTH_RADIUS_METRES)
    return (place("other", latitude=latitude, hours=tuple(map(_hours, row["other_hours"].split()))),)


def _hours(written: str) -> Hours:
    """`6:18:00-02:00` is Sunday from six in the evening until two in the night."""
    weekday, _, span = written.partition(":")
    opens, closes = map(time.fromisoformat, span.split("-"))
    return Hours(weekday=int(weekday), opens=opens, closes=closes)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(TERMS.timezone))
