"""One row of the table: the words of a kind of notice, for a case of it and for one side."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Row:
    """English sources, translated when read. `due` is the sentence with the deadline, `action` the link’s label.

    `case` and `to` (a role) narrow the kind, and the narrowest row that fits is taken.
    """

    kind: str
    subject: str
    sentences: tuple[str, ...]
    case: str = ""
    to: str = ""
    due: str = ""
    action: str = _("Open the claim")

    def placeholders(self) -> frozenset[str]:
        return frozenset(PLACEHOLDER.findall(" ".join((self.subject, *self.sentences, self.due))))
