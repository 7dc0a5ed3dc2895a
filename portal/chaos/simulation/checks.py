"""The model and the portal side by side. Cheap, so that it can be done after every step."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from disputes.models import Claim, Debt
from ledger.chart import AccountName, fund_budget, fund_cash
from ledger.models import AccountKind, Balance
from notices.models import Notice
from orders.models import Line
from payouts.actions import call_off, unpark
from payouts.models import Attention, Draw, Payout, WebhookEvent
from portal.chaos.simulation.model import FINAL, Model
from portal.chaos.simulation.provider import Provider
from portal.verification import verify

CURRENCY = "CNY"
REMINDERS = ("claim_answer_due", "confirm_return_by", "offer_lapsing", "ship_by", "escalate_by", "evidence_due")


class Differs(Exception):
    """The portal is not where the model says that it must be."""


@dataclass
class Books:
    """All balances at one moment, with their floors."""

    balances: dict[AccountName, tuple[int, int | None]] = field(default_factory=dict)

    def held(self, name: AccountName) -> int:
        return self.balances.get(name, (0, None))[0]

    def floor(self, name: AccountName) -> int | None:
        return self.balances.get(name, (0, None))[1]

    def of(self, kind: AccountKind, owner: str = "") -> int:
        return self.held(AccountName(kind, owner, CURRENCY))

    def total(self, kind: AccountKind) -> int:
        return sum(held for name, (held, _) in self.balances.items() if name.kind == kind)

    def in_special_budget(self) -> int:
        return self.held(fund_budget("special", CURRENCY))

    def advances(self) -> int:
        return self.of(AccountKind.ADVANCES_OUTSTANDING)


def read_books() -> Books:
    rows = Balance.objects.values_list("account__kind", "account__owner", "account__currency", "posted", "floor")
    return Books({AccountName(AccountKind(kind), *rest): (posted, floor) for kind, *rest, posted, floor in rows})


def same(what: str, there: object, model: object) -> None:
    if there != model:
        raise Differs(f"{what}: the portal says {there}, the model {model}")


def compare(model: Model, provider: Provider) -> Books:
    """Everything that must hold at every moment. Gives the books as they are now."""
    books = read_books()
    _cases_stand_where_they_must(model)
    _lines_have_left_what_they_must(model)
    debts = _debts()
    payouts = list(Payout.objects.values_list("payee", "amount", "gateway", "status", "provider_key"))
    _consumers_get_what_they_are_owed(model, books, debts, payouts)
    _merchants_bear_what_they_must(model, books, debts)
    _the_fund_is_what_came_in_less_what_went_out(model, books)
    _the_provider_agrees(provider, payouts)
    return books


def _cases_stand_where_they_must(model: Model) -> None:
    there = {number: rest for number, *rest in Claim.objects.values_list("number", "status", "level", "due_at")}
    same("the cases", there.keys(), model.cases.keys())
    for number, case in model.cases.items():
        same(number, there[number], [case.status, case.level, case.due_at])


def _lines_have_left_what_they_must(model: Model) -> None:
    for number, taken, paid in Line.objects.values_list("pk", "taken", "paid"):
        same(f"taken off line {number}", taken, model.pieces[number].taken)
        if taken > paid:
            raise Differs(f"line {number} gave back {taken} of {paid}")


@dataclass(frozen=True)
class Owed:
    """What an empty fund owes: to whom, for which merchant, and whether the platform bears it."""

    consumer: int
    merchant: int
    amount: int
    as_expense: bool


def _debts() -> list[Owed]:
    rows = Debt.objects.filter(paid_at__isnull=True).values_list(
        "claim__consumer", "claim__merchant", "refund", "compensation", "as_expense"
    )
    return [
        Owed(consumer, merchant, refund + beyond, as_expense) for consumer, merchant, refund, beyond, as_expense in rows
    ]


def _consumers_get_what_they_are_owed(
    model: Model, books: Books, debts: list[Owed], payouts: list[tuple[Any, ...]]
) -> None:
    through_provider, waiting = Counter[int](), Counter[int]()
    for payee, amount, gateway, status, _ in payouts:
        through_provider[payee] += amount if gateway != "wallet" and status == "settled" else 0
    for payee, amount in Draw.objects.values_list("payee", "amount"):
        waiting[payee] += amount
    for debt in debts:
        waiting[debt.consumer] += debt.amount
    for consumer in model.consumers():
        owner = f"user:{consumer}"
        arrived = books.of(AccountKind.CONSUMER_WALLET, owner) + through_provider[consumer]
        to_come = books.of(AccountKind.CONSUMER_PAYABLE, owner) + waiting[consumer]
        same(f"paid and to be paid to {owner}", arrived + to_come, model.owed_to(consumer))


def _merchants_bear_what_they_must(model: Model, books: Books, debts: list[Owed]) -> None:
    for merchant in {piece.merchant for piece in model.pieces.values()}:
        owner = f"merchant:{merchant}"
        settlement = books.of(AccountKind.MERCHANT_SETTLEMENT, owner)
        floor = books.floor(AccountName(AccountKind.MERCHANT_SETTLEMENT, owner, CURRENCY))
        if floor is not None and settlement < floor:
            raise Differs(f"{owner} stands at {settlement}, below {floor}")
        borne = model.settled_in[merchant] - settlement + books.of(AccountKind.RECOVERY_RECEIVABLE, owner)
        to_come = sum(debt.amount for debt in debts if debt.merchant == merchant and not debt.as_expense)
        same(f"borne by {owner}", borne + to_come, model.borne_by(merchant))
    same("advances that nobody bears yet", books.advances(), model.advances_open())


def _the_fund_is_what_came_in_less_what_went_out(model: Model, books: Books) -> None:
    held = books.held(fund_cash(CURRENCY)) + books.in_special_budget()
    out = (
        books.total(AccountKind.RECOVERY_RECEIVABLE) + books.of(AccountKind.COMPENSATION_EXPENSE)
        + books.advances() - model.made_good
    )  # fmt: skip
    same("the fund", held, model.funded - out)
    if held < 0:
        raise Differs(f"the fund stands at {held}")


def _the_provider_agrees(provider: Provider, payouts: list[tuple[Any, ...]]) -> None:
    """By its own record each settled payout was paid once, each that was called off never, and nothing besides."""
    ours = {str(key): (amount, status) for _, amount, gateway, status, key in payouts if gateway != "wallet"}
    same("keys that only the provider knows", provider.payments.keys() - ours.keys(), set())
    same("keys that were sent after the provider forgot them", provider.sent_too_late, [])
    for key, (amount, status) in ours.items():
        paid = provider.payments[key].paid if key in provider.payments else []
        if len(paid) > 1:
            raise Differs(f"{key} was paid {len(paid)} times")
        if (status == "settled" and paid != [amount]) or (status == "released" and paid):
            raise Differs(f"{key} is {status} over {amount}, the provider paid {paid}")


def no_debt_the_fund_could_pay() -> None:
    first = Debt.objects.filter(paid_at__isnull=True).order_by("owed_at", "id").first()
    there = read_books().in_special_budget()
    if first and first.amount <= there:
        raise Differs(f"the fund holds {there} and owes {first.amount} to {first.claim}")


def refused_without_a_trace(call: Callable[[], Any], refusal: type[Exception]) -> None:
    before = WebhookEvent.objects.count()
    try:
        call()
    except refusal:
        same("events kept of a refused webhook", WebhookEvent.objects.count(), before)
        return
    raise Differs("a webhook with a bad signature was taken in")


# --- at rest -----------------------------------------------------------------------------------------


def wake_whoever_waits_for_a_person(finance: Iterable[User], now: datetime) -> None:
    """Finance looks after what the machine left to it."""
    first, *_ = finance
    for number, attention in Payout.objects.exclude(attention="").values_list("pk", "attention"):
        if attention == Attention.PARKED:
            unpark(payout=number, by=first, at=now)
        elif attention != Attention.APPROVAL:
            call_off(payout=number, by=first, at=now)


def all_is_quiet() -> bool:
    return (
        not Claim.objects.exclude(status__in=FINAL).exists()
        and not Payout.objects.filter(ended_at__isnull=True).exists()
        and not Draw.objects.exists()
        and not Debt.objects.filter(paid_at__isnull=True).exists()
    )


def everything_is_paid(model: Model, books: Books, provider: Provider) -> None:
    """Everybody has what they are owed to the cent, everybody was reminded once, and the portal's own proofs agree."""
    if not all_is_quiet():
        claims = list(Claim.objects.exclude(status__in=FINAL).values_list("number", "status", "due_at"))
        payouts = list(Payout.objects.filter(ended_at__isnull=True).values_list("key", "status", "attention"))
        draws = list(Draw.objects.values_list("key", flat=True))
        debts = list(Debt.objects.filter(paid_at__isnull=True))
        raise Differs(f"this never ended: {claims} {payouts} {draws} {debts}")
    keys = {payout.provider_key: payout.payee_id for payout in Payout.objects.all()}
    received = Counter({name.owner: held for name, (held, _) in books.balances.items()
                        if name.kind == AccountKind.CONSUMER_WALLET})  # fmt: skip
    for key, payment in provider.payments.items():
        received[next(f"user:{who}" for ours, who in keys.items() if str(ours) == key)] += sum(payment.paid)
    for consumer in model.consumers():
        same(f"received by {consumer}", received[f"user:{consumer}"], model.owed_to(consumer))
    _everybody_was_reminded_once(model)
    first_break = verify().first_break
    if first_break:
        raise Differs(f"{first_break.room}: {first_break.sentence}")


def _everybody_was_reminded_once(model: Model) -> None:
    told = Counter(key.split(":")[1] for key in Notice.objects.filter(kind__in=REMINDERS)
                   .values_list("key", flat=True).distinct())  # fmt: skip
    for number in model.cases:
        same(f"reminders about {number}", told[number], model.reminders[number])
