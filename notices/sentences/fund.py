"""What the special fund paid first or in hardship, and what merchants owe it."""

from django.utils.translation import gettext_noop as _

from accounts.models import Role
from notices.sentences.phrases import ANSWER_BY, NOTHING_TO_DO
from notices.sentences.row import Row

SEE_RECOVERY = _("See what is owed and why")
ANSWER_GRANT = _("Agree or decline")
SEE_GRANT = _("See the grants")
SEE_MONEY_IN = _("See the money that comes in")

FUND = (
    Row(
        "advance_paid",
        _("%(amount)s for claim %(claim)s is paid to you first"),
        (
            _("The special fund pays before it is decided who is liable, so that you do not have to wait for it."),
            _("You keep it whatever the decision is. If you are owed more, the rest is paid then."),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "advance_paid",
        _("Claim %(claim)s: the special fund paid the consumer %(amount)s first"),
        (
            _("Nothing is decided by that, and nothing is charged to you yet."),
            _("If you are found liable, you owe it to the fund; otherwise the platform bears it."),
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "grant_paid",
        _("%(amount)s from the platform for you"),
        (
            _("We know that this is a hard time. It is yours whatever becomes of claim %(claim)s."),
            NOTHING_TO_DO,
        ),
    ),
    Row(
        "grant_waits",
        _("%(amount)s in hardship for claim %(claim)s waits for you"),
        (_("It is above what one agent grants alone: a second one has to agree, or to decline."),),
        due=ANSWER_BY,
        action=ANSWER_GRANT,
    ),
    Row(
        "grant_not_given",
        _("Your grant of %(amount)s for claim %(claim)s was declined"),
        (_("A second agent did not agree. Nothing is paid, and it counts no longer."),),
        action=SEE_GRANT,
        case="declined",
    ),
    Row(
        "grant_not_given",
        _("Your grant of %(amount)s for claim %(claim)s has lapsed"),
        (_("No second agent answered in time. Nothing is paid; if it is still needed, grant it again."),),
        action=SEE_GRANT,
        case="lapsed",
    ),
    Row(
        "filling_lapsed",
        _("Nobody agreed in time to %(amount)s that you wrote down"),
        (_("Nothing was booked: %(reason)s"), _("If the money is there, write it down again.")),
        action=SEE_MONEY_IN,
    ),
    Row(
        "recovery_disputed",
        _("%(merchant)s disputes that it owes the special fund %(amount)s"),
        (_("Until somebody has looked at it, nothing is set off, taken from the deposit or invoiced."),),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_still_disputed",
        _("Nobody has answered %(merchant)s about %(amount)s yet"),
        (
            _("It disputes that it owes this to the special fund, and nothing is taken meanwhile."),
            _("Say why it is owed, or propose to waive it."),
        ),
        action=SEE_RECOVERY,
    ),
    Row(
        "relief_waits",
        _("Waiving %(amount)s that %(merchant)s owes waits for you"),
        (_("Somebody of finance proposes that the merchant shall not have to pay: %(reason)s"),),
        due=ANSWER_BY,
        action=SEE_RECOVERY,
        case="waive",
    ),
    Row(
        "relief_waits",
        _("Writing off %(amount)s that %(merchant)s owes waits for you"),
        (_("Somebody of finance proposes it, as the merchant cannot pay: %(reason)s"),),
        due=ANSWER_BY,
        action=SEE_RECOVERY,
        case="write_off",
    ),
    Row(
        "relief_waits",
        _("Nobody has answered yet whether %(amount)s of %(merchant)s is given up"),
        (_("It was proposed for this reason: %(reason)s"),),
        due=_("Without an answer the proposal lapses on %(due_at)s, and it is owed as before."),
        action=SEE_RECOVERY,
        case="reminder",
    ),
    Row(
        "relief_lapsed",
        _("Nobody agreed in time to give up %(amount)s of %(merchant)s"),
        (_("It is owed as before. You had said: %(reason)s"), _("If it is still right, propose it again.")),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_charged",
        _("You owe the special fund %(amount)s for claim %(claim)s"),
        (
            _("It paid the consumer in your place."),
            _("It is set off against your settlement, then taken from your deposit."),
            _("If you think that you do not owe this, you can dispute it there."),
        ),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_invoiced",
        _("Invoice %(number)s: %(amount)s for the special fund"),
        (_("Neither your settlement nor your deposit held what you owe for claim %(claim)s."),),
        due=_("Pay it by %(due_at)s."),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_reminder",
        _("Invoice %(number)s of %(amount)s is overdue"),
        (_("It was due on %(due_at)s and is about claim %(claim)s."), _("What you sell is set off against it.")),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_paid",
        _("We received %(amount)s for claim %(claim)s"),
        (_("It was booked against what you owe the special fund."), NOTHING_TO_DO),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_waived",
        _("You do not have to pay %(amount)s for claim %(claim)s"),
        (_("The platform gave up what you owed the special fund for it."), NOTHING_TO_DO),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_upheld",
        _("You owe %(amount)s for claim %(claim)s after all"),
        (_("We looked at what you disputed: %(reason)s"),),
        action=SEE_RECOVERY,
    ),
    Row(
        "recovery_undone",
        _("%(amount)s for claim %(claim)s is yours again"),
        (
            _("You won the appeal: what you had paid of it is yours again, and you owe the rest no longer."),
            NOTHING_TO_DO,
        ),
        action=SEE_RECOVERY,
    ),
)
