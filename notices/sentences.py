"""Every sentence the portal tells people outside a page: one row for each kind of notice, its cases and its readers.

Sources are English and marked for translation; `%(item)s` and its like are values, described in notices.wording.
A sentence never says that money has arrived before it has.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from accounts.models import Role

PLACEHOLDER = re.compile(r"%\((\w+)\)s")

OPEN_CLAIM = _("Open the claim")
ANSWER_CLAIM = _("Answer the claim")
GIVE_EVIDENCE = _("Give evidence")
SEE_PAYOUT = _("See the payout")
SEE_ORDER = _("See the order")
SEE_STATEMENT = _("See your statement")
SEE_LABEL = _("See the label")
DECIDE_APPEAL = _("Decide the appeal")
SEE_COUPON = _("See the coupon")
ANSWER_OFFER = _("Answer the offer")
SEE_ANSWER = _("See the answer")

ANSWER_BY = _("Answer by %(due_at)s.")
EVIDENCE_BY = _("Give your evidence by %(due_at)s.")
APPEAL_BY = _("Either side may appeal once, until %(due_at)s.")
ESCALATE_BY = _("You can ask the platform to decide until %(due_at)s.")
SHIP_BY = _("Send the goods by %(due_at)s.")
CONFIRM_BY = _("Confirm it by %(due_at)s.")
RECEIVE_BY = _("Confirm or contest the return by %(due_at)s.")

IT_IS_ABOUT = _("It is about “%(item)s”.")
NOTHING_TO_DO = _("There is nothing for you to do.")
PAYOUT_ON_CLAIM = _("The claim’s page shows how far the money is.")
SILENCE_PAYS = _("Without your answer the claim is decided for the consumer.")
SEALED_AFTERWARDS = _("Give what supports your side: photos, receipts, proof of delivery. Later nothing can be added.")
REASONS_ON_CLAIM = _("The reasons are on the claim’s page.")
REASONS_ON_LABEL = _("The figures, the terms and how to appeal are on the label’s page.")
MERCHANT_PAYS = _("The sum is paid to the consumer and charged to you.")


@dataclass(frozen=True)
class Wording:
    """English sources, translated when read. `due` is the sentence with the deadline, `action` the link’s label."""

    subject: str
    sentences: tuple[str, ...]
    action: str = OPEN_CLAIM
    due: str = ""

    def placeholders(self) -> frozenset[str]:
        return frozenset(PLACEHOLDER.findall(" ".join((self.subject, *self.sentences, self.due))))


class Row(NamedTuple):
    """The wording of a kind; `case` and `to` (a role) narrow it, and the narrowest row that fits is taken."""

    kind: str
    wording: Wording
    case: str = ""
    to: str = ""


FILED = (
    Row(
        "claim_filed",
        Wording(
            _("Claim %(claim)s: a consumer asks for %(amount)s"),
            (IT_IS_ABOUT, SILENCE_PAYS),
            due=ANSWER_BY,
            action=ANSWER_CLAIM,
        ),
    ),
    Row(
        "claim_paid",
        Wording(
            _("%(amount)s for claim %(claim)s is in your wallet"),
            (_("Your claim about “%(item)s” was approved, and the money is there."),),
        ),
        case="arrived",
        to=Role.CONSUMER,
    ),
    Row(
        "claim_paid",
        Wording(
            _("%(amount)s for claim %(claim)s is approved"),
            (
                _("The money for “%(item)s” is being sent to you."),
                _("We write again when it has arrived; the claim’s page shows how far it is."),
            ),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "claim_paid",
        Wording(
            _("Claim %(claim)s is settled"),
            (_("What you were promised for “%(item)s” was given; the claim’s page says what it is."),),
        ),
        case="in_kind",
        to=Role.CONSUMER,
    ),
    Row(
        "claim_paid",
        Wording(
            _("Claim %(claim)s was approved: %(amount)s"),
            (
                IT_IS_ABOUT,
                _("The claim’s page says by which rule, and from whose money it is paid."),
                NOTHING_TO_DO,
            ),
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "claim_paid",
        Wording(_("Claim %(claim)s is settled without money"), (IT_IS_ABOUT, NOTHING_TO_DO)),
        case="in_kind",
        to=Role.MERCHANT,
    ),
    Row(
        "claim_answer_due",
        Wording(
            _("Claim %(claim)s still waits for your answer"),
            (_("A consumer asks for %(amount)s for “%(item)s”."), SILENCE_PAYS),
            due=ANSWER_BY,
            action=ANSWER_CLAIM,
        ),
    ),
    Row(
        "withdrawn",
        Wording(
            _("Claim %(claim)s was withdrawn"),
            (_("The consumer withdrew the claim about “%(item)s”."), NOTHING_TO_DO),
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "withdrawn",
        Wording(
            _("You withdrew claim %(claim)s"),
            (_("The claim about “%(item)s” is closed, and nothing is paid for it."),),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "message_received",
        Wording(_("New message about claim %(claim)s"), (IT_IS_ABOUT,), action=_("Read the message")),
    ),
)

ANSWERED = (
    Row(
        "merchant_answered",
        Wording(
            _("%(merchant)s accepted claim %(claim)s: you get %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
        case="accepted",
    ),
    Row(
        "merchant_answered",
        Wording(
            _("%(merchant)s offers %(amount)s for claim %(claim)s"),
            (
                IT_IS_ABOUT,
                _("You can accept the offer, ask for another sum, or ask the platform to decide."),
                _("If you do nothing until then, the offer is paid to you and the claim ends."),
            ),
            due=ANSWER_BY,
            action=_("Answer the offer"),
        ),
        case="offered",
    ),
    Row(
        "merchant_answered",
        Wording(
            _("%(merchant)s rejected claim %(claim)s"),
            (
                IT_IS_ABOUT,
                REASONS_ON_CLAIM,
                _("If you disagree, ask the platform to decide; otherwise the claim is closed."),
            ),
            due=ESCALATE_BY,
        ),
        case="rejected",
    ),
    Row(
        "offer_countered",
        Wording(
            _("Claim %(claim)s: the consumer asks for %(amount)s instead"),
            (
                IT_IS_ABOUT,
                _("You can accept this sum, make another offer or reject the claim."),
                SILENCE_PAYS,
            ),
            due=ANSWER_BY,
            action=ANSWER_CLAIM,
        ),
    ),
    Row(
        "offer_accepted",
        Wording(
            _("Claim %(claim)s: your offer of %(amount)s was accepted"),
            (IT_IS_ABOUT, MERCHANT_PAYS, NOTHING_TO_DO),
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "offer_accepted",
        Wording(
            _("Claim %(claim)s: you and %(merchant)s agreed on %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "offer_lapsing",
        Wording(
            _("Claim %(claim)s: the offer of %(amount)s still waits for your answer"),
            (
                IT_IS_ABOUT,
                _("You can accept the offer, ask for another sum, or ask the platform to decide."),
                _("If you do nothing until then, the offer is paid to you and the claim ends."),
            ),
            due=ANSWER_BY,
            action=_("Answer the offer"),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "offer_lapsing",
        Wording(
            _("Claim %(claim)s: the consumer’s sum of %(amount)s still waits for your answer"),
            (IT_IS_ABOUT, SILENCE_PAYS),
            due=ANSWER_BY,
            action=ANSWER_CLAIM,
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "escalate_by",
        Wording(
            _("Claim %(claim)s: your time to ask the platform is running out"),
            (
                _("The merchant rejected your claim about “%(item)s”."),
                _("If you do not ask the platform to decide, the claim is closed and nothing is paid."),
            ),
            due=ESCALATE_BY,
        ),
    ),
)

RETURNED = (
    Row(
        "return_asked",
        Wording(
            _("Claim %(claim)s: send the goods back to get %(amount)s"),
            (
                _("%(merchant)s pays when “%(item)s” has come back."),
                _("Send it with a carrier that gives you a tracking number, and enter the number on the claim’s page."),
            ),
            due=SHIP_BY,
            action=_("Enter the tracking number"),
        ),
    ),
    Row(
        "ship_by",
        Wording(
            _("Claim %(claim)s: the goods have not been sent back yet"),
            (
                IT_IS_ABOUT,
                _("If you do not send it and enter the tracking number, the claim is closed and nothing is paid."),
            ),
            due=SHIP_BY,
            action=_("Enter the tracking number"),
        ),
    ),
    Row(
        "return_shipped",
        Wording(
            _("Claim %(claim)s: the goods are on their way back to you"),
            (
                _("“%(item)s” was sent with %(carrier)s, tracking number %(tracking)s."),
                _("Without your word the return counts as received, and the consumer is paid."),
            ),
            due=RECEIVE_BY,
        ),
    ),
    Row(
        "confirm_return_by",
        Wording(
            _("Claim %(claim)s: has the return arrived?"),
            (IT_IS_ABOUT, _("Without your word the return counts as received, and the consumer is paid.")),
            due=RECEIVE_BY,
        ),
    ),
    Row(
        "return_received",
        Wording(
            _("Claim %(claim)s: your return has arrived, you get %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
    ),
)

DISPUTED = (
    Row(
        "escalated",
        Wording(
            _("The platform will decide claim %(claim)s"),
            (IT_IS_ABOUT, SEALED_AFTERWARDS),
            due=EVIDENCE_BY,
            action=GIVE_EVIDENCE,
        ),
    ),
    Row(
        "evidence_asked",
        Wording(
            _("Claim %(claim)s: the platform asks for your evidence"),
            (IT_IS_ABOUT, SEALED_AFTERWARDS),
            due=EVIDENCE_BY,
            action=GIVE_EVIDENCE,
        ),
    ),
    Row(
        "evidence_due",
        Wording(
            _("Claim %(claim)s: your time to give evidence is running out"),
            (IT_IS_ABOUT, _("Afterwards the platform decides on what it has.")),
            due=EVIDENCE_BY,
            action=GIVE_EVIDENCE,
        ),
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided for you: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, PAYOUT_ON_CLAIM),
            due=APPEAL_BY,
        ),
        case="consumer",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided for the merchant"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("Nothing is paid for this claim.")),
            due=APPEAL_BY,
        ),
        case="merchant",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided in part for you: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, PAYOUT_ON_CLAIM),
            due=APPEAL_BY,
        ),
        case="split",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided for you: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("The platform pays, because neither side is at fault.")),
            due=APPEAL_BY,
        ),
        case="no_fault",
        to=Role.CONSUMER,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided for the consumer: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, MERCHANT_PAYS),
            due=APPEAL_BY,
        ),
        case="consumer",
        to=Role.MERCHANT,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided for you"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("You pay nothing for this claim.")),
            due=APPEAL_BY,
        ),
        case="merchant",
        to=Role.MERCHANT,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided in part for the consumer: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, MERCHANT_PAYS),
            due=APPEAL_BY,
        ),
        case="split",
        to=Role.MERCHANT,
    ),
    Row(
        "decided",
        Wording(
            _("Claim %(claim)s was decided: you are not at fault"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("The platform pays %(amount)s to the consumer; you pay nothing.")),
            due=APPEAL_BY,
        ),
        case="no_fault",
        to=Role.MERCHANT,
    ),
    Row(
        "appealed",
        Wording(
            _("Claim %(claim)s: the consumer appealed"),
            (IT_IS_ABOUT, _("Another reviewer looks at the case again; that decision is final.")),
        ),
        case="consumer",
        to=Role.MERCHANT,
    ),
    Row(
        "appealed",
        Wording(
            _("Claim %(claim)s: the merchant appealed"),
            (IT_IS_ABOUT, _("Another reviewer looks at the case again; that decision is final.")),
        ),
        case="merchant",
        to=Role.CONSUMER,
    ),
    Row(
        "appealed",
        Wording(
            _("Claim %(claim)s: your appeal is being reviewed"),
            (IT_IS_ABOUT, _("Another reviewer looks at the case again; that decision is final.")),
        ),
    ),
    Row(
        "appeal_decided",
        Wording(
            _("The appeal on claim %(claim)s was decided for the consumer: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("This decision is final.")),
        ),
        case="consumer",
    ),
    Row(
        "appeal_decided",
        Wording(
            _("The appeal on claim %(claim)s was decided for the merchant"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("This decision is final.")),
        ),
        case="merchant",
    ),
    Row(
        "appeal_decided",
        Wording(
            _("The appeal on claim %(claim)s was decided in part for each side: %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("This decision is final.")),
        ),
        case="split",
    ),
    Row(
        "appeal_decided",
        Wording(
            _("The appeal on claim %(claim)s was decided: the platform pays %(amount)s"),
            (IT_IS_ABOUT, REASONS_ON_CLAIM, _("Neither side is at fault. This decision is final.")),
        ),
        case="no_fault",
    ),
)

ENDED = (
    Row(
        "closed",
        Wording(_("Claim %(claim)s is closed"), (IT_IS_ABOUT, _("The claim’s page says how it ended."))),
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s: a deadline has passed"),
            (IT_IS_ABOUT, _("The claim’s page says what follows from it.")),
        ),
    ),
    Row(
        "deadline_passed",
        Wording(
            _("%(merchant)s did not answer claim %(claim)s: you get %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
        case="merchant_silent",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s was decided for the consumer, because you did not answer"),
            (IT_IS_ABOUT, _("%(amount)s is paid to the consumer and charged to you.")),
        ),
        case="merchant_silent",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("The offer for claim %(claim)s has run out: you get %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
        case="offer_lapsed",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Your offer for claim %(claim)s has run out and is paid: %(amount)s"),
            (IT_IS_ABOUT, _("The consumer did not answer, so the claim ends with your offer."), NOTHING_TO_DO),
        ),
        case="offer_lapsed",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s is closed: the rejection was not contested"),
            (IT_IS_ABOUT, _("Nothing is paid for this claim.")),
        ),
        case="not_escalated",
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s is closed: the goods were not sent back"),
            (IT_IS_ABOUT, _("Nothing is paid for this claim.")),
        ),
        case="return_not_sent",
    ),
    Row(
        "deadline_passed",
        Wording(
            _("%(merchant)s did not contest your return: you get %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
        case="return_not_confirmed",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s: the return counts as received"),
            (IT_IS_ABOUT, _("%(amount)s is paid to the consumer and charged to you.")),
        ),
        case="return_not_confirmed",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("The platform took too long over claim %(claim)s: you get %(amount)s"),
            (IT_IS_ABOUT, PAYOUT_ON_CLAIM),
        ),
        case="platform_too_slow",
        to=Role.CONSUMER,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("The platform took too long over claim %(claim)s and pays it itself"),
            (IT_IS_ABOUT, _("You pay nothing for this claim.")),
        ),
        case="platform_too_slow",
        to=Role.MERCHANT,
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s: the time to give evidence is over"),
            (IT_IS_ABOUT, _("The platform now decides on what both sides have given.")),
        ),
        case="evidence_sealed",
    ),
    Row(
        "deadline_passed",
        Wording(
            _("Claim %(claim)s is now with a senior agent"),
            (IT_IS_ABOUT, _("The decision took too long, so somebody with more experience takes over."), NOTHING_TO_DO),
        ),
        case="raised_to_senior",
    ),
    Row(
        "deadline_passed",
        Wording(
            _("The decision on claim %(claim)s is final"),
            (IT_IS_ABOUT, _("Nobody appealed in time, so it stands as it was written.")),
        ),
        case="decision_stands",
    ),
)

PAID = (
    Row(
        "refunded_unasked",
        Wording(
            _("%(merchant)s refunds %(amount)s to you"),
            (
                _("It is for “%(item)s” in order %(order)s; you did not have to ask."),
                _("The order’s page shows how far the money is."),
            ),
            action=SEE_ORDER,
        ),
    ),
    Row(
        "payout_settled",
        Wording(_("%(amount)s has arrived"), (_("The payment to you is confirmed."),), action=SEE_PAYOUT),
    ),
    Row(
        "payout_replaced_by_wallet",
        Wording(
            _("%(amount)s was paid to your wallet instead"),
            (_("The payment the usual way did not go through, so we put the money into your wallet at once."),),
            action=SEE_PAYOUT,
        ),
    ),
    Row(
        "payout_to_confirm",
        Wording(
            _("Confirm %(amount)s to be paid"),
            (
                _("The payment service holds the money for you until you confirm it there."),
                _("If you do not, it comes back and we put it into your wallet."),
            ),
            due=CONFIRM_BY,
            action=SEE_PAYOUT,
        ),
    ),
    Row(
        "payout_to_confirm_soon",
        Wording(
            _("%(amount)s still waits for you to confirm it"),
            (
                _("The payment service will not hold the money for much longer."),
                _("If you do not confirm it there, it comes back and we put it into your wallet."),
            ),
            due=CONFIRM_BY,
            action=SEE_PAYOUT,
        ),
    ),
    Row(
        "payout_waits_for_approval",
        Wording(
            _("A payout of %(amount)s waits for your approval"),
            (
                _("It is conspicuous, so it leaves only after a second person has looked at it."),
                _("Until then its money is set aside."),
            ),
            action=SEE_PAYOUT,
        ),
    ),
    Row(
        "payout_waits_for_approval",
        Wording(
            _("A payout of %(amount)s still waits for approval"),
            (_("Nobody has decided about it since %(asked_at)s."), _("The payee is waiting for the money.")),
            action=SEE_PAYOUT,
        ),
        case="reminder",
    ),
    Row(
        "payment_owed",
        Wording(
            _("%(amount)s for claim %(claim)s is owed to you"),
            (
                _("The platform pays this sum and is refilling the fund it comes from."),
                _("It is written in the books as yours and sent as soon as the fund allows."),
                NOTHING_TO_DO,
            ),
        ),
    ),
    Row(
        "voucher_expiring",
        Wording(
            _("Your voucher for %(store)s expires soon"),
            (_("“%(item)s” has not been used yet."),),
            due=_("It can be used until %(expires_at)s."),
            action=SEE_ORDER,
        ),
    ),
)

OUT_OF_STOCK = (
    Row(
        "stock_out_reported",
        Wording(
            _("%(merchant)s cannot deliver all of your order %(order)s"),
            (
                _("“%(item)s” is out of stock, in whole or in part."),
                _("The order’s page shows how many pieces are missing and what you may choose for them."),
            ),
            action=SEE_ORDER,
        ),
    ),
)

COUPON_USABLE_UNTIL = _("You can spend it until %(expires_at)s.")
SPENT_WHOLE = _("Spend it on one order of at least its worth, at any merchant; its code is on its page.")

COUPONS = (
    Row(
        "coupon_issued",
        Wording(
            _("You have a coupon of %(amount)s"),
            (_("You chose it instead of money for “%(item)s”."), SPENT_WHOLE),
            due=COUPON_USABLE_UNTIL,
            action=SEE_COUPON,
        ),
        case="chosen",
    ),
    Row(
        "coupon_issued",
        Wording(
            _("A coupon of %(amount)s for your patience"),
            (
                _("Your case about “%(item)s” took longer than it should."),
                _("The platform gives you this of its own accord; it says nothing about who was right."),
                SPENT_WHOLE,
            ),
            due=COUPON_USABLE_UNTIL,
            action=SEE_COUPON,
        ),
        case="goodwill",
    ),
    Row(
        "coupon_expiring",
        Wording(
            _("Your coupon of %(amount)s expires soon"),
            (SPENT_WHOLE,),
            due=COUPON_USABLE_UNTIL,
            action=SEE_COUPON,
        ),
    ),
    Row(
        "coupon_expired",
        Wording(
            _("Your coupon of %(amount)s has expired"),
            (_("It was not spent in time and can no longer be used."),),
            action=SEE_COUPON,
        ),
    ),
    Row(
        "coupon_redeemed",
        Wording(
            _("Your coupon of %(amount)s was spent"),
            (_("It was redeemed for your order %(order)s."),),
            action=SEE_COUPON,
        ),
    ),
    Row(
        "coupon_revoked",
        Wording(
            _("Your coupon of %(amount)s was revoked"),
            (_("The platform took it back and gives this reason: %(reason)s"),),
            action=SEE_COUPON,
        ),
    ),
)

LABELS = (
    Row(
        "label_granted",
        Wording(
            _("You carry the label “%(label)s”"),
            (_("All checks are met. Orders placed from now on are covered by what the label promises."),),
            action=SEE_LABEL,
        ),
    ),
    Row(
        "label_refused",
        Wording(
            _("The label “%(label)s” was refused"),
            (REASONS_ON_LABEL,),
            action=SEE_LABEL,
        ),
    ),
    Row(
        "label_lost",
        Wording(
            _("You lost the label “%(label)s”"),
            (
                _("Orders placed from now on are not covered by it any more; orders placed before stay covered."),
                REASONS_ON_LABEL,
            ),
            action=SEE_LABEL,
        ),
    ),
    Row(
        "label_appealed",
        Wording(
            _("%(merchant)s appeals about the label “%(label)s”"),
            (_("Somebody who did not take the label away has to decide."),),
            action=DECIDE_APPEAL,
        ),
    ),
    Row(
        "label_appeal_decided",
        Wording(
            _("Your appeal: you carry the label “%(label)s” again"),
            (_("Orders placed from now on are covered again. The reason is on the label’s page."),),
            action=SEE_LABEL,
        ),
        case="restored",
    ),
    Row(
        "label_appeal_decided",
        Wording(
            _("Your appeal about the label “%(label)s” was not granted"),
            (_("The decision stands and is final. The reason is on the label’s page."),),
            action=SEE_LABEL,
        ),
        case="upheld",
    ),
)

SEE_RECOVERY = _("See what is owed and why")

FUND = (
    Row(
        "advance_paid",
        Wording(
            _("%(amount)s for claim %(claim)s is paid to you first"),
            (
                _("The special fund pays before it is decided who is liable, so that you do not have to wait for it."),
                _("You keep it whatever the decision is. If you are owed more, the rest is paid then."),
            ),
        ),
        to=Role.CONSUMER,
    ),
    Row(
        "advance_paid",
        Wording(
            _("Claim %(claim)s: the special fund paid the consumer %(amount)s first"),
            (
                _("Nothing is decided by that, and nothing is charged to you yet."),
                _("If you are found liable, you owe it to the fund; otherwise the platform bears it."),
            ),
        ),
        to=Role.MERCHANT,
    ),
    Row(
        "grant_paid",
        Wording(
            _("%(amount)s from the platform for you"),
            (
                _("We know that this is a hard time. It is yours whatever becomes of claim %(claim)s."),
                NOTHING_TO_DO,
            ),
        ),
    ),
    Row(
        "recovery_charged",
        Wording(
            _("You owe the special fund %(amount)s for claim %(claim)s"),
            (
                _("It paid the consumer in your place."),
                _("It is set off against your settlement, then taken from your deposit."),
                _("If you think that you do not owe this, you can dispute it there."),
            ),
            action=SEE_RECOVERY,
        ),
    ),
    Row(
        "recovery_invoiced",
        Wording(
            _("Invoice %(number)s: %(amount)s for the special fund"),
            (_("Neither your settlement nor your deposit held what you owe for claim %(claim)s."),),
            due=_("Pay it by %(due_at)s."),
            action=SEE_RECOVERY,
        ),
    ),
    Row(
        "recovery_reminder",
        Wording(
            _("Invoice %(number)s of %(amount)s is overdue"),
            (_("It was due on %(due_at)s and is about claim %(claim)s."), _("What you sell is set off against it.")),
            action=SEE_RECOVERY,
        ),
    ),
    Row(
        "recovery_paid",
        Wording(
            _("We received %(amount)s for claim %(claim)s"),
            (_("It was booked against what you owe the special fund."), NOTHING_TO_DO),
            action=SEE_RECOVERY,
        ),
    ),
    Row(
        "recovery_waived",
        Wording(
            _("You do not have to pay %(amount)s for claim %(claim)s"),
            (_("The platform gave up what you owed the special fund for it."), NOTHING_TO_DO),
            action=SEE_RECOVERY,
        ),
    ),
    Row(
        "recovery_upheld",
        Wording(
            _("You owe %(amount)s for claim %(claim)s after all"),
            (_("We looked at what you disputed: %(reason)s"),),
            action=SEE_RECOVERY,
        ),
    ),
    Row(
        "recovery_undone",
        Wording(
            _("%(amount)s for claim %(claim)s is yours again"),
            (
                _("You won the appeal: what you had paid of it is yours again, and you owe the rest no longer."),
                NOTHING_TO_DO,
            ),
            action=SEE_RECOVERY,
        ),
    ),
)

EVENTS = (
    Row(
        "event_paid",
        Wording(
            _("%(amount)s is yours: %(store)s is closed"),
            (
                _("You could not use “%(item)s”, so we paid you without being asked."),
                _("The order’s page says how the sum comes about; there you can also contest it."),
            ),
            action=SEE_ORDER,
        ),
        case="store_closed",
    ),
    Row(
        "event_paid",
        Wording(
            _("%(amount)s is yours: %(store)s has no room for you"),
            (
                _("The hotel cannot give you “%(item)s” as booked, so we paid you without being asked."),
                _("The order’s page says how the sum comes about; there you can also contest it."),
            ),
            action=SEE_ORDER,
        ),
        case="hotel_walk",
    ),
    Row(
        "event_paid",
        Wording(
            _("%(amount)s is yours: your booking was cancelled"),
            (
                _("“%(item)s” at %(store)s does not take place, so we paid you without being asked."),
                _("The order’s page says how the sum comes about; there you can also contest it."),
            ),
            action=SEE_ORDER,
        ),
        case="performance_cancelled",
    ),
    Row(
        "event_given",
        Wording(
            _("Something happened to your booking at %(store)s"),
            (_("What you were promised for “%(item)s” was given; the order’s page says what it is."),),
            action=SEE_ORDER,
        ),
    ),
    Row(
        "event_owed",
        Wording(
            _("%(amount)s is owed to you for “%(item)s”"),
            (
                _("It is because of what happened at %(store)s; you need not claim it."),
                _("The platform pays this sum and is refilling the fund it comes from."),
                NOTHING_TO_DO,
            ),
            action=SEE_ORDER,
        ),
    ),
    Row(
        "event_refused",
        Wording(
            _("Something happened at %(store)s that may concern you"),
            (
                _("It affects “%(item)s”, but nothing is paid for it by itself; the order’s page says why."),
                _("You can still claim what you are owed there."),
            ),
            action=SEE_ORDER,
        ),
    ),
    Row(
        "event_dropped",
        Wording(
            _("Nothing is owed to you for “%(item)s” after all"),
            (
                _(
                    "We told you of a sum because of what was said of %(store)s. That was a mistake, and nothing is"
                    " paid."
                ),
                _("If you did not get what you paid for, claim it on the order’s page."),
            ),
            action=SEE_ORDER,
        ),
    ),
    Row(
        "event_found",
        Wording(
            _("The platform was told that %(store)s is closed"),
            (
                _("Those who could not use what they bought there are paid by your own guarantee, without a claim."),
                _("Tell us if this is a mistake."),
            ),
            action=SEE_STATEMENT,
        ),
        case="store_closed",
    ),
    Row(
        "event_found",
        Wording(
            _("The platform was told what happened at %(store)s"),
            (
                _("Those who cannot get what they booked there are paid by your own guarantee, without a claim."),
                _("Tell us if this is a mistake."),
            ),
            action=SEE_STATEMENT,
        ),
    ),
    Row(
        "superseded_by_chargeback",
        Wording(
            _("Claim %(claim)s ended: the bank took the money back"),
            (IT_IS_ABOUT, _("Whoever is paid by their bank is not paid a second time here."), NOTHING_TO_DO),
        ),
    ),
)

REHOUSED = (
    Row(
        "room_given",
        Wording(
            _("You get another room at %(store)s"),
            (_("The hotel gives you the room “%(room)s” instead of “%(item)s”, of the same class or better."),),
            action=SEE_ORDER,
        ),
    ),
    Row(
        "rehousing_offered",
        Wording(
            _("%(store)s has no room for you: choose another hotel, or money"),
            (
                _("The hotel offers you another one for “%(item)s” and pays the difference and the way there."),
                _("If you decline or do not answer, you are paid instead."),
            ),
            due=ANSWER_BY,
            action=ANSWER_OFFER,
        ),
    ),
    Row(
        "rehousing_answered",
        Wording(
            _("Order %(order)s: the guest takes the other hotel"),
            (_("Book it for “%(item)s” and pay what it costs more. The way there is paid from your settlement."),),
            action=SEE_ANSWER,
        ),
        case="accepted",
    ),
    Row(
        "rehousing_answered",
        Wording(
            _("Order %(order)s: the guest would rather have the money"),
            (_("The guarantee pays it for “%(item)s”."), NOTHING_TO_DO),
            action=SEE_ANSWER,
        ),
        case="declined",
    ),
    Row(
        "rehousing_answered",
        Wording(
            _("Order %(order)s: the guest did not answer in time"),
            (_("The guarantee pays money for “%(item)s” instead of the other hotel."), NOTHING_TO_DO),
            action=SEE_ANSWER,
        ),
        case="lapsed",
    ),
)

ROWS = (
    *FILED,
    *ANSWERED,
    *RETURNED,
    *DISPUTED,
    *ENDED,
    *PAID,
    *COUPONS,
    *LABELS,
    *FUND,
    *EVENTS,
    *REHOUSED,
    *OUT_OF_STOCK,
)
