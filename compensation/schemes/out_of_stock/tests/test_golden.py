"""What the terms say, case by case, as written down by hand in golden.csv: both sides of every boundary."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from compensation.schemes.out_of_stock.rules import OutOfStockFacts, out_of_stock
from compensation.schemes.out_of_stock.tests.cases import NOW, facts
from compensation.schemes.tests.golden import rows_of
from policies.tests.files import terms_in_file
from policies.words import Remedy

ROWS = rows_of("out_of_stock")
TERMS = terms_in_file("out_of_stock")


def laid_out(row: Mapping[str, str]) -> OutOfStockFacts:
    since_at = NOW - timedelta(minutes=int(row["minutes_since"]))
    on_record = row["on_record"] == "yes"
    return facts(
        remedy=Remedy(row["remedy"]),
        currency=row["currency"],
        price=int(row["price"]),
        pieces=int(row["pieces"]),
        quantity=int(row["quantity"]),
        bought_at=since_at - timedelta(days=90) if on_record else since_at,
        reported_at=since_at if on_record else None,
        delivered=row["delivered"] == "yes",
        takes_part=row["takes_part"] == "yes",
        own_percent=_figure(row["own_percent"]),
        own_coupon_percent=_figure(row["own_coupon_percent"]),
        settlement_room=_figure(row["room"]),
    )


def _figure(written: str) -> int | None:
    return int(written) if written else None


def cases() -> Iterator[tuple[OutOfStockFacts, Any, datetime]]:
    """Every row as the rule takes it, for whoever replays them."""
    return ((laid_out(row), TERMS, NOW) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_the_rule_says_what_the_terms_say(row):
    verdict = out_of_stock(laid_out(row), TERMS, NOW)
    shown = {name: verdict.values.get(name, {}).get("amount") for name in ("cash", "coupon")} if verdict.granted else {}
    assert (verdict.granted, verdict.remedy, verdict.settles, verdict.amount, verdict.because) == (
        row["granted"] == "yes",
        row["remedy"],
        row["settles"],
        int(row["amount"]),
        row["because"],
    )
    assert (shown.get("cash"), shown.get("coupon")) == (_figure(row["cash"]), _figure(row["coupon"]))
