"""What a person may do about a payout that the machine left to them: each of it is safe, whatever the truth is.

Asking never pays, and what is called off is only replaced once the provider has promised never to pay it.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from common.wakeups import wake
from payouts.models import Attention, Payout, Status


class NotWaitingForAPerson(Refusal):
    """The machine is taking care of this payout by itself, or it has ended."""

    code = "not_waiting_for_a_person"
    message = _("This payout does not wait for a person at the moment.")


@atomic
def unpark(*, payout: int, by: User, at: datetime) -> Payout:
    """Have a payout that was set aside after errors tried again, as often as any other. Raises NotWaitingForAPerson."""
    found = _waiting(payout, by, [Attention.PARKED])
    return _wake(found, at, attention=Attention.NONE, tries=0)


@atomic
def ask_again(*, payout: int, by: User, at: datetime) -> Payout:
    """Have the provider asked once more what became of it. Raises NotWaitingForAPerson."""
    found = _waiting(payout, by, [Attention.KEY_WINDOW, Attention.UNCONFIRMED])
    return _wake(found, at)


@atomic
def call_off(*, payout: int, by: User, at: datetime) -> Payout:
    """A person found that it was not paid: the provider is told never to pay it, then the wallet pays in its place.

    If the provider does not promise that, or has paid after all, nothing is paid twice: it waits again, or is settled.
    Raises NotWaitingForAPerson.
    """
    found = _waiting(payout, by, [Attention.KEY_WINDOW, Attention.UNCONFIRMED, Attention.PARKED])
    if found.status not in (Status.FAILED, Status.UNKNOWN, Status.SENT):
        raise NotWaitingForAPerson
    if found.status != Status.FAILED:
        move_to(found, Status.FAILED, at=at, history={"because": f"called off by user:{by.pk}"})
    return _wake(found, at, attention=Attention.NONE, tries=0, called_off_by=by)


def _waiting(payout: int, by: User, attention: list[Attention]) -> Payout:
    """It is finance that looks into these."""
    rows = Payout.objects.visible_to(by).select_for_update(no_key=True, of=("self",))
    found = rows.filter(pk=payout, attention__in=attention).first()
    if found is None or by.role != Role.FINANCE:
        raise NotWaitingForAPerson
    return found


def _wake(payout: Payout, at: datetime, **changes: Attention | User | int) -> Payout:
    for name, value in {**changes, "next_at": at, "in_hand_of": None}.items():
        setattr(payout, name, value)
    payout.save(update_fields=["next_at", "in_hand_of", *changes])
    wake("payouts.tasks.send_due_payouts")
    crash_point("payouts.before_attention_is_committed")
    return payout
