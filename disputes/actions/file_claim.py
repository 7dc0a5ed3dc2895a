"""A consumer files a claim: judged by the rules in force when the order was placed, settled at once if they say so.

Everything happens in one transaction: the claim, its verdict, what it holds of the line's price, the payment and the
notice. What cannot be settled by rule waits for whoever must act next.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import Compiled, Given, insert
from common.crash_points import crash_point
from common.errors import Refusal
from common.formats import money_text
from common.transactions import atomic
from compensation.actions.capping import CapReached, allow
from compensation.caps import Allowed
from compensation.models import CapUse, Honouring
from compensation.options import LINE_RELATED, Option, Options, circumstances, options
from compensation.schemes.frame import Circumstances
from compensation.schemes.registry import must_be_told, particulars_of, reasons_of, schemes_for
from disputes.cases import Case
from disputes.deadlines import turn_and_due
from disputes.earlier import MONEY_BACK, Earlier, earlier_of
from disputes.endings import ask_return
from disputes.entitlements import Entitlement, cut_to, entitlement_of, is_capped, is_open, wanted_of
from disputes.models import Claim, CloseReason, Decision, Deed, Event, Party, Status
from disputes.numbers import draw_number
from disputes.payments import IN_KIND, exposure_key, pay
from disputes.questions import question_at, questions_about
from disputes.rights import Standing
from disputes.statements import written
from disputes.tidings import tell_both, tell_consumer, tell_merchant
from orders import actions as orders
from orders.models import Line, Order
from policies.actions import on_record
from policies.clocks import Clocks
from policies.shapes import Misshapen, plain
from policies.traces import Verdict
from policies.wording import explained, label_of_remedy, problem_sentence
from policies.words import Remedy, Settles
from refunds.models import Payer
from refunds.rules import RefundFacts, asked_of


class UnknownOrder(Refusal):
    """No such order of this consumer."""

    code = "unknown_order"
    message: ClassVar[Promise] = _("You have no order with this number.")
    field = "order"
    http_status = HTTPStatus.NOT_FOUND


class UnknownLine(Refusal):
    """No such line in the order."""

    code = "unknown_line"
    message: ClassVar[Promise] = _("Your order has no such line. Choose one of the lines shown with the order.")
    field = "line"
    http_status = HTTPStatus.NOT_FOUND


class WrongReason(Refusal):
    """`reasons` are the codes that fit this kind of order."""

    code = "wrong_reason"
    message: ClassVar[Promise] = _("This reason does not fit the order. Choose one of: %(reasons)s.")
    field = "reason"
    http_status = HTTPStatus.BAD_REQUEST


class RemedyNotOffered(Refusal):
    """`remedies` are those on offer, in words."""

    code = "remedy_not_offered"
    message: ClassVar[Promise] = _("This is not offered here. Choose one of: %(remedies)s.")
    field = "remedy"


class NothingOffered(Refusal):
    """No rule grants anything; `because` is the sentence why."""

    code = "nothing_offered"
    message: ClassVar[Promise] = _("This cannot be claimed. %(because)s")


class WindowClosed(NothingOffered):
    """The time for filing is over."""

    code = "window_closed"


class TooManyClaims(NothingOffered):
    """The line has had all the claims it can have."""

    code = "too_many_claims"


class AmountNotPositive(Refusal):
    code = "not_positive"
    message: ClassVar[Promise] = _("Enter more than zero, or leave it out for all that is left.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


class QuantityNotPositive(AmountNotPositive):
    field = "quantity"


class AbovePriceOfThePieces(Refusal):
    """`price` is what was paid for the pieces that are claimed, as text."""

    code = "above_price_of_the_pieces"
    message: ClassVar[Promise] = _("These pieces cost %(price)s. Ask for that at most, or name more pieces.")
    field = "amount"


class GuaranteeIsWhole(Refusal):
    """`owed` is what the guarantee gives, as text."""

    code = "guarantee_is_whole"
    message: ClassVar[Promise] = _("Here the guarantee says how much it is: %(owed)s. Leave it out, or send just that.")
    field = "amount"
    http_status = HTTPStatus.BAD_REQUEST


class GuaranteeIsForAllPieces(GuaranteeIsWhole):
    code = "guarantee_is_for_all_pieces"
    message: ClassVar[Promise] = _("Here the guarantee is for all pieces. Leave their number out.")
    field = "quantity"


class ParticularsNotUsable(Refusal):
    """What the consumer added does not fit; `path` is where, `question` what was asked there, `problem` a sentence."""

    code = "particulars_not_usable"
    message: ClassVar[Promise] = _("%(question)s: %(problem)s")
    field = "particulars"
    http_status = HTTPStatus.BAD_REQUEST

    def where(self) -> str:
        return f"particulars.{self.values['path']}" if self.values["path"] else "particulars"


class ParticularsMissing(Refusal):
    """`questions` are what the guarantee asks about this reason, in words."""

    code = "particulars_missing"
    message: ClassVar[Promise] = _("To judge this, we have to know more: %(questions)s")
    field = "particulars"
    http_status = HTTPStatus.BAD_REQUEST


class AlreadyDecided(Refusal):
    """The platform has the last word on a piece and a reason."""

    code = "already_decided"
    message: ClassVar[Promise] = _("The platform has decided about this already, and that decision is final.")


class AlreadyClaimed(Refusal):
    """A guarantee makes a line good once for each reason."""

    code = "already_claimed"
    message: ClassVar[Promise] = _("There is already a claim for this. You find it among your claims.")
    field = "reason"


class PaidByEvent(AlreadyClaimed):
    """An event made it good without a claim; whoever thinks that is not enough contests it."""

    code = "paid_by_event"
    message: ClassVar[Promise] = _("This was paid already, without a claim. You can contest it on the order’s page.")


NOTHING_OWED = "nothing_owed"
BECAUSE = {"window_is_open": WindowClosed, "claims_left": TooManyClaims}
HANDED_OVER_AS = {
    Settles.AFTER_MERCHANT: Status.AWAITING_MERCHANT,
    Settles.AFTER_RETURN: Status.AWAITING_RETURN,
    Settles.BY_AGENT: Status.AWAITING_EVIDENCE,
}


class Before(NamedTuple):
    """What was claimed for a line: all claims, and the pieces decided about for the reason that is given now."""

    claims_filed: int
    pieces_decided: int


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
    QuantityAboveWhatIsLeft, AbovePriceOfThePieces, GuaranteeIsWhole, AlreadyClaimed, AlreadyDecided, StatementTooLong.
    """
    text = written(statement)
    bought, before = _locked_line(consumer, order, line, reason)
    if key and (first := Claim.objects.filter(key=key, consumer=consumer).first()):
        return first
    _refuse_impossible(bought, reason=reason, quantity=quantity, amount=amount, replayed=replayed)
    told = _told(bought, reason, particulars, replayed=replayed)
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
    chosen = _chosen(bought, reason, remedy, found, earlier, replayed=replayed)
    if not replayed:
        _refuse_part_of_a_guarantee(chosen, quantity=quantity, amount=amount)
    _refuse_decided(chosen, before)
    chosen, use = (chosen, None) if replayed else _within_caps(chosen, around, at=at)
    claim = _claim(chosen, statement=text, told=told, at=at, key=key, replayed=replayed)
    if use:
        use.key = exposure_key(claim)
        claim.cap_use = use
    crash_point("disputes.price_is_taken")
    _settle_or_hand_over(claim, chosen.verdict, around, at=at)
    crash_point("disputes.claim_is_filed")
    return claim


