"""A second person looks at a conspicuous payout: whoever awarded the sum cannot be the one who lets it leave.

So it is where a large one shall be called off at its provider: who found that it was not paid cannot agree to that.
"""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from common.wakeups import wake
from payouts.actions.attending import carry_out_calling_off, let_go_of_calling_off, may_be_called_off
from payouts.models import Approval, Attention, Payout
from payouts.statements import reason
from payouts.tidings import tell_finance

KINDS = {
    Approval.About.LEAVING: "payout_waits_for_approval",
    Approval.About.CALLING_OFF: "payout_waits_to_be_called_off",
}

# After the first reminder (payouts.actions.judging) one a day.
REMIND_AGAIN_AFTER = timedelta(days=1)


class NotWaitingForApproval(Refusal):
    """Nobody asked for an approval, or somebody has given it."""

    code = "not_waiting_for_approval"
    message = _("This payout does not wait for an approval. Somebody else may have given it in the meantime.")


class MakerIsNotChecker(Refusal):
    """Four eyes: the same two do not count twice."""

    code = "maker_is_not_checker"
    message = _("You awarded this sum or asked for this yourself, so somebody else has to approve it.")
    http_status = HTTPStatus.FORBIDDEN


class NotForYou(Refusal):
    """Only finance approves payouts."""

    code = "forbidden"
    message = _("Only people of finance approve payouts.")
    http_status = HTTPStatus.FORBIDDEN


@atomic
def approve(*, payout: Payout, by: User, because: str, at: datetime) -> Approval:
    """Let a payout that was held back leave; it goes on as it would have without. Or have a large one called off.

    Repeated by the same person it changes nothing. Raises NotForYou, NotWaitingForApproval, MakerIsNotChecker,
    ReasonMissing and ReasonTooLong.
    """
    why, approval = reason(because), _locked(payout)
    refuse_unless_checker(approval, by)
    if approval.approved_by_id == by.pk:
        return approval
    if approval.approved_by_id is not None:
        raise NotWaitingForApproval
    approval.approved_by, approval.approved_at, approval.because, approval.due_at = by, at, why, None
    approval.save(update_fields=["approved_by", "approved_at", "because", "due_at"])
    if approval.about == Approval.About.CALLING_OFF:
        _call_off(approval, at)
    else:
        waiting = Payout.objects.filter(pk=approval.payout_id, attention=Attention.APPROVAL)
        waiting.update(attention=Attention.NONE, next_at=at)
        wake("payouts.tasks.send_due_payouts")
    crash_point("payouts.before_approval_is_committed")
    return approval


def _locked(payout: Payout) -> Approval:
    """The last one asked for; the payout first, as everywhere. Raises NotWaitingForApproval when nobody ever asked."""
    Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    asked = Approval.objects.select_related("payout", "made_by").filter(payout=payout, lapsed_at__isnull=True)
    approval = asked.order_by("-id").first()
    if approval is None:
        raise NotWaitingForApproval
    return approval


def refuse_unless_checker(approval: Approval, by: User) -> None:
    """Raises NotForYou and MakerIsNotChecker."""
    if by.role != Role.FINANCE:
        raise NotForYou
    if approval.made_by_id == by.pk:
        raise MakerIsNotChecker


def _call_off(approval: Approval, at: datetime) -> None:
    """As who asked for it would have. Raises NotWaitingForApproval when the payout has gone on by itself."""
    if approval.made_by is None or not may_be_called_off(approval.payout):
        raise NotWaitingForApproval
    carry_out_calling_off(approval.payout, by=approval.made_by, at=at)


def remind_of_approvals(*, now: datetime, limit: int = 100) -> int:
    """Tell finance of payouts that nobody has approved in time, and again each day; how many there were."""
    due = Approval.objects.filter(due_at__lte=now).order_by("due_at", "id").values_list("pk", flat=True)
    return sum(_remind(pk, now=now) for pk in due[:limit])


@atomic
def _remind(pk: int, *, now: datetime) -> bool:
    found = Approval.objects.select_for_update(skip_locked=True, of=("self",)).select_related("payout")
    approval = found.filter(pk=pk, due_at__lte=now).first()
    if approval is None:
        return False
    if approval.about == Approval.About.CALLING_OFF and not may_be_called_off(approval.payout):
        let_go_of_calling_off(approval.payout, at=now)
        return False
    number = approval.reminders + 1
    Approval.objects.filter(pk=pk).update(reminders=F("reminders") + 1, due_at=now + REMIND_AGAIN_AFTER)
    values = {"case": "reminder", "asked_at": approval.asked_at}
    kind, key = KINDS[Approval.About(approval.about)], f"reminder:{number}"
    if approval.about == Approval.About.CALLING_OFF:
        key = f"calling_off:{approval.pk}:{key}"
    tell_finance(approval.payout, kind, key=key, at=now, **values)
    crash_point("payouts.before_reminder_is_committed")
    return True
