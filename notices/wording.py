"""A notice in words: its sentences in the language and zone of whoever reads it, made from raw values.

Values are amounts in minor units beside their `currency`, moments in ISO 8601 under names that end in `_at`, texts
with their Chinese twin (`item`, `item_zh`), and `case`, which picks a variant. The sentences stand in
notices.sentences, their translations in `locale/`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext

from common.formats import moment_text, money_text
from notices.sentences import ROWS, Row

BY_READER = {(row.kind, row.case, row.to): row for row in ROWS}


class UnknownKind(LookupError):
    """No row has words for this kind, case and reader."""


class ValueMissing(LookupError):
    """The sentences name a value that was not given."""


class Words(NamedTuple):
    """A notice in its reader's language. `due` is empty when nothing has to happen by a certain moment."""

    subject: str
    sentences: tuple[str, ...]
    due: str
    action: str

    @property
    def text(self) -> str:
        """The sentences as one paragraph; Chinese puts no space between them."""
        return ("" if get_language() == "zh-hans" else " ").join(self.sentences)


def words(*, kind: str, values: Mapping[str, Any], role: str) -> Words:
    """The notice in the current language and zone. Raises UnknownKind."""
    row = row_for(kind=kind, case=values.get("case", ""), role=role)
    spoken = {name: _spoken(name, values) for name in row.placeholders()}
    return Words(
        subject=gettext(row.subject) % spoken,
        sentences=tuple(gettext(sentence) % spoken for sentence in row.sentences),
        due=gettext(row.due) % spoken if row.due else "",
        action=gettext(row.action),
    )


def refuse_unspeakable(*, kind: str, values: Mapping[str, Any], role: str) -> None:
    """Raises UnknownKind or ValueMissing: a mistake is met where the notice is told, not where it is sent."""
    row = row_for(kind=kind, case=values.get("case", ""), role=role)
    if missing := _needed(row) - values.keys():
        raise ValueMissing(f"A notice of kind {kind} needs {', '.join(sorted(missing))}.")


def row_for(*, kind: str, case: str, role: str) -> Row:
    """The narrowest row for this case and reader."""
    for narrowed in ((kind, case, role), (kind, case, ""), (kind, "", role), (kind, "", "")):
        if narrowed in BY_READER:
            return BY_READER[narrowed]
    raise UnknownKind(f"Nothing is written for {kind}, case “{case}”, to a {role}.")


def _spoken(name: str, values: Mapping[str, Any]) -> str:
    if name == "amount":
        return money_text(values["amount"], values["currency"])
    if name.endswith("_at"):
        return moment_text(datetime.fromisoformat(values[name]))
    twin = values.get(f"{name}_zh") if get_language() == "zh-hans" else None
    return " ".join(str(twin or values[name]).split())


def _needed(row: Row) -> frozenset[str]:
    names = row.placeholders()
    return names | {"currency"} if "amount" in names else names
