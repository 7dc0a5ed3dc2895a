"""The remedy that was asked for, among those on offer, within what was decided before and within the caps."""

from datetime import datetime

from common.errors import Refusal
from compensation.actions.capping import CapReached, allow
from compensation.caps import Allowed
from compensation.models import CapUse, Honouring
from compensation.options import Option, Options
from compensation.schemes.frame import Circumstances
from compensation.schemes.registry import names_of
from disputes.actions.file_claim.asked import Before
from disputes.actions.file_claim.refusals import (
    AlreadyClaimed,
    AlreadyDecided,
    GuaranteeIsForAllPieces,
    GuaranteeIsWhole,
    NothingOffered,
    PaidByEvent,
    RemedyNotOffered,
    SaidOtherwise,
    TooManyClaims,
    WindowClosed,
)
from disputes.earlier import MONEY_BACK, Earlier
from disputes.entitlements import Entitlement, cut_to, entitlement_of, is_capped, is_open, wanted_of
from orders import actions as orders
from orders.models import Line
from policies.traces import Verdict
from policies.wording import because_sentence, label_of_remedy
from refunds.rules import RefundFacts

NOTHING_OWED = "nothing_owed"
BECAUSE = {"window_is_open": WindowClosed, "claims_left": TooManyClaims}


def chosen_of(line: Line, reason: str, remedy: str, found: Options, earlier: Earlier, *, replayed: bool) -> Entitlement:
    """The remedy asked for, if it is on offer."""
    if found.of_a_guarantee and not replayed and reason in earlier.causes.get(line.pk, ()):
        _refuse_paid_by_event(line, reason)
        raise AlreadyClaimed
    if option := found.by(remedy):
        if not replayed and earlier.denies(line, reason):
            raise SaidOtherwise
        if not is_open(line, remedy):
            raise orders.NothingLeftToRefund
        chosen = entitlement_of(line, reason, option)
        _refuse_empty(chosen, earlier, replayed=replayed)
        return chosen
    if replayed and (option := _nothing_owed(found, remedy)):
        return entitlement_of(line, reason, option)
    if found.best is None and found.refusal is not None:
        _refuse_paid_by_event(line, reason)
        raise _why_nothing(line, found.refusal)
    raise RemedyNotOffered(
        remedies=", ".join(
            label_of_remedy(it.verdict.remedy, price_back=bool(it.verdict.refund)) for it in found.offered
        )
    )


def _refuse_empty(chosen: Entitlement, earlier: Earlier, *, replayed: bool) -> None:
    """A claim asks for something, and a line is made whole once for each reason.

    History may have given money back besides a guarantee.
    """
    if chosen.remedy in MONEY_BACK and not chosen.amount and not replayed:
        raise orders.NothingLeftToRefund
    line, cause = chosen.line, chosen.reason
    if replayed:
        made_good = chosen.remedy not in MONEY_BACK and (line.pk, cause) in earlier.kept
    else:
        made_good = earlier.makes_good(line, cause, chosen.remedy, pieces=chosen.quantity)
    if made_good:
        _refuse_paid_by_event(line, cause)
        raise AlreadyClaimed


def refuse_part_of_a_guarantee(chosen: Entitlement, *, quantity: int | None, amount: int | None) -> None:
    """It is judged for the whole line, so a part would not be what was asked for."""
    if isinstance(chosen.facts, RefundFacts):
        return
    if amount is not None and amount != chosen.amount:
        raise GuaranteeIsWhole(owed=chosen.amount, currency=chosen.currency)
    if quantity is not None and quantity != chosen.line.quantity:
        raise GuaranteeIsForAllPieces


def _refuse_paid_by_event(line: Line, reason: str) -> None:
    if Honouring.objects.filter(line=line, cause=reason, key__startswith="event:").exists():
        raise PaidByEvent


def within_caps(chosen: Entitlement, around: Circumstances, *, at: datetime) -> tuple[Entitlement, CapUse | None]:
    """What the caps on compensation leave of it, and what it takes off them, not stored yet. Raises CapReached."""
    if not is_capped(chosen):
        return chosen, None
    (use,) = allow([wanted_of(chosen, around)], at=at, locked=True)
    if use is None or not use.cut:
        return chosen, use
    left = cut_to(chosen, Allowed(amount=use.amount, cap=use.cap, limit=use.limit, used=use.used))
    if not left.amount:
        raise CapReached
    return left, use


def refuse_decided(chosen: Entitlement, before: Before) -> None:
    """Of several pieces, those that nothing was decided about can still be claimed."""
    decided = before.pieces_decided
    if decided and decided + max(1, chosen.quantity) > chosen.line.quantity:
        raise AlreadyDecided


def _nothing_owed(found: Options, remedy: str) -> Option | None:
    """What a guarantee said that found nothing to make good."""
    options = (aside.option for aside in found.set_aside)
    return next((it for it in options if it.verdict.because == NOTHING_OWED and it.verdict.remedy == remedy), None)


def _why_nothing(line: Line, verdict: Verdict) -> Refusal:
    if verdict.because == "amount_is_left":
        return orders.NothingLeftToRefund()
    sentence = because_sentence(verdict, reader="consumer", names=names_of(line))
    return BECAUSE.get(verdict.because, NothingOffered)(because=sentence)
