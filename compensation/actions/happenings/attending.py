"""What an agent does with an affected line that nobody could pay: have it tried again, or let it go with a reason."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from compensation.models import Affected


class NotParked(Refusal):
    """Only a line that waits for an agent is an agent's to decide."""

    code = "not_parked"
    message = _("This does not wait for an agent any more.")


@atomic
def try_again(*, affected: int, by: User, at: datetime) -> None:
    """Judge and pay it once more. Raises NotParked."""
    row = _parked(affected)
    status = Affected.Status.OWED if row.verdict_id else Affected.Status.FOUND
    move_to(row, status, at=at, history={"by": by}, because="", tries=0, due_at=at)


@atomic
def dismiss(*, affected: int, because: str, by: User, at: datetime) -> None:
    """Nothing is paid for it by the event; the consumer can still file a claim. Raises NotParked."""
    row = _parked(affected)
    if row.verdict_id:
        raise NotParked
    move_to(
        row,
        Affected.Status.DROPPED,
        at=at,
        history={"by": by, "because": because},
        because="dismissed",
        due_at=None,
        ended_at=at,
    )


def _parked(affected: int) -> Affected:
    row = Affected.objects.select_for_update(no_key=True).filter(pk=affected, status=Affected.Status.PARKED).first()
    if row is None:
        raise NotParked
    return row
