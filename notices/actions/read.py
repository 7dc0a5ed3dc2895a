"""Mark notices as read. Marking twice changes nothing: the first moment stays."""

from datetime import datetime

from accounts.models import User
from notices.models import Notice


def mark_read(*, notice: Notice, at: datetime) -> None:
    """One notice was opened."""
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=at)


def mark_all_read(*, reader: User, at: datetime) -> int:
    """This person has seen all they were told; counts those that were new."""
    return Notice.objects.visible_to(reader).unread().update(read_at=at)
