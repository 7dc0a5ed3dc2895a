"""The story of a case as its readers see it: what was done and said, in the order of time, and the documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from disputes.models import Claim, Deed, Event, Evidence, Message, Party
from disputes.rights import AGENTS, party_of
from disputes.wording import told

SETTLED = frozenset(
    {
        Deed.PAID_BY_RULE,
        Deed.GIVEN_IN_KIND,
        Deed.ACCEPTED,
        Deed.OFFER_ACCEPTED,
        Deed.OFFER_LAPSED,
        Deed.RETURN_RECEIVED,
        Deed.RETURN_NOT_CONFIRMED,
        Deed.MERCHANT_SILENT,
        Deed.DECISION_STANDS,
        Deed.DEBT_PAID,
        Deed.ADVANCED,
    }
)
TROUBLE = frozenset({Deed.REJECTED, Deed.RETURN_CONTESTED, Deed.RETURN_NOT_SENT, Deed.RAISED_TO_SENIOR})


@dataclass(frozen=True, slots=True)
class File:
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in the shape that templates/components/timeline.html takes."""

    what: str
    at: datetime
    role: str
    name: str = ""
    why: str = ""
    amount: int | None = None
    currency: str = ""
    signal: str = "plain"
    files: tuple[File, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One piece of evidence in the shape that templates/components/evidence.html takes."""

    name: str
    kind: str
    role: str
    at: datetime
    href: str
    size_bytes: int
    thumbnail: str
    sealed_at: datetime | None


def timeline(claim: Claim, user: User) -> list[Entry]:
    """Events and messages, oldest first; internal notes for the platform's people only. Two queries."""
    inside = party_of(claim, user) in AGENTS
    entries = [*_events(claim, inside=inside), *_messages(claim, inside=inside)]
    return sorted(entries, key=lambda entry: entry.at)


def _events(claim: Claim, *, inside: bool) -> Iterator[Entry]:
    for event in Event.objects.filter(claim=claim).select_related("actor").order_by("id"):
        yield Entry(
            what=told(event),
            at=event.at,
            role=event.party,
            name=_name(event.party, event.actor, inside=inside),
            why=event.values.get("statement", ""),
            signal=_signal(event.kind),
            files=_files(claim, event),
        )


def _messages(claim: Claim, *, inside: bool) -> Iterator[Entry]:
    messages = Message.objects.filter(claim=claim).select_related("author").order_by("id")
    for message in messages if inside else messages.filter(internal=False):
        yield Entry(
            what=_("An internal note was written.") if message.internal else _("A message was written."),
            at=message.said_at,
            role=message.party,
            name=_name(message.party, message.author, inside=inside),
            why=message.body,
            internal=message.internal,
        )


def _name(party: str, person: User | None, *, inside: bool) -> str:
    """The platform's people are named among themselves only; who works for the merchant is its own affair."""
    if person is None or (party != Party.CONSUMER and not inside):
        return ""
    return person.name


def _signal(kind: str) -> str:
    if kind in SETTLED:
        return "settled"
    return "trouble" if kind in TROUBLE else "plain"


def _files(claim: Claim, event: Event) -> tuple[File, ...]:
    if event.kind != Deed.EVIDENCE_GIVEN:
        return ()
    return (File(name=event.values["name"], href=_href(claim, event.values["evidence"])),)


def documents(claim: Claim) -> list[Document]:
    """The evidence of both sides, oldest first (one query)."""
    return [
        Document(
            name=evidence.name,
            kind=str(evidence.get_kind_display()),
            role=evidence.party,
            at=evidence.given_at,
            href=_href(claim, evidence.pk),
            size_bytes=evidence.size_bytes,
            thumbnail=_href(claim, evidence.pk) if evidence.content_type.startswith("image/") else "",
            sealed_at=evidence.sealed_at,
        )
        for evidence in Evidence.objects.filter(claim=claim).order_by("id")
    ]


def _href(claim: Claim, evidence: int) -> str:
    return reverse("claim-evidence-file", args=[claim.number, evidence])
