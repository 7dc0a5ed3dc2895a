"""Why an event affects nobody, in a sentence: what was looked for, so that a wrong day or code is seen at once."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.formats import day_text, moment_text
from compensation.models import Happening

SENTENCES: Mapping[str, Promise] = {
    Happening.Kind.STORE_CLOSED: _("No voucher for it that was not used could be used in that time."),
    Happening.Kind.HOTEL_WALK: _("No stay there arrives on %(day)s (UTC) and waits for its room."),
    Happening.Kind.PERFORMANCE_CANCELLED: _("No performance that was booked there begins exactly at %(at)s."),
}


def nobody_because(happening: Happening, *, now: datetime) -> str:
    """What was looked for in vain; "" while it is still to be looked for. That nobody was found the caller knows."""
    if happening.due_at and happening.due_at <= max(now, happening.starts_at):
        return ""
    day = day_text(happening.starts_at.astimezone(UTC).date())
    return str(SENTENCES[happening.kind]) % {"day": day, "at": moment_text(happening.starts_at)}
