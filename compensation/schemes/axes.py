"""Axes that the declarations of the schemes share (policies.analyser): a price, and time around a plain moment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.analyser.declaration import Whole, Words
from policies.analyser.shows import as_money, as_span, as_yes_or_no, currencies_in
from policies.analyser.watched import SECONDS_A_DAY

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
MOST_MONEY = 10**13 + 1  # what terms can name, and one more
MOST_SECONDS = 1_000_001 * SECONDS_A_DAY
PRICE = 100_00  # where a price is needed and no axis

price = Whole(name="price", least=1, most=MOST_MONEY, label=_("Price"), show=as_money)
elapsed = Whole(name="elapsed", least=0, most=MOST_SECONDS, label=_("Time since then"), show=as_span)
ahead = Whole(name="ahead", least=0, most=MOST_SECONDS // 2, label=_("Told so long before"), show=as_span)
recorded = Words(name="recorded", values=(True, False), label=_("On record"), show=as_yes_or_no)


def currency_of(*terms: Any) -> Words:
    """Every currency that the terms name."""
    return Words(name="currency", values=currencies_in(*terms), label=_("Currency"))