def _locked_line(consumer: User, order: str, line: int, reason: str) -> tuple[Line, Before]:
    """The consumer's own line with all the rules look at, and what was claimed for it before. One query.

    The consumer's row stays locked: two claims at once cannot both use up a limit, nor one key file two claims.
    """
    found = LOCKED_LINE.first(line=line, order=order, consumer=consumer.pk, reason=reason)
    if found:
        return found, Before(found.claims_filed, found.pieces_decided)
    raise UnknownLine if Order.objects.filter(number=order, consumer=consumer).exists() else UnknownOrder


def _locked_lines() -> QuerySet[Any]:
    filed = Claim.objects.filter(line=OuterRef("pk")).order_by().values("line")
    decided = filed.filter(Exists(Decision.objects.filter(claim=OuterRef("pk"))), reason=Given("reason", CharField()))
    return (
        Line.objects.select_related(*LINE_RELATED)
        .annotate(
            claims_filed=_number(filed.annotate(number=Count("pk"))),
            pieces_decided=_number(decided.annotate(number=Sum(Greatest("quantity", 1)))),
        )
        .select_for_update(of=("order__consumer",), no_key=True)
        .filter(
            pk=Given("line", BigIntegerField()),
            order__number=Given("order", CharField()),
            order__consumer=Given("consumer", BigIntegerField()),
        )
    )


