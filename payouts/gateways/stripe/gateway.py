"""Stripe as a gateway: a refund of the order's payment intent, under the payout's own key, by Stripe's own package.

Our key is Stripe's idempotency key on every POST and stands in the refund's metadata, as Stripe finds no refund by its
key. The package repeats nothing by itself: what may be repeated, and when, is decided by the payout's row.
Sources: docs.stripe.com/api/idempotent_requests, /error-low-level, /api/refunds, /webhooks (read in November 2026).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

import stripe
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.transactions import refuse_inside_transaction
from common.webhook_signatures import ID_LIMIT, TOLERANCE, BadSignature
from ledger.chart import AccountName, clearing_at
from payouts.gateways.interface import Answer, Event, Outcome
from payouts.gateways.stripe.errors import meaning_of

if TYPE_CHECKING:
    from payouts.models import Payout

# Where our key stands in the refund.
METADATA_KEY = "redress_payout"

# Currencies whose amounts Stripe counts otherwise than ISO 4217 does (docs.stripe.com/currencies).
COUNTED_OTHERWISE = frozenset({"ISK", "UGX"})

# More would be no list of one order's refunds; and no timestamp has more digits.
MOST_REFUNDS_OF_A_PAYMENT, MOST_DIGITS = 1_000, 12

# The package stumbles in these ways over an answer that is not of Stripe's form, such as a proxy's.
ERRORS = (stripe.StripeError, AttributeError, KeyError, TypeError, ValueError)

STATUSES = {
    "succeeded": Outcome.SETTLED,
    "pending": Outcome.SENT,
    "requires_action": Outcome.SENT,
    "failed": Outcome.REFUSED,
    "canceled": Outcome.REFUSED,
}


class NoPaymentToGiveBackTo(Refusal):
    """Stripe pays nobody but who paid: it needs to be told which payment."""

    code = "no_payment_to_give_back_to"
    message = _("The order does not say which Stripe payment the money goes back to.")


class CountedOtherwise(Refusal):
    """Stripe counts this currency in other units than the books."""

    code = "currency_counted_otherwise"
    message = _("Amounts in %(currency)s cannot be given back through Stripe.")


class Stripe:
    settles_at_once = False
    only_gives_back = True
    key_window = timedelta(hours=24)
    query_window = timedelta(days=30)

    def __init__(self, api_key: str, *, api_base: str, webhook_secrets: list[str], timeout_seconds: float) -> None:
        self.client = _client(api_key, api_base, timeout_seconds)
        self.webhook_secrets = webhook_secrets

    def check(self, payout: "Payout") -> None:
        if not payout.payment_reference:
            raise NoPaymentToGiveBackTo
        if payout.currency in COUNTED_OTHERWISE:
            raise CountedOtherwise(currency=payout.currency)

    def destination(self, payout: "Payout") -> AccountName:
        return clearing_at(payout.gateway, payout.currency)

    def send(self, payout: "Payout") -> Answer:
        """A refund is in the currency of its payment, so a payment in another one is refused before anything moves."""
        look = _answered(lambda: self._look_at_payment(payout), doubt=Outcome.FAILED)
        return look if look.outcome != Outcome.SENT else _answered(lambda: self._refund(payout))

    def query(self, payout: "Payout") -> Answer:
        return _asked(lambda: self._find(payout))

    def call_off(self, payout: "Payout") -> Answer:
        """Spend the key on something harmless: Stripe refuses it to any refund that arrives later.

        A key that a refund has used is refused to us instead: then only what Stripe lists says what became of it.
        """
        return _asked(lambda: self._spend_key(payout))

    def read_event(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Event:
        _verify(self.webhook_secrets, headers.get("Stripe-Signature", ""), body, now)
        return _event_in(body)

    def _look_at_payment(self, payout: "Payout") -> Answer:
        """SENT when the refund may go ahead."""
        currency = str(self.client.v1.payment_intents.retrieve(payout.payment_reference).currency).upper()
        if currency != payout.currency:
            return Answer(outcome=Outcome.REFUSED, because=f"the payment was made in {currency}")
        return Answer(outcome=Outcome.SENT)

    def _refund(self, payout: "Payout") -> Answer:
        refund = self.client.v1.refunds.create(
            {
                "payment_intent": payout.payment_reference,
                "amount": payout.amount,
                "metadata": {METADATA_KEY: str(payout.provider_key)},
            },
            {"idempotency_key": str(payout.provider_key)},
        )
        return _read(refund.to_dict(), payout)

    def _find(self, payout: "Payout") -> Answer:
        """What Stripe lists under our key. The list is complete at once, unlike Stripe's search."""
        refunds = self.client.v1.refunds.list({"payment_intent": payout.payment_reference, "limit": 100})
        listed = (refund.to_dict() for refund in islice(refunds.auto_paging_iter(), MOST_REFUNDS_OF_A_PAYMENT))
        ours = [refund for refund in listed if _is_under_key(refund, payout)]
        if not ours:
            return Answer(outcome=Outcome.FAILED, because="Stripe lists no refund under our key")
        if len(ours) > 1:
            return Answer(outcome=Outcome.UNKNOWN, because=f"Stripe lists {len(ours)} refunds under our key")
        return _read(ours[0], payout)

    def _spend_key(self, payout: "Payout") -> Answer:
        called_off = Outcome.REFUSED
        try:
            self.client.v1.payment_intents.update(
                payout.payment_reference,
                {"metadata": {f"{METADATA_KEY}_called_off": str(payout.provider_key)}},
                {"idempotency_key": str(payout.provider_key)},
            )
        except stripe.IdempotencyError:
            called_off = Outcome.UNKNOWN
        found = self._find(payout)
        if found.confirm_by is not None:
            return self._take_back(found, payout)
        if found.outcome != Outcome.FAILED:
            return found
        return Answer(outcome=called_off, because=f"called off: {found.because}")

    def _take_back(self, found: Answer, payout: "Payout") -> Answer:
        """Only a refund that its payee has not taken yet can be canceled."""
        options: stripe.RequestOptions = {"idempotency_key": f"{payout.provider_key}-cancel"}
        return _read(self.client.v1.refunds.cancel(found.reference, {}, options).to_dict(), payout)


