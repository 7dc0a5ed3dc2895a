"""What the payout machine asks of a gateway, and the five answers it understands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from ledger.chart import AccountName

if TYPE_CHECKING:
    from payouts.models import Payout


class Outcome(StrEnum):
    """How a payout stands with its provider."""

    SETTLED = "settled"  # paid
    SENT = "sent"  # accepted and on its way
    FAILED = "failed"  # certainly not paid so far; the same key may be sent again
    REFUSED = "refused"  # certainly not paid, and this key never will be
    UNKNOWN = "unknown"  # nobody can tell: ask before anything else is done


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`reference` is the provider's own name for the payment; `because` is for people who look into it.

    `confirm_by`: the payee has to take the money, with the provider, until then. `ask_a_person`: this way will not pay,
    but the payee may have the money already, so that no other way may pay before somebody looked.
    """

    outcome: Outcome
    reference: str = ""
    because: str = ""
    confirm_by: datetime | None = None
    ask_a_person: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A provider's notice that something happened to a payment. What did is asked, never believed."""

    event_id: str
    provider_key: UUID | None


class Gateway(Protocol):
    """A way for money to leave. What `settles_at_once` moves within our own books and calls nobody.

    What `only_gives_back` can return a payment to where it came from, and pay nothing beyond it.
    """

    settles_at_once: bool
    only_gives_back: bool

    def check(self, payout: "Payout") -> None:
        """Raises a common.errors.Refusal when this way can never pay such a payout."""
        ...

    def destination(self, payout: "Payout") -> AccountName:
        """The account that the money goes to when the payout is settled."""
        ...


class RemoteGateway(Gateway, Protocol):
    """A provider outside. Its calls never raise and are never made inside a transaction.

    For `key_window` after the first attempt the provider pays one key at most once, however often it is sent; for
    `query_window` it knows what became of it. Past them the payout waits for a person.
    """

    key_window: timedelta
    query_window: timedelta

    def send(self, payout: "Payout") -> Answer:
        """Ask the provider to pay, under the payout's own key."""
        ...

    def query(self, payout: "Payout") -> Answer:
        """How the payout stands, asked by our own key. FAILED when the provider knows of no payment under it."""
        ...

    def call_off(self, payout: "Payout") -> Answer:
        """See to it that the key is never paid. REFUSED when that is certain, SETTLED or SENT when it is too late."""
        ...

    def read_event(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Event:
        """The event in a webhook. Raises common.webhook_signatures.BadSignature."""
        ...
