"""What a consumer asks for: their own line, locked, and what no rule could grant refused before any is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from common.compiled import Compiled, Given
from compensation.options import LINE_RELATED
from compensation.schemes.registry import must_be_told, particulars_of, reasons_of, refuse_impossible_report
from disputes.actions.file_claim.refusals import (
    AbovePriceOfThePieces,
    AmountNotPositive,
    ParticularsMissing,
    ParticularsNotUsable,
    QuantityNotPositive,
    UnknownLine,
    UnknownOrder,
    WrongReason,
)
from disputes.models import Claim, Decision
from disputes.questions import question_at, questions_about
from orders import actions as orders
from orders.models import Line, Order
from policies.shapes import Misshapen
from policies.wording import problem_sentence
from refunds.rules import asked_of

# What the rules do not look at. The driver takes a statement of more than 4096 characters apart anew each time.
NOT_LOOKED_AT = (
    *(
        f"order__consumer__{name}"
        for name in ("password", "last_login", "joined_at", "name", "agent_level", "language", "timezone")
    ),
    *(f"stay__room_type_{when}__{name}" for when in ("reserved", "assigned") for name in ("store", "name", "name_zh")),
)


class Before(NamedTuple):
    """What was claimed for a line: all claims, and the pieces decided about for the reason that is given now."""

    claims_filed: int
    pieces_decided: int


def locked_line(consumer: User, order: str, line: int, reason: str) -> tuple[Line, Before]:
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
        .defer(*NOT_LOOKED_AT)
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


def refuse_impossible(line: Line, *, reason: str, quantity: int | None, amount: int | None, replayed: bool) -> None:
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
        raise AbovePriceOfThePieces(price=most, currency=line.order.currency)


def told_of(line: Line, reason: str, particulars: Mapping[str, Any] | None, *, replayed: bool, at: datetime) -> Any:
    """What the consumer added, typed; None for nothing, where nothing has to be told."""
    kind = line.order.kind
    try:
        told = particulars_of(reason, kind, particulars)
        if not replayed:
            refuse_impossible_report(line, reason, told, now=at)
    except Misshapen as problem:
        question = question_at(reason, kind, problem.path)
        raise ParticularsNotUsable(path=problem.path, question=question, problem=problem_sentence(problem)) from problem
    if told is None and not replayed and must_be_told(reason, kind):
        asked = (str(question.label) for question in questions_about(reason, kind) if question.required)
        raise ParticularsMissing(questions=" ".join(asked))
    return told
