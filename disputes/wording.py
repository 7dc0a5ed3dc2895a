"""A case in words: where it stands, for each reader in one sentence, and what happened, entry by entry.

A sentence never says that money has arrived before it has; how far it is, the payout says.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.formats import money_text
from common.templatetags.bilingual import called
from disputes.models import Claim, CloseReason, DecisionReason, Deed, Event, Outcome, Party, Rejection, Status
from disputes.payments import IN_KIND
from disputes.rights import AGENTS, Standing
from policies.words import Remedy

ANYBODY = ""

# --- where it stands -----------------------------------------------------------------------------------

# By status and reader; ANYBODY is everybody who has no sentence of their own.
STANDING: Mapping[Status, Mapping[str, Promise]] = {
    Status.AWAITING_MERCHANT: {
        Party.CONSUMER: _("%(merchant)s has to answer your claim."),
        Party.MERCHANT: _("A consumer waits for your answer: accept the claim, offer a sum or reject it."),
        ANYBODY: _("The merchant has to answer."),
    },
    Status.OFFER_PENDING: {
        Party.CONSUMER: _("%(merchant)s made you an offer. Accept it, ask for another sum or let the platform decide."),
        Party.MERCHANT: _("The consumer has to answer your offer."),
        ANYBODY: _("The consumer has to answer the merchant’s offer."),
    },
    Status.AWAITING_RETURN: {
        Party.CONSUMER: _("Send the goods back. When they have arrived you get %(amount)s."),
        ANYBODY: _("The consumer has to send the goods back."),
    },
    Status.RETURN_SHIPPED: {
        Party.CONSUMER: _("The goods are on their way back. When they have arrived you get %(amount)s."),
        Party.MERCHANT: _("The goods are on their way back to you. Confirm that they came, or contest it."),
        ANYBODY: _("The goods are on their way back; the merchant has to confirm that they came."),
    },
    Status.REJECTED: {
        Party.CONSUMER: _("%(merchant)s rejected your claim. If you disagree, let the platform decide."),
        Party.MERCHANT: _("You rejected the claim. The consumer can let the platform decide."),
        ANYBODY: _("The merchant rejected the claim. The consumer can let the platform decide."),
    },
    Status.AWAITING_EVIDENCE: {
        Party.CONSUMER: _("The platform will decide. Give it what supports your side."),
        Party.MERCHANT: _("The platform will decide. Give it what supports your side."),
        ANYBODY: _("Both sides are giving evidence; then the platform decides."),
    },
    Status.UNDER_REVIEW: {
        Party.CONSUMER: _("The platform is deciding. There is nothing for you to do."),
        Party.MERCHANT: _("The platform is deciding. There is nothing for you to do."),
        ANYBODY: _("The evidence is complete. The case waits for a decision."),
    },
    Status.APPEAL_REVIEW: {
        Party.CONSUMER: _("Another reviewer looks at the case again. There is nothing for you to do."),
        Party.MERCHANT: _("Another reviewer looks at the case again. There is nothing for you to do."),
        ANYBODY: _("The decision was appealed. The case waits for another reviewer."),
    },
}

COUNTERED: Mapping[str, Promise] = {
    Party.CONSUMER: _("%(merchant)s has to answer the sum you asked for instead."),
    Party.MERCHANT: _("The consumer asks for another sum: accept it, offer another one or reject the claim."),
    ANYBODY: _("The merchant has to answer the sum the consumer asked for instead."),
}

RAISED: Mapping[str, Promise] = {
    **STANDING[Status.UNDER_REVIEW],
    ANYBODY: _("The case was not decided in time. It waits for a senior agent."),
}

DECIDED: Mapping[str, Mapping[str, Promise]] = {
    Outcome.CONSUMER: {
        Party.CONSUMER: _("The platform decided for you: you get %(paid)s. Either side can appeal once."),
        ANYBODY: _("The platform decided for the consumer, who gets %(paid)s. Either side can appeal once."),
    },
    Outcome.MERCHANT: {
        Party.MERCHANT: _("The platform decided for you: you pay nothing. Either side can appeal once."),
        ANYBODY: _("The platform decided for the merchant. Either side can appeal once."),
    },
    Outcome.SPLIT: {
        Party.CONSUMER: _("The platform decided for each side in part: you get %(paid)s. Either side can appeal once."),
        ANYBODY: _(
            "The platform decided for each side in part: the consumer gets %(paid)s. Either side can appeal once."
        ),
    },
    Outcome.NO_FAULT: {
        Party.CONSUMER: _("Nobody is at fault, and the platform pays you %(paid)s. Either side can appeal once."),
        Party.MERCHANT: _(
            "You are not at fault: the platform pays the consumer %(paid)s. Either side can appeal once."
        ),
        ANYBODY: _("Nobody is at fault: the platform pays the consumer %(paid)s. Either side can appeal once."),
    },
}

ENDED: Mapping[str, Mapping[str, Promise]] = {
    CloseReason.PAID_BY_RULE: {
        Party.CONSUMER: _("Your claim was approved at once: you get %(paid)s."),
        ANYBODY: _("The claim was approved by rule: the consumer gets %(paid)s."),
    },
    CloseReason.GIVEN_IN_KIND: {ANYBODY: _("The guarantee was kept, without money.")},
    CloseReason.NOTHING_OWED: {ANYBODY: _("The guarantee was looked at, and it owes nothing here.")},
    CloseReason.MERCHANT_ACCEPTED: {
        Party.CONSUMER: _("%(merchant)s accepted your claim: you get %(paid)s."),
        Party.MERCHANT: _("You accepted the claim: the consumer gets %(paid)s."),
        ANYBODY: _("The merchant accepted the claim: the consumer gets %(paid)s."),
    },
    CloseReason.MERCHANT_SILENT: {
        Party.CONSUMER: _("%(merchant)s did not answer in time: you get %(paid)s."),
        Party.MERCHANT: _("You did not answer in time: the consumer gets %(paid)s."),
        ANYBODY: _("The merchant did not answer in time: the consumer gets %(paid)s."),
    },
    CloseReason.OFFER_ACCEPTED: {
        Party.CONSUMER: _("You and %(merchant)s agreed: you get %(paid)s."),
        ANYBODY: _("Both sides agreed: the consumer gets %(paid)s."),
    },
    CloseReason.OFFER_LAPSED: {
        Party.CONSUMER: _("The time to answer the offer ran out, so you get what was offered: %(paid)s."),
        ANYBODY: _("The time to answer the offer ran out, so the consumer gets what was offered: %(paid)s."),
    },
    CloseReason.RETURN_RECEIVED: {
        Party.CONSUMER: _("The goods are back: you get %(paid)s."),
        ANYBODY: _("The goods are back: the consumer gets %(paid)s."),
    },
    CloseReason.RETURN_NOT_SENT: {ANYBODY: _("The goods were not sent back in time, so nothing is paid.")},
    CloseReason.NOT_ESCALATED: {ANYBODY: _("The rejection was not contested in time, so nothing is paid.")},
    CloseReason.WITHDRAWN: {
        Party.CONSUMER: _("You withdrew the claim."),
        ANYBODY: _("The consumer withdrew the claim."),
    },
    CloseReason.PAID_BY_EVENT: {
        Party.CONSUMER: _("What you claimed was paid without it, because of an event; the order’s page says how much."),
        ANYBODY: _("What was claimed was paid without the claim, because of an event."),
    },
    CloseReason.SUPERSEDED_BY_CHARGEBACK: {
        Party.CONSUMER: _("Your bank took the money back for you, so nothing more is paid here."),
        ANYBODY: _("The card network took the money back for the consumer, so nothing is paid here."),
    },
    CloseReason.DECIDED_FOR_CONSUMER: {
        Party.CONSUMER: _("The platform decided for you: you get %(paid)s. This is final."),
        ANYBODY: _("The platform decided for the consumer, who gets %(paid)s. This is final."),
    },
    CloseReason.DECIDED_FOR_MERCHANT: {
        Party.MERCHANT: _("The platform decided for you. This is final."),
        ANYBODY: _("The platform decided for the merchant. This is final."),
    },
    CloseReason.DECIDED_SPLIT: {
        Party.CONSUMER: _("The platform decided for each side in part: you get %(paid)s. This is final."),
        ANYBODY: _("The platform decided for each side in part: the consumer gets %(paid)s. This is final."),
    },
    CloseReason.DECIDED_NO_FAULT: {
        Party.CONSUMER: _("Nobody is at fault, and the platform pays you %(paid)s. This is final."),
        ANYBODY: _("Nobody is at fault, and the platform pays the consumer %(paid)s. This is final."),
    },
}

KEPT: Mapping[str, Promise] = {
    Party.CONSUMER: _("On appeal the platform decided for the merchant; you keep the %(paid)s you got. This is final."),
    ANYBODY: _("On appeal the platform decided for the merchant; the consumer keeps %(paid)s. This is final."),
}

OWED: Mapping[str, Promise] = {
    Party.CONSUMER: _("The platform owes you the money and pays it as soon as its fund is filled again."),
    ANYBODY: _("The platform owes the consumer the money and pays it as soon as its fund is filled again."),
}

COUPON_GIVEN: Mapping[str, Promise] = {
    Party.CONSUMER: _("You get a coupon of %(paid)s, as you chose. You find it among your coupons."),
    ANYBODY: _("The consumer gets a coupon of %(paid)s, as they chose."),
}

IN_KIND_GIVEN: Mapping[str, Promise] = ENDED[CloseReason.GIVEN_IN_KIND]


def sentence(claim: Claim, standing: Standing, *, party: Party | None) -> str:
    """Where the case stands, in one sentence for this side."""
    wording = _wording(claim, standing)
    reader = ANYBODY if party is None or party in AGENTS else party
    values = {
        "merchant": called(claim.merchant),
        "amount": money_text(claim.amount, claim.currency),
        "paid": money_text(claim.paid, claim.currency),
    }
    return str(wording.get(reader, wording[ANYBODY])) % values


def _wording(claim: Claim, standing: Standing) -> Mapping[str, Promise]:
    match claim.status:
        case Status.SETTLED | Status.CLOSED:
            return _ended(claim)
        case Status.DECIDED:
            return DECIDED[standing.outcome] if claim.paid else _decided_without_money(claim, standing)
        case Status.AWAITING_MERCHANT if standing.open_offer_by:
            return COUNTERED
        case Status.UNDER_REVIEW if claim.level:
            return RAISED
        case status:
            return STANDING[Status(status)]


def _decided_without_money(claim: Claim, standing: Standing) -> Mapping[str, Promise]:
    if standing.outcome == Outcome.MERCHANT:
        return DECIDED[Outcome.MERCHANT]
    return IN_KIND_GIVEN if claim.remedy in IN_KIND else OWED


def _ended(claim: Claim) -> Mapping[str, Promise]:
    if claim.status == Status.CLOSED:
        return ENDED[claim.close_reason]
    if claim.close_reason == CloseReason.DECIDED_FOR_MERCHANT:
        return KEPT
    if claim.paid and claim.remedy == Remedy.COUPON:
        return COUPON_GIVEN
    if claim.paid or not claim.amount:
        return IN_KIND_GIVEN if claim.remedy in IN_KIND else ENDED[claim.close_reason]
    return OWED


# --- what happened -------------------------------------------------------------------------------------

HAPPENED: Mapping[Deed, Promise] = {
    Deed.FILED: _("The claim was filed."),
    Deed.PAID_BY_RULE: _("The rules approved %(amount)s at once."),
    Deed.GIVEN_IN_KIND: _("The guarantee was kept, without money."),
    Deed.FOUND_NOTHING_OWED: _("The guarantee was looked at, and it owes nothing here."),
    Deed.ACCEPTED: _("The claim was accepted."),
    Deed.OFFERED: _("%(amount)s was offered."),
    Deed.COUNTERED: _("%(amount)s was asked for instead."),
    Deed.OFFER_ACCEPTED: _("Both sides agreed on %(amount)s."),
    Deed.REJECTED: _("The claim was rejected: %(reason)s."),
    Deed.RETURN_SHIPPED: _("The goods were sent back with %(carrier)s, tracking number %(tracking)s."),
    Deed.RETURN_RECEIVED: _("The goods came back, and %(amount)s is paid."),
    Deed.RETURN_CONTESTED: _("The return was contested: %(reason)s."),
    Deed.ESCALATED: _("The platform was asked to decide."),
    Deed.WITHDRAWN: _("The claim was withdrawn."),
    Deed.EVIDENCE_GIVEN: _("Evidence was given."),
    Deed.DECIDED: _("Decided: %(outcome)s. %(reason)s."),
    Deed.APPEALED: _("The decision was appealed."),
    Deed.APPEAL_DECIDED: _("Decided on appeal: %(outcome)s. %(reason)s."),
    Deed.MERCHANT_SILENT: _("The merchant did not answer in time, which decides for the consumer."),
    Deed.OFFER_LAPSED: _("The time to answer the offer ran out, and %(amount)s is paid as offered."),
    Deed.RETURN_NOT_SENT: _("The goods were not sent back in time."),
    Deed.RETURN_NOT_CONFIRMED: _("The merchant said nothing in time: the goods count as received, %(amount)s is paid."),
    Deed.NOT_ESCALATED: _("The rejection was not contested in time."),
    Deed.EVIDENCE_SEALED: _("The evidence was sealed."),
    Deed.RAISED_TO_SENIOR: _("The case was not decided in time and went to a senior agent."),
    Deed.DECISION_STANDS: _("The decision is final."),
    Deed.DEBT_PAID: _("The fund was filled again, and %(amount)s is paid."),
    Deed.GOODWILL_GIVEN: _(
        "The platform gave a goodwill coupon of %(amount)s, because the case took long. It says nothing about who was"
        " right."
    ),
    Deed.ADVANCED: _("The special fund paid %(amount)s first, before anything is decided."),
    Deed.PAID_BY_EVENT: _("%(amount)s was paid without the claim, because of an event."),
    Deed.CHARGED_BACK: _("The card network took %(amount)s back for the consumer."),
}

REASONS = {**dict(Rejection.Reason.choices), **dict(DecisionReason.choices)}
OUTCOMES = dict(Outcome.choices)

SPOKEN: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "amount": lambda values: money_text(values["amount"], values["currency"]),
    "reason": lambda values: str(REASONS[values["reason"]]),
    "outcome": lambda values: str(OUTCOMES[values["outcome"]]),
    "carrier": lambda values: str(values["carrier"]),
    "tracking": lambda values: str(values["tracking"]),
}


def told(event: Event) -> str:
    """What happened, in one sentence for everybody."""
    spoken = {name: speak(event.values) for name, speak in SPOKEN.items() if name in event.values}
    return str(HAPPENED[Deed(event.kind)]) % spoken
