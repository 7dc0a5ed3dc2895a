"""What people write in a case: trimmed, never endless, and not empty where others need to read it."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

LONGEST = 2_000


class StatementMissing(Refusal):
    code = "statement_missing"
    message = _("Say in your own words why: the others read it.")
    field = "statement"
    http_status = HTTPStatus.BAD_REQUEST


class StatementTooLong(Refusal):
    """`longest` in characters."""

    code = "statement_too_long"
    message = _("This is too long: at most %(longest)s characters.")
    field = "statement"
    http_status = HTTPStatus.BAD_REQUEST


def written(statement: str, *, required: bool = False) -> str:
    """The statement without the space around it, and without the null character, which PostgreSQL cannot keep.

    Raises StatementMissing and StatementTooLong.
    """
    text = statement.replace("\x00", "").strip()
    if required and not text:
        raise StatementMissing
    if len(text) > LONGEST:
        raise StatementTooLong(longest=LONGEST)
    return text