def _number(rows: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("number"), output_field=IntegerField()), 0)


LOCKED_LINE = Compiled(_locked_lines)


def _refuse_impossible(line: Line, *, reason: str, quantity: int | None, amount: int | None, replayed: bool) -> None:
    """What no rule could grant. A real line may have cost less than a minor unit; only history claims such a one."""
    if reason not in (reasons := reasons_of(line)):
        raise WrongReason(reasons=", ".join(reasons))
    if amount is not None and amount < (0 if replayed else 1):
        raise AmountNotPositive
    if quantity is not None and quantity < 1:
        raise QuantityNotPositive
    if quantity is not None and quantity > line.refundable_quantity > 0:
        raise orders.QuantityAboveWhatIsLeft(quantity=line.refundable_quantity)
    if amount is not None and amount > line.refundable > 0:
        raise orders.AboveWhatWasPaid(refundable=line.refundable, currency=line.order.currency)
    if amount is not None and quantity is not None and not replayed:
        _refuse_more_than_their_price(line, pieces=quantity, amount=amount)


def _refuse_more_than_their_price(line: Line, *, pieces: int, amount: int) -> None:
    """History has its own prices for a piece; whoever claims today asks for these pieces' share at most."""
    most = asked_of(
        paid=line.paid,
        quantity=line.quantity,
        refundable=line.refundable,
        refundable_quantity=line.refundable_quantity,
        pieces=pieces,
        amount=None,
    ).amount
    if amount > most:
        raise AbovePriceOfThePieces(price=money_text(most, line.order.currency))


def _told(line: Line, reason: str, particulars: Mapping[str, Any] | None, *, replayed: bool) -> Any:
    """What the consumer added, typed; None for nothing, where nothing has to be told."""
    kind = line.order.kind
    try:
        told = particulars_of(reason, kind, particulars)
    except Misshapen as problem:
        question = question_at(reason, kind, problem.path)
        raise ParticularsNotUsable(path=problem.path, question=question, problem=problem_sentence(problem)) from problem
    if told is None and not replayed and must_be_told(reason, kind):
        asked = (str(question.label) for question in questions_about(reason, kind) if question.required)
        raise ParticularsMissing(questions=" ".join(asked))
    return told


def _chosen(line: Line, reason: str, remedy: str, found: Options, earlier: Earlier, *, replayed: bool) -> Entitlement:
    """The remedy asked for, if it is on offer."""
    if found.of_a_guarantee and not replayed and reason in earlier.causes.get(line.pk, ()):
        _refuse_paid_by_event(line, reason)
        raise AlreadyClaimed
    if option := found.by(remedy):
        if not is_open(line, remedy):
            raise orders.NothingLeftToRefund
        chosen = entitlement_of(line, reason, option)
        _refuse_empty(chosen, earlier, replayed=replayed)
        return chosen
    if replayed and (option := _nothing_owed(found, remedy)):
        return entitlement_of(line, reason, option)
    if found.best is None and found.refusal is not None:
        _refuse_paid_by_event(line, reason)
        raise _why_nothing(found.refusal)
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


def _refuse_part_of_a_guarantee(chosen: Entitlement, *, quantity: int | None, amount: int | None) -> None:
    """It is judged for the whole line, so a part would not be what was asked for."""
    if isinstance(chosen.facts, RefundFacts):
        return
    if amount is not None and amount != chosen.amount:
        raise GuaranteeIsWhole(owed=money_text(chosen.amount, chosen.currency))
    if quantity is not None and quantity != chosen.line.quantity:
        raise GuaranteeIsForAllPieces


def _refuse_paid_by_event(line: Line, reason: str) -> None:
    if Honouring.objects.filter(line=line, cause=reason, key__startswith="event:").exists():
        raise PaidByEvent


def _within_caps(chosen: Entitlement, around: Circumstances, *, at: datetime) -> tuple[Entitlement, CapUse | None]:
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


def _refuse_decided(chosen: Entitlement, before: Before) -> None:
    """Of several pieces, those that nothing was decided about can still be claimed."""
    decided = before.pieces_decided
    if decided and decided + max(1, chosen.quantity) > chosen.line.quantity:
        raise AlreadyDecided


def _nothing_owed(found: Options, remedy: str) -> Option | None:
    """What a guarantee said that found nothing to make good."""
    options = (aside.option for aside in found.set_aside)
    return next((it for it in options if it.verdict.because == NOTHING_OWED and it.verdict.remedy == remedy), None)


