"""What each error of Stripe means for the money. What is not listed here means that nobody knows.

Stripe keeps the first answer to a key once it has begun to carry a call out, so that an error of the call itself is
final for that key. A limit on the rate and a wrong API key are met before the key is looked at, and leave no trace.
"The result of a 500 is indeterminate", says Stripe (docs.stripe.com/error-low-level): its refund may still turn up.
"""

from typing import Any

import stripe

from payouts.gateways.interface import Answer, Outcome

# The payment was given back, or taken back by the payer's bank, by somebody else than us: the payee may have the money.
# So they may where Stripe finds fault with the amount, which is more than what is left of the payment then.
RETURNED_OTHERWISE = frozenset({"charge_already_refunded", "charge_disputed", "refund_disputed_payment"})

# The call met another one on the same payment, or on the same key, that may be ours.
MEETS_ANOTHER = frozenset({"lock_timeout", "idempotency_key_in_use"})


def meaning_of(error: Exception) -> Answer:
    """REFUSED when the call itself was wrong, FAILED when it was not let in, otherwise UNKNOWN."""
    if not isinstance(error, stripe.StripeError):
        return Answer(outcome=Outcome.UNKNOWN, because=f"no answer of Stripe's: {type(error).__name__}: {error}")
    said = _said(error)
    named = " ".join(str(word) for word in (type(error).__name__, error.http_status, said.get("code")) if word)
    because = f"{named}: {error.user_message or ''}"
    if said.get("code") in MEETS_ANOTHER:
        return Answer(outcome=Outcome.UNKNOWN, because=because)
    if said.get("code") in RETURNED_OTHERWISE or said.get("param") == "amount":
        return Answer(outcome=Outcome.REFUSED, because=because, ask_a_person=True)
    match error:
        case stripe.RateLimitError() | stripe.AuthenticationError() | stripe.PermissionError():
            return Answer(outcome=Outcome.FAILED, because=because)
        case stripe.InvalidRequestError() | stripe.CardError():
            return Answer(outcome=Outcome.REFUSED, because=because)
        case _:
            return Answer(outcome=Outcome.UNKNOWN, because=because)


def _said(error: stripe.StripeError) -> dict[str, Any]:
    """The error as Stripe sent it: the package hands on its code for some kinds only."""
    body: Any = error.json_body
    said = body.get("error") if isinstance(body, dict) else None
    return dict(said) if isinstance(said, dict) else {}
