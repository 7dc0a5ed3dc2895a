"""Give money back for a line, and follow goods that are sent back.

What a refund may be at most is the exposure ceiling of the line, which callers take (orders.actions.take) before they
refund. Here the money moves: from the merchant's settlement or the special fund to the consumer, with the payout, in
one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.compiled import insert, insert_all
from common.constraints import broken_constraint
from common.errors import Refusal
from common.transactions import atomic
from ledger import chart
from ledger.actions import Overdrawn, Posting
from ledger.chart import AccountName
from ledger.models import TransferKind
from orders.models import Line
from payouts import actions as payouts
from payouts.models import Payout
from refunds.models import Payer, Refund, Return

SPECIAL_BUDGET = "special"


class FundExhausted(Refusal):
    """The special fund's budget holds less than this."""

    code = "fund_exhausted"
    message = _("The special fund does not hold enough for this at the moment.")


class AlreadyRefunded(Refusal):
    """This cause was refunded before."""

    code = "already_refunded"
    message = _("This was refunded already. Nothing was paid twice.")


class AlreadyShipped(Refusal):
    code = "already_shipped"
    message = _("These goods are on their way back already.")


class NotOnTheirWay(Refusal):
    """Goods are received once, and only after they were sent."""

    code = "not_on_their_way"
    message = _("These goods are not on their way back.")


@dataclass(frozen=True, kw_only=True)
class Payment:
    """A sum (minor units) on its way from a payer to a consumer, for one cause.

    `merchant_id` is the merchant behind it: who pays, or who owes the fund for it. None: not known yet. `gateway` is
    the one the order was paid through, `payment_reference` how its provider names that payment. `made_by` is who
    awarded the sum (None: a rule or a deadline did).
    """

    key: str
    payee: User
    amount: int
    currency: str
    merchant_id: int | None
    kind: TransferKind
    gateway: str
    at: datetime
    payment_reference: str = ""
    made_by: User | None = None


@dataclass(frozen=True, kw_only=True)
class Giving:
    """A refund out of the merchant's settlement, to be carried out with others; what the fields mean says `refund`."""

    key: str
    line: Line
    amount: int
    quantity: int
    payee: User
    gateway: str
    at: datetime
    rule: str = ""


@atomic
def refund(
    *,
    key: str,
    line: Line,
    amount: int,
    quantity: int,
    payee: User,
    payer: str,
    gateway: str,
    at: datetime,
    rule: str = "",
    as_expense: bool = False,
    made_by: User | None = None,
) -> Refund:
    """Give `amount` (minor units of the order's currency) back to the consumer and start its payout.

    `payer` "merchant" debits the merchant's settlement. "fund" draws on the special budget, and the merchant then owes
    it to the fund unless the platform bears it itself (`as_expense`). `rule` names the rule that granted it at once,
    `made_by` the person who did otherwise.
    An amount of 0 is recorded and moves nothing. Raises Overdrawn when the settlement is at its floor, FundExhausted,
    AlreadyRefunded.
    """
    payment = Payment(
        key=key,
        payee=payee,
        amount=amount,
        currency=line.order.currency,
        merchant_id=line.order.merchant_id,
        kind=TransferKind.REFUND,
        gateway=gateway,
        at=at,
        payment_reference=line.order.payment_reference,
        made_by=made_by,
    )
    payout = pay(payment, payer=payer, as_expense=as_expense)
    given = Refund.new(
        key=key,
        line=line,
        payee=payee,
        amount=amount,
        quantity=quantity,
        currency=line.order.currency,
        payer=payer,
        rule=rule,
        payout=payout,
        refunded_at=at,
    )
    try:
        insert(given)
    except IntegrityError as error:
        if broken_constraint(error) == "refunds_refund_key_key":
            raise AlreadyRefunded from error
        raise
    return given


@atomic
def refund_all(given: Sequence[Giving]) -> list[Refund]:
    """`refund` for many sums above 0 that merchants pay, all or none, with the same few statements for any number.

    Raises Overdrawn when one settlement cannot give its part; IntegrityError for a cause that was refunded before.
    """
    payments = [
        Payment(
            key=one.key,
            payee=one.payee,
            amount=one.amount,
            currency=one.line.order.currency,
            merchant_id=one.line.order.merchant_id,
            kind=TransferKind.REFUND,
            gateway=one.gateway,
            at=one.at,
            payment_reference=one.line.order.payment_reference,
        )
        for one in given
    ]
    payouts = pay_all_from_settlements(payments)
    refunds = [
        Refund.new(
            key=one.key,
            line=one.line,
            payee=one.payee,
            amount=one.amount,
            quantity=one.quantity,
            currency=payout.currency,
            payer=Payer.MERCHANT,
            rule=one.rule,
            payout=payout,
            refunded_at=one.at,
        )
        for one, payout in zip(given, payouts, strict=True)
    ]
    insert_all(refunds)
    return refunds


