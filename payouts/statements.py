"""What people write when they act on payouts: a reason, always."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.texts import storable

REASON_LIMIT = 500


class ReasonMissing(Refusal):
    code = "reason_missing"
    message = _("Say why: whoever looks at this later has only your words.")
    field = "because"
    http_status = HTTPStatus.BAD_REQUEST


class ReasonTooLong(Refusal):
    code = "reason_too_long"
    message = _("Say it in at most %(limit)s characters.")
    field = "because"
    http_status = HTTPStatus.BAD_REQUEST


def reason(text: str) -> str:
    """The reason as it is stored. Raises ReasonMissing and ReasonTooLong."""
    said = storable(text).strip()
    if not any(letter.isprintable() and not letter.isspace() for letter in said):
        raise ReasonMissing
    if len(said) > REASON_LIMIT:
        raise ReasonTooLong(limit=REASON_LIMIT)
    return said
