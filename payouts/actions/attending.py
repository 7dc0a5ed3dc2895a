"""What a person may do about a payout that the machine left to them: each of it is safe, whatever the truth is.

Asking never pays, and what is called off is only replaced once the provider has promised never to pay it. Where it is
large a second person has to agree before the provider is told anything.
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.states import move_to
from common.transactions import atomic
from common.wakeups import wake
from payouts.actions.judging import hold_back_if_large_to_call_off
from payouts.models import Approval, Attention, Payout, Status

TO_BE_CALLED_OFF = (Attention.KEY_WINDOW, Attention.UNCONFIRMED, Attention.PARKED)
SENT_BEFORE = (Status.FAILED, Status.UNKNOWN, Status.SENT)


class NotWaitingForAPerson(Refusal):
    """The machine is taking care of this payout by itself, or it has ended."""

    code = "not_waiting_for_a_person"
    message = _("This payout does not wait for a person at the moment.")


class WaitsForASecondPerson(Refusal):
    """Calling it off is asked for already, and nobody has answered."""

    code = "waits_for_a_second_person"
    message = _("Somebody else said already that it was not paid. It is called off when you approve that.")


@atomic
def unpark(*, payout: int, by: User, at: datetime) -> Payout:
    """Have a payout that was set aside after errors tried again, as often as any other. Raises NotWaitingForAPerson."""
    found = _waiting(payout, by, [Attention.PARKED])
    let_go_of_calling_off(found, at=at)
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
    A large one waits for a second person first (`approve`): then nobody has called it off yet (`called_off_by`), and
    to ask again changes nothing. Raises NotWaitingForAPerson and WaitsForASecondPerson.
    """
    found = _waiting(payout, by, TO_BE_CALLED_OFF)
    if found.status not in SENT_BEFORE:
        raise NotWaitingForAPerson
    asked = Approval.objects.to_call_off().waiting().filter(payout=found).first()
    if asked is not None and asked.made_by_id != by.pk:
        raise WaitsForASecondPerson
    if asked is None and not hold_back_if_large_to_call_off(found, made_by=by, at=at):
        return carry_out_calling_off(found, by=by, at=at)
    crash_point("payouts.before_attention_is_committed")
    return found


def carry_out_calling_off(found: Payout, *, by: User, at: datetime) -> Payout:
    """Have a locked payout called off that `by` found not to have been paid."""
    if found.status != Status.FAILED:
        move_to(found, Status.FAILED, at=at, history={"because": f"called off by user:{by.pk}"})
    return _wake(found, at, attention=Attention.NONE, tries=0, called_off_by=by)


def may_be_called_off(payout: Payout) -> bool:
    """Whether it still waits for a person who finds out whether it was paid."""
    return payout.attention in TO_BE_CALLED_OFF and payout.status in SENT_BEFORE


def let_go_of_calling_off(payout: Payout, *, at: datetime) -> None:
    """The payout went on otherwise: nobody has to agree to calling it off any more."""
    asked = Approval.objects.to_call_off().filter(payout=payout, due_at__isnull=False)
    asked.update(lapsed_at=at, due_at=None)


def _waiting(payout: int, by: User, attention: Collection[Attention]) -> Payout:
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
