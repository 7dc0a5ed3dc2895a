"""What the reader of a case can do about it now, each as a form of its own, the most likely first.

Offered is what `disputes.rights` allows and nothing else. A form that was refused is shown again with what was
entered, even when it can no longer be done, so that no words are lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.formats import money_text
from compensation.options import DEFAULT_RULE
from compensation.schemes.registry import names_of
from disputes.forms import (
    BothSidesMessageForm,
    DecisionForm,
    EvidenceForm,
    MessageForm,
    NoteForm,
    OfferForm,
    OptionalStatementForm,
    RejectForm,
    ShipmentForm,
    StatementForm,
)
from disputes.models import Claim, Offer, Party, Status
from disputes.payments import rule_of
from disputes.perspectives import Perspective
from disputes.rights import AGENTS, Act, Answer
from policies.wording import explained
from policies.words import Remedy


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to do. `name` is its place on the page and the prefix of its fields; `note` says what it brings about.

    `given` goes with it unseen, `key` opens it on the bench. The one that `leads` is what the case waits for, and the
    `equal` ones are the other ways to give just that.
    """

    name: str
    address: str
    title: str
    button: str
    form: forms.Form
    note: str = ""
    grave: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    leads: bool = False
    equal: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Refused:
    """A form that was sent and needs mending, under the name of its choice."""

    name: str
    form: forms.Form


def choices(
    claim: Claim, user: User, standpoint: Perspective, *, offer: Offer | None, refused: Refused | None = None
) -> list[Choice]:
    """All the reader can do, in the order of the page; the first may be what the case waits for."""
    offered = {name: _choice(name, claim, user, offer) for name in _names(claim, standpoint, offer)}
    if refused:
        again = offered.get(refused.name) or _choice(refused.name, claim, user, offer)
        offered[refused.name] = replace(again, form=refused.form, refused=True)
    listed = sorted(offered.values(), key=lambda choice: ORDER.index(choice.name))
    awaited = [choice.name for choice in listed if choice.name in AWAITED.get(Status(claim.status), ())]
    return [
        replace(choice, leads=choice.name in awaited[:1], equal=choice.name in awaited[1:] and choice.name in EQUAL)
        for choice in listed
    ]


def _names(claim: Claim, standpoint: Perspective, offer: Offer | None) -> Iterator[str]:
    """The names of what is allowed; an answer that the merchant can still give after its turn has another name."""
    for act in standpoint.actions:
        match act:
            case Act.ANSWER:
                late = claim.status != Status.AWAITING_MERCHANT
                yield from ("give_in" if late and it == Answer.ACCEPT else it.value for it in standpoint.answers)
            case Act.ACCEPTANCE:
                if offer:
                    yield "acceptance"
            case Act.OFFERS:
                if standpoint.party == Party.CONSUMER and offer and offer.amount < claim.amount:
                    yield "counter"
            case Act.MESSAGES:
                yield "message"
                if standpoint.party in AGENTS:
                    yield "note"
            case _:
                yield act.value


# What each state waits for.
AWAITED: Mapping[Status, tuple[str, ...]] = {
    Status.AWAITING_MERCHANT: ("acceptance", "accept", "offer", "reject"),
    Status.OFFER_PENDING: ("acceptance", "counter", "escalation"),
    Status.AWAITING_RETURN: ("shipment",),
    Status.RETURN_SHIPPED: ("receipt", "reject"),
    Status.REJECTED: ("escalation",),
    Status.AWAITING_EVIDENCE: ("evidence", "decision"),
    Status.UNDER_REVIEW: ("decision",),
    Status.APPEAL_REVIEW: ("decision",),
}

EQUAL = frozenset({"accept", "offer", "reject", "counter", "escalation"})

ORDER = (
    "acceptance",
    "receipt",
    "shipment",
    "decision",
    "accept",
    "offer",
    "counter",
    "reject",
    "escalation",
    "appeal",
    "evidence",
    "message",
    "note",
    "give_in",
    "withdrawal",
)

# Name -> (address name, title, button).
WORDS: Mapping[str, tuple[str, Promise, Promise]] = {
    "acceptance": ("claim-acceptance", _("Accept %(offered)s"), _("Accept %(offered)s")),
    "receipt": ("claim-receipt", _("The goods came back"), _("They came back: pay %(amount)s")),
    "shipment": ("claim-shipment", _("Send the goods back"), _("I have sent them")),
    "decision": ("claim-decision", _("Decide"), _("Record the decision")),
    "accept": ("claim-answer", _("Accept the claim"), _("Accept and pay %(amount)s")),
    "offer": ("claim-answer", _("Offer another sum"), _("Send the offer")),
    "counter": ("claim-offers", _("Ask for another sum"), _("Ask for it")),
    "reject": ("claim-answer", _("Reject the claim"), _("Reject the claim")),
    "escalation": (
        "claim-escalation",
        _("Let the platform decide"),
        _("Let the platform decide"),
    ),
    "appeal": (
        "claim-appeal",
        _("Appeal: have another reviewer look at it"),
        _("Send the appeal"),
    ),
    "evidence": ("claim-evidence", _("Add evidence"), _("Add this document")),
    "message": ("claim-messages", _("Write a message"), _("Send the message")),
    "note": ("claim-messages", _("Write an internal note"), _("Keep the note")),
    "give_in": ("claim-answer", _("Accept the claim after all"), _("Accept and pay %(amount)s")),
    "withdrawal": ("claim-withdrawal", _("Withdraw the claim"), _("Withdraw the claim")),
}

