"""What the verbs of more than one subject refuse."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class TermsNotAccepted(Refusal):
    """The terms do not fit the policy, or break one of its own rules."""

    code = "terms_not_accepted"
    message = _("These terms cannot be used. At “%(path)s”: %(problem)s")
    field = "terms"
    http_status = HTTPStatus.BAD_REQUEST


class UnknownPolicy(Refusal):
    code = "unknown_policy"
    message = _("There is no policy “%(policy)s” here.")
    http_status = HTTPStatus.BAD_REQUEST


class TooFarAhead(Refusal):
    """Nobody promises anything for so long, and calendars end."""

    code = "too_far_ahead"
    message = _("This is more than ten years away. Choose an earlier moment.")
    http_status = HTTPStatus.BAD_REQUEST


FURTHEST = timedelta(days=3653)


def refuse_too_far_ahead(moment: datetime, *, at: datetime) -> None:
    """Raises TooFarAhead."""
    if moment > at + FURTHEST:
        raise TooFarAhead