def pay(payment: Payment, *, payer: str, as_expense: bool) -> Payout | None:
    """Start the payment, out of the settlement or the fund; None when there is nothing to pay.

    Raises Overdrawn (merchant) and FundExhausted (fund).
    """
    if payment.amount == 0:
        return None
    if payer == Payer.MERCHANT:
        return pay_from_settlement(payment)
    return pay_from_fund(payment, as_expense=as_expense)


def pay_from_settlement(payment: Payment) -> Payout:
    """The merchant pays: all transfers and the payout's own in one statement. Raises Overdrawn."""
    return pay_all_from_settlements([payment])[0]


def pay_all_from_settlements(payments: Sequence[Payment]) -> list[Payout]:
    """Merchants pay, all or none: the transfers and payouts of any number in two statements. Raises Overdrawn."""
    return payouts.start_all([_begun(payment, _out_of_the_settlement(payment)) for payment in payments])


def _out_of_the_settlement(payment: Payment) -> Posting:
    if payment.merchant_id is None:
        raise ValueError("a merchant that pays has to be named")
    settlement = chart.settlement_of(payment.merchant_id, payment.currency)
    return _posting(payment, debit=settlement, credit=_payable(payment), kind=payment.kind)


def pay_from_fund(payment: Payment, *, as_expense: bool, budget: str = SPECIAL_BUDGET) -> Payout:
    """The fund pays out of a budget: as the platform's expense, or for the merchant that then owes it, or, where no
    merchant is named, as an advance until it is decided who is liable. Raises FundExhausted."""
    try:
        begun = _begun(payment, _cost(payment, as_expense=as_expense), _draw(payment, budget))
        return payouts.start_all([begun])[0]
    except Overdrawn as overdrawn:
        raise FundExhausted from overdrawn


def _begun(payment: Payment, *funding: Posting) -> payouts.Start:
    return payouts.Start(
        key=payment.key,
        payee=payment.payee,
        amount=payment.amount,
        currency=payment.currency,
        gateway=_way(payment),
        at=payment.at,
        funding=funding,
        payment_reference=payment.payment_reference,
        made_by=payment.made_by,
    )


def _way(payment: Payment) -> str:
    """Back along the payment. What goes beyond it goes to the wallet where that way gives back and no more.

    Raises UnknownGateway.
    """
    beyond = payment.kind != TransferKind.REFUND
    return payouts.WALLET if beyond and payouts.only_gives_back(payment.gateway) else payment.gateway


def _cost(payment: Payment, *, as_expense: bool) -> Posting:
    """What the consumer gets out of the fund, and who bears it."""
    kind = TransferKind.EXPENSE if as_expense else TransferKind.ADVANCE
    if as_expense:
        cost = chart.compensation_expense(payment.currency)
    elif payment.merchant_id is not None:
        cost = chart.receivable_from(payment.merchant_id, payment.currency)
    else:
        cost = chart.advances_outstanding(payment.currency)
    return _posting(payment, debit=cost, credit=_payable(payment), kind=kind)


def _draw(payment: Payment, budget: str) -> Posting:
    """The fund's money joins that of consumers and merchants."""
    cash, fund = chart.client_cash(payment.currency), chart.fund_budget(budget, payment.currency)
    return _posting(payment, key=f"{payment.key}:draw", debit=cash, credit=fund, kind=TransferKind.DRAW)


def _payable(payment: Payment) -> AccountName:
    return chart.payable_to(payment.payee.pk, payment.currency)


def _posting(
    payment: Payment, *, debit: AccountName, credit: AccountName, kind: TransferKind, key: str = ""
) -> Posting:
    return Posting(
        key=key or payment.key, debit=debit, credit=credit, amount=payment.amount, kind=kind, happened_at=payment.at
    )


def ask_return(*, key: str, line: Line, quantity: int, freight_amount: int, at: datetime) -> Return:
    """Ask for goods to be sent back; `freight_amount` (minor units) is what the consumer gets for sending them."""
    return Return.objects.create(key=key, line=line, quantity=quantity, freight_amount=freight_amount, asked_at=at)


def ship_return(*, key: str, carrier: str, tracking: str, at: datetime) -> Return:
    """The consumer sent the goods. Raises AlreadyShipped."""
    shipped = Return.objects.filter(key=key, shipped_at__isnull=True)
    if not shipped.update(carrier=carrier, tracking=tracking, shipped_at=at):
        raise AlreadyShipped
    return Return.objects.get(key=key)


def receive_return(*, key: str, at: datetime) -> Return:
    """The goods arrived, or the time to say that they did not ran out. Raises NotOnTheirWay."""
    on_their_way = Return.objects.filter(key=key, shipped_at__isnull=False, received_at__isnull=True)
    if not on_their_way.update(received_at=at):
        raise NotOnTheirWay
    return Return.objects.get(key=key)