CONTEST = (_("Contest the return"), _("Contest it: the platform decides"))
ACCEPT_RETURN = _("Accept: pay %(amount)s when the goods are back")
ACCEPT = _("Accept the claim")
ACCEPT_IN_FULL = _("Accept all of it, %(amount)s")

GRAVE = frozenset({"reject", "withdrawal"})
NOTES: Mapping[str, Promise] = {
    "accept": _("It is charged to your settlement. The consumer is told at once."),
    "receipt": _("The consumer gets %(amount)s, charged to your settlement, and the claim ends."),
    "shipment": _("Say who carries them, so that the merchant and our people can follow them."),
    "withdrawal": _("The claim ends and nothing is paid. You can claim again while there is time."),
    "give_in": _("It is charged to your settlement, and the case ends without a decision."),
}

GIVEN: Mapping[str, Mapping[str, str]] = {
    "accept": {"kind": Answer.ACCEPT},
    "give_in": {"kind": Answer.ACCEPT},
    "offer": {"kind": Answer.OFFER},
    "reject": {"kind": Answer.REJECT},
    "note": {"internal": "yes"},
}
KEYS = {"decision": "a", "message": "m", "note": "n"}


def _choice(name: str, claim: Claim, user: User, offer: Offer | None) -> Choice:
    address, title, button = WORDS[name]
    if name == "reject" and claim.status == Status.RETURN_SHIPPED:
        title, button = CONTEST
    if name in ("accept", "give_in"):
        button = _accepting(claim, button)
    if name == "accept" and offer:
        title = ACCEPT_IN_FULL
    sums = {
        "amount": money_text(claim.amount, claim.currency),
        "offered": money_text(offer.amount, claim.currency) if offer else "",
    }
    place = [claim.number, offer.pk] if name == "acceptance" and offer else [claim.number]
    return Choice(
        name=name,
        address=reverse(address, args=place),
        title=str(title) % sums,
        button=str(button) % sums,
        form=new_form(name, claim, user, offer=offer),
        note=str(NOTES.get(name, "")) % sums,
        grave=name in GRAVE,
        given=GIVEN.get(name, {}),
        key=KEYS.get(name, ""),
    )


def _accepting(claim: Claim, button: Promise) -> Promise:
    """What accepting does: it pays, asks for the goods, or gives something other than money."""
    if claim.remedy == Remedy.RETURN:
        return ACCEPT_RETURN if claim.status == Status.AWAITING_MERCHANT else ACCEPT
    return button if claim.amount else ACCEPT


def new_form(
    name: str, claim: Claim, user: User, *, offer: Offer | None, request: HttpRequest | None = None
) -> forms.Form:
    """The form of one choice, filled from `request` when it was posted."""
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request else {}
    sums: dict[str, Any] = {"currency": claim.currency, "most": claim.amount}
    match name:
        case "decision":
            return DecisionForm(**sent, **sums, prefix=name, initial=_said_by_the_rules(claim))
        case "offer":
            return OfferForm(**sent, **sums, prefix=name)
        case "counter":
            return OfferForm(**sent, **sums, prefix=name, least=offer.amount + 1 if offer else 1)
        case "message" if user.is_agent:
            return BothSidesMessageForm(**sent, prefix=name)
        case _:
            return FORMS[name](**sent, prefix=name)


def _said_by_the_rules(claim: Claim) -> dict[str, str]:
    """What the decision form says before an agent has touched it. What to decide is never filled in.

    The default rule says nothing about the matter itself, only who answers first.
    """
    if claim.verdict is None or rule_of(claim) == DEFAULT_RULE:
        return {}
    return {"statement": explained(claim.verdict.body, reader="agent", names=names_of(claim.line)).sentence}


FORMS: Mapping[str, type[forms.Form]] = {
    "acceptance": forms.Form,
    "receipt": forms.Form,
    "accept": forms.Form,
    "give_in": forms.Form,
    "reject": RejectForm,
    "escalation": StatementForm,
    "appeal": StatementForm,
    "withdrawal": OptionalStatementForm,
    "message": MessageForm,
    "note": NoteForm,
    "evidence": EvidenceForm,
    "shipment": ShipmentForm,
}
