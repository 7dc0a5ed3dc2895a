"""Give money back for a line, and follow goods that are sent back.

What a refund may be at most is the exposure ceiling of the line, which callers take (orders.actions.take) before they
refund. Here the money moves: from the merchant's settlement or the special fund to the consumer, with the payout, in
one statement.
"""

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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
) -> Refund:
    """Give `amount` (minor units of the order's currency) back to the consumer and start its payout.

    `payer` "merchant" debits the merchant's settlement. "fund" draws on the special budget, and the merchant then owes
    it to the fund unless the platform bears it itself (`as_expense`). `rule` names the rule that granted it at once.
    An amount of 0 is recorded and moves nothing. Raises Overdrawn when the settlement is at its floor, FundExhausted,
    AlreadyRefunded.
    """
    payout = (
        pay(
            key=key,
            payee=payee,
            amount=amount,
            currency=line.order.currency,
            payer=payer,
            merchant_id=line.order.merchant_id,
            kind=TransferKind.REFUND,
            gateway=gateway,
            at=at,
            as_expense=as_expense,
        )
        if amount
        else None
    )
    try:
        return Refund.objects.create(
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
    except IntegrityError as error:
        if broken_constraint(error) == "refunds_refund_key_key":
            raise AlreadyRefunded from error
        raise


def pay(
    *,
    key: str,
    payee: User,
    amount: int,
    currency: str,
    payer: str,
    merchant_id: int | None,
    kind: TransferKind,
    gateway: str,
    at: datetime,
    budget: str = SPECIAL_BUDGET,
    as_expense: bool = False,
) -> Payout:
    """Bring `amount` (minor units) from its payer to the consumer: all transfers and the payout's own in one statement.

    Out of the fund it is an expense of the platform, or owed by the merchant, or, where no merchant is named, an
    advance that waits for a decision. Raises Overdrawn (merchant) and FundExhausted (fund).
    """
    payable = chart.payable_to(payee.pk, currency)
    if payer == Payer.MERCHANT:
        funding = [_posting(key, _settlement(merchant_id, currency), payable, amount=amount, kind=kind, at=at)]
    else:
        cost, kind = _cost(merchant_id, currency, as_expense=as_expense)
        cash, fund = chart.client_cash(currency), chart.fund_budget(budget, currency)
        funding = [
            _posting(key, cost, payable, amount=amount, kind=kind, at=at),
            _posting(f"{key}:draw", cash, fund, amount=amount, kind=TransferKind.DRAW, at=at),
        ]
    try:
        return payouts.start(
            key=key, payee=payee, amount=amount, currency=currency, gateway=gateway, at=at, funding=funding
        )
    except Overdrawn as overdrawn:
        if payer == Payer.FUND:
            raise FundExhausted from overdrawn
        raise


def _settlement(merchant_id: int | None, currency: str) -> AccountName:
    if merchant_id is None:
        raise ValueError("a merchant that pays has to be named")
    return chart.settlement_of(merchant_id, currency)


def _cost(merchant_id: int | None, currency: str, *, as_expense: bool) -> tuple[AccountName, TransferKind]:
    """Who bears what the fund pays."""
    if as_expense:
        return chart.compensation_expense(currency), TransferKind.EXPENSE
    if merchant_id is not None:
        return chart.receivable_from(merchant_id, currency), TransferKind.ADVANCE
    return chart.advances_outstanding(currency), TransferKind.ADVANCE


def _posting(
    key: str, debit: AccountName, credit: AccountName, *, amount: int, kind: TransferKind, at: datetime
) -> Posting:
    return Posting(key=key, debit=debit, credit=credit, amount=amount, kind=kind, happened_at=at)


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
