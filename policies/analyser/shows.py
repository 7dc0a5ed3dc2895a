"""How the points of an analysis are shown to a reader: sums, spans, reasons."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.formats import money_text
from policies.analyser.watched import SECONDS_A_DAY
from policies.labels import label_of_word
from policies.shapes import Amounts
from policies.wording import OUTCOMES, REMEDIES, label_of_reason

SECONDS_A_MINUTE, MINUTES_AN_HOUR = 60, 60
NO_CURRENCY = ("CNY",)


def as_money(value: int, point: Mapping[str, Any]) -> str:
    """Minor units of the point's currency."""
    return money_text(value, point.get("currency", NO_CURRENCY[0]))


def as_span(value: int, _point: Mapping[str, Any]) -> str:
    """Seconds, in days, hours and minutes."""
    days, seconds = divmod(value, SECONDS_A_DAY)
    minutes, seconds = divmod(seconds, SECONDS_A_MINUTE)
    hours, minutes = divmod(minutes, MINUTES_AN_HOUR)
    nothing = ngettext("%(count)s minute", "%(count)s minutes", 0) % {"count": 0}
    parts = (
        ngettext("%(count)s day", "%(count)s days", days) % {"count": days} if days else "",
        ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes} if minutes else "",
        ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds} if seconds else "",
    )
    return " ".join(part for part in parts if part) or nothing


def as_minutes(value: int, point: Mapping[str, Any]) -> str:
    return as_span(value * SECONDS_A_MINUTE, point)


def as_trouble(value: tuple[str, str], _point: Mapping[str, Any]) -> str:
    """A kind of order and a reason."""
    kind, reason = value
    return _("%(name)s: %(value)s") % {"name": label_of_word("kind", kind), "value": label_of_reason(reason)}


def as_word(name: str, word: str) -> str:
    """A word of the rule's own, by the name of its axis."""
    known = {"outcome": OUTCOMES, "remedy": REMEDIES}.get(name, {})
    return str(known[word]) if word in known else label_of_word(name, word)


def as_reason(value: str, _point: Mapping[str, Any]) -> str:
    return label_of_reason(value)


def as_yes_or_no(value: bool, _point: Mapping[str, Any]) -> str:  # noqa: FBT001 (a Show)
    return _("yes") if value else _("no")


def currencies_in(*terms: Any) -> tuple[str, ...]:
    """Every currency that some typed terms name."""
    found = sorted({currency for value in terms for amounts in _amounts(value) for currency in amounts.by_currency})
    return tuple(found) or NO_CURRENCY


def _amounts(value: Any) -> list[Amounts]:
    if isinstance(value, Amounts):
        return [value]
    if isinstance(value, Mapping):
        return [found for inner in value.values() for found in _amounts(inner)]
    if isinstance(value, tuple | list):
        return [found for inner in value for found in _amounts(inner)]
    fields = getattr(value, "__dataclass_fields__", {})
    return [found for name in fields for found in _amounts(getattr(value, name))]