def _why_nothing(verdict: Verdict) -> Refusal:
    if verdict.because == "amount_is_left":
        return orders.NothingLeftToRefund()
    return BECAUSE.get(verdict.because, NothingOffered)(because=explained(verdict, reader="consumer").sentence)


def _claim(chosen: Entitlement, *, statement: str, told: Any, at: datetime, key: str | None, replayed: bool) -> Claim:
    """The claim with its verdict, neither of them stored yet, and its part of the line's price taken."""
    line, order, number = chosen.line, chosen.line.order, draw_number()
    claim = Claim(
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


def _settle_or_hand_over(claim: Claim, verdict: Verdict, around: Circumstances, *, at: datetime) -> None:
    """Pay what the rule settles; everything else waits for whoever the status names."""
    if not verdict.granted:
        _settle(claim, Status.CLOSED, CloseReason.NOTHING_OWED, Deed.FOUND_NOTHING_OWED, at=at)
    elif verdict.settles != Settles.AT_ONCE:
        _hand_over(claim, HANDED_OVER_AS[verdict.settles], around.clocks, at=at)
    elif claim.remedy in IN_KIND:
        _settle(claim, Status.SETTLED, CloseReason.GIVEN_IN_KIND, Deed.GIVEN_IN_KIND, at=at)
        pay(claim, 0, payer=Payer.MERCHANT, at=at)
        tell_consumer(_case(claim, at), "claim_paid", case_="in_kind")
    else:
        _settle(claim, Status.SETTLED, CloseReason.PAID_BY_RULE, Deed.PAID_BY_RULE, at=at)
        _pay_at_once(claim, bottomless=around.money.settlement_room is None, at=at)


def _settle(claim: Claim, status: Status, reason: CloseReason, deed: Deed, *, at: datetime) -> None:
    """Born final: the row is written once, with its whole story, as paid in full."""
    claim.status, claim.closed_at, claim.close_reason = status, at, reason
    claim.paid = claim.amount
    values = {"amount": claim.paid, "currency": claim.currency}
    filed = _filed(claim, became="", at=at)
    ended = Event(claim=claim, kind=deed, party=Party.RULE, at=at, became=status, values=values)
    _store(claim, filed, ended)


def _store(claim: Claim, *events: Event) -> None:
    """The verdict, the claim and the beginning of its story, in one statement."""
    assert claim.verdict is not None  # noqa: S101 whatever is filed was judged
    insert(claim.verdict, claim, *events, *([claim.cap_use] if claim.cap_use else []))
    crash_point("disputes.verdict_is_recorded")


def _pay_at_once(claim: Claim, *, bottomless: bool, at: datetime) -> None:
    """In the rare case that an empty fund has to stand in for the merchant, nothing is paid yet after all."""
    if pay(claim, claim.amount, payer=Payer.MERCHANT, at=at, bottomless=bottomless) < claim.amount:
        claim.paid = 0
        Claim.objects.filter(pk=claim.pk).update(paid=0)
    elif claim.remedy != Remedy.COUPON:  # of a coupon its holder is told by the coupon itself
        tell_consumer(_case(claim, at), "claim_paid", case_="arrived" if _is_there(claim) else "on_its_way")


def _hand_over(claim: Claim, status: Status, clocks: Clocks, *, at: datetime) -> None:
    claim.status, claim.turned_at = status, at
    claim.turn, claim.due_at = turn_and_due(status, 0, clocks=clocks, kind=claim.order.kind, at=at)
    _store(claim, _filed(claim, became=status, at=at))
    case = _case(claim, at)
    match status:
        case Status.AWAITING_MERCHANT:
            tell_merchant(case, "claim_filed")
        case Status.AWAITING_RETURN:
            ask_return(claim, at=at)
            tell_consumer(case, "return_asked")
        case Status.AWAITING_EVIDENCE:
            tell_both(case, "evidence_asked")


def _filed(claim: Claim, *, became: str, at: datetime) -> Event:
    values = {"amount": claim.amount, "currency": claim.currency, "statement": claim.statement}
    return Event(
        claim=claim, kind=Deed.FILED, party=Party.CONSUMER, actor=claim.consumer, at=at, became=became, values=values
    )


def _case(claim: Claim, at: datetime) -> Case:
    return Case(claim=claim, standing=Standing(), by=claim.consumer, party=Party.CONSUMER, at=at)


def _is_there(claim: Claim) -> bool:
    """The wallet settles in the transaction that pays it."""
    return claim.order.paid_through == "wallet"