@cache
def _client(api_key: str, api_base: str, timeout_seconds: float) -> stripe.StripeClient:
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base},
        http_client=stripe.RequestsClient(timeout=timeout_seconds),
        max_network_retries=0,
    )


def _answered(call: Callable[[], Answer], *, doubt: Outcome = Outcome.UNKNOWN) -> Answer:
    """What the call says, or what its error means; `doubt` is what it means that nobody knows what the call did."""
    refuse_inside_transaction()
    try:
        return call()
    except ERRORS as error:
        answer = meaning_of(error)
    return answer if answer.outcome != Outcome.UNKNOWN else replace(answer, outcome=doubt)


def _asked(call: Callable[[], Answer]) -> Answer:
    """What the call says. An error says what became of the question, and nothing of the refund."""
    refuse_inside_transaction()
    try:
        return call()
    except ERRORS as error:
        return replace(meaning_of(error), outcome=Outcome.UNKNOWN, ask_a_person=False)


def _read(refund: Mapping[str, Any], payout: "Payout") -> Answer:
    """Only what speaks of our payment, our key and our sum counts."""
    reference = str(refund.get("id", ""))
    about = tuple(refund.get(name) for name in ("object", "payment_intent", "amount", "currency"))
    ours = ("refund", payout.payment_reference, payout.amount, payout.currency.lower())
    if about != ours or not _is_under_key(refund, payout):
        return Answer(outcome=Outcome.UNKNOWN, reference=reference, because="Stripe speaks of another refund or sum")
    return Answer(
        outcome=STATUSES.get(str(refund.get("status")), Outcome.UNKNOWN),
        reference=reference,
        because=str(refund.get("failure_reason") or refund.get("pending_reason") or ""),
        confirm_by=_confirm_by(refund),
    )


def _is_under_key(refund: Mapping[str, Any], payout: "Payout") -> bool:
    return (refund.get("metadata") or {}).get(METADATA_KEY) == str(payout.provider_key)


def _confirm_by(refund: Mapping[str, Any]) -> datetime | None:
    """Until when the payee may tell Stripe where the money shall go, where Stripe has asked them by mail."""
    if refund.get("status") != "requires_action":
        return None
    details = (refund.get("next_action") or {}).get("display_details") or {}
    return datetime.fromtimestamp(details["expires_at"], UTC) if "expires_at" in details else None


def _verify(secrets: list[str], header: str, body: bytes, now: datetime) -> None:
    """Stripe's own check of the signature over the raw body; the moment is compared with ours. Raises BadSignature."""
    if abs(now.timestamp() - _seconds_in(header)) > TOLERANCE.total_seconds():
        raise BadSignature("The message was sent too long ago, or in the future.")
    for secret in secrets:
        try:
            if stripe.WebhookSignature.verify_header(body, header, secret):
                return
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
    raise BadSignature("No signature fits.")


def _seconds_in(header: str) -> int:
    stamps = [part.strip().removeprefix("t=") for part in header.split(",") if part.strip().startswith("t=")]
    if len(stamps) != 1 or not stamps[0].isascii() or not stamps[0].isdigit() or len(stamps[0]) > MOST_DIGITS:
        raise BadSignature("The header Stripe-Signature is missing or malformed.")
    return int(stamps[0])


def _event_in(body: bytes) -> Event:
    """The event's id and, where it is about a refund of ours, our key."""
    try:
        event = json.loads(body)
        event_id = str(event["id"])[:ID_LIMIT]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BadSignature("The body is no event.") from None
    try:
        return Event(event_id=event_id, provider_key=UUID(event["data"]["object"]["metadata"][METADATA_KEY]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Event(event_id=event_id, provider_key=None)
