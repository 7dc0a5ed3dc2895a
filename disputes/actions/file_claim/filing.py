"""A claim is filed: its line locked, its rules asked, its price taken, and settled or handed over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from common.crash_points import crash_point
from common.transactions import atomic
from compensation.options import circumstances, options
from compensation.schemes.registry import schemes_for
from disputes.actions.file_claim.asked import locked_line, refuse_impossible, told_of
from disputes.actions.file_claim.chosen import chosen_of, refuse_decided, refuse_part_of_a_guarantee, within_caps
from disputes.actions.file_claim.settled import settle_or_hand_over
from disputes.earlier import Earlier, earlier_of
from disputes.entitlements import Entitlement
from disputes.models import Claim
from disputes.numbers import draw_number
from disputes.payments import exposure_key
from disputes.statements import written
from orders import actions as orders
from policies.actions import on_record
from policies.shapes import plain


@atomic
def file_claim(
    *,
    consumer: User,
    order: str,
    line: int,
    reason: str,
    remedy: str,
    quantity: int | None = None,
    amount: int | None = None,
    statement: str = "",
    particulars: Mapping[str, Any] | None = None,
    at: datetime,
    key: str | None = None,
    replayed: bool = False,
) -> Claim:
    """File a claim for a line of the consumer's order: `quantity` pieces, `amount` minor units, or all that is left.

    `particulars` are what the consumer adds for the guarantee that asks for them, in plain form.
    `key` is the identity of the event it comes from: with the same key the first claim comes back. `replayed` history
    is judged at its own time, told to nobody, never comes due, and may find that nothing is owed. Raises UnknownOrder,
    UnknownLine, WrongReason, ParticularsMissing, ParticularsNotUsable, RemedyNotOffered, NothingOffered (WindowClosed,
    TooManyClaims), AmountNotPositive, QuantityNotPositive, NothingLeftToRefund, AboveWhatWasPaid,
    QuantityAboveWhatIsLeft, AbovePriceOfThePieces, GuaranteeIsWhole, AlreadyClaimed (SaidOtherwise, PaidByEvent),
    AlreadyDecided, CapReached, StatementTooLong.
    """
    text = written(statement)
    bought, before = locked_line(consumer, order, line, reason)
    if key and (first := Claim.objects.filter(key=key, consumer=consumer).first()):
        return first
    refuse_impossible(bought, reason=reason, quantity=quantity, amount=amount, replayed=replayed)
    told = told_of(bought, reason, particulars, replayed=replayed, at=at)
    earlier = earlier_of([bought]) if schemes_for(reason, bought.order.kind) else Earlier()
    around = circumstances(bought.order, now=at, lines=[bought], claimed=earlier.causes)
    found = options(
        bought,
        reason=reason,
        circumstances=around,
        now=at,
        quantity=quantity,
        amount=amount,
        claims_filed=before.claims_filed,
        particulars=told,
    )
    chosen = chosen_of(bought, reason, remedy, found, earlier, replayed=replayed)
    if not replayed:
        refuse_part_of_a_guarantee(chosen, quantity=quantity, amount=amount)
    refuse_decided(chosen, before)
    chosen, use = (chosen, None) if replayed else within_caps(chosen, around, at=at)
    claim = _claim(chosen, statement=text, told=told, at=at, key=key, replayed=replayed)
    if use:
        use.key = exposure_key(claim)
        claim.cap_use = use
    crash_point("disputes.price_is_taken")
    settle_or_hand_over(claim, chosen.verdict, around, at=at)
    crash_point("disputes.claim_is_filed")
    return claim


def _claim(chosen: Entitlement, *, statement: str, told: Any, at: datetime, key: str | None, replayed: bool) -> Claim:
    """The claim with its verdict, neither of them stored yet, and its part of the line's price taken."""
    line, order, number = chosen.line, chosen.line.order, draw_number()
    claim = Claim.new(
        number=number,
        key=key,
        consumer=order.consumer,
        merchant=order.merchant,
        order=order,
        line=line,
        reason=chosen.reason,
        remedy=chosen.remedy,
        quantity=chosen.quantity,
        amount=chosen.amount,
        compensation=chosen.compensation,
        currency=order.currency,
        statement=statement,
        particulars=plain(told) if told else {},
        settles=chosen.settles,
        filed_at=at,
        replayed=replayed,
    )
    claim.verdict = on_record(
        key=exposure_key(claim), version=chosen.version, facts=chosen.facts, judged_at=at, verdict=chosen.verdict
    )
    if claim.refund_part or claim.quantity:
        orders.take(key=exposure_key(claim), line_id=line.pk, amount=claim.refund_part, quantity=claim.quantity, at=at)
    return claim
