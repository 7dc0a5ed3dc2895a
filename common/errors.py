"""Refusals: what the portal says when it will not do a thing, in one shape for pages and API.

Each action declares its own refusals next to itself. A refusal states the fact, says what to do, and changes nothing.
"""

from typing import ClassVar

from django.utils.functional import Promise


class Refusal(Exception):
    """A request that is understood and not carried out.

    `code` is stable and machine-readable, `message` is for people (translated when shown), `field` names the input it
    is about, if any, and `http_status` is the answer of the API.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str | Promise] = ""
    field: ClassVar[str | None] = None
    http_status: ClassVar[int] = 409

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The message in the current language, with the values filled in."""
        return str(self.message) % self.values if self.values else str(self.message)
