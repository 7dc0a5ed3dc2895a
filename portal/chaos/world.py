"""The marketplace that chaos breaks things in: a merchant, the platform's people, a fund; a consumer for each run."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from knox.models import AuthToken

from accounts.models import AgentLevel, Member, MemberRole, Merchant, Role, User
from compensation import actions as compensation
from disputes.models import Claim
from ledger.actions import Posting, post
from ledger.chart import balance_of, fund_budget, fund_cash
from ledger.models import TransferKind
from orders.models import Line, Order, OrderKind, RoomType, Stay, Store
from payouts.models import Limits, Payout
from policies.actions import enrol, load_all
from portal.chaos.servers import Provider

CURRENCY = "CNY"
PRICE = 40_00  # one piece; a lightning refund pays that much at once
DEAR = 1_200_00  # more than any rule pays without asking
FUND = 100_000_000_00
LARGE = 50_000_00  # from here on a second person looks
SINCE = timedelta(days=400)
PROMISES = ("lightning_refund", "return_first", "hotel_overbooking", "closed_store")
PEOPLE = {
    "merchant": (Role.MERCHANT, ""),
    "agent": (Role.AGENT, AgentLevel.GENERAL),
    "senior": (Role.AGENT, AgentLevel.SENIOR),
    "finance": (Role.FINANCE, ""),
    "finance2": (Role.FINANCE, ""),
}


@dataclass
class Case:
    """What one run is about: a consumer with an order, and what they must have in the end."""

    consumer: User
    order: Order
    line: Line
    owed: int = 0  # minor units that must have reached the consumer when all is over, exactly
    claims: int = 1  # how many claims the line must have in the end
    ends_as: tuple[str, ...] = ()  # the claim's status in the end
    coupon_ends_as: str = ""  # the status of the consumer's one coupon in the end; "": there is none
    claim: Claim | None = None
    payout: Payout | None = None
    more: dict[str, Any] = field(default_factory=dict)


class World:
    """The people of the database in use, as they were seeded, and the provider behind it."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.people = {name: User.objects.get(email=_address(name)) for name in PEOPLE}
        self.shop = Merchant.objects.get(code="shop")
        self.hotel = Store.objects.get(code="hotel")

    def token_of(self, person: User) -> str:
        _, token = AuthToken.objects.create(user=person)
        return str(token)

    def buys(
        self,
        *,
        at: datetime,
        paid: int = PRICE,
        quantity: int = 1,
        through: str = "wallet",
        kind: OrderKind = OrderKind.GOODS,
        category: str = "home",
    ) -> Case:
        """A new consumer who bought `quantity` pieces for `paid` in all, delivered three days before `at`."""
        name = uuid.uuid4().hex[:12]
        payment = self.provider.pay_in(paid, CURRENCY) if through == "stripe" else ""
        consumer = User(email=f"{name}@example.com", name="Consumer", role=Role.CONSUMER, standing=5, language="en")
        consumer.set_unusable_password()
        consumer.save()
        order = Order.objects.create(
            number=f"C-{name}",
            kind=kind,
            consumer=consumer,
            merchant=self.shop,
            currency=CURRENCY,
            paid_through=through,
            payment_reference=payment,
            placed_at=at - timedelta(days=6),
            delivered_at=at - timedelta(days=3),
        )
        line = Line.objects.create(
            order=order,
            position=1,
            code="thing",
            category=category,
            title="Thing",
            title_zh="东西",
            quantity=quantity,
            unit_price=f"{paid // quantity // 100}.{paid // quantity % 100:02d}",
            paid=paid,
            bought_at=order.placed_at,
        )
        return Case(consumer=consumer, order=order, line=line)

    def stays(self, *, at: datetime) -> Case:
        """Two nights at 600.00 in a better room than the one that was given."""
        case = self.buys(at=at, paid=1_200_00, quantity=2, kind=OrderKind.STAY, category="hotel")
        Order.objects.filter(pk=case.order.pk).update(delivered_at=at - timedelta(days=1))
        Line.objects.filter(pk=case.line.pk).update(store=self.hotel, unit_price="600.00")
        Stay.objects.create(
            line=case.line,
            arrival_on=(at - timedelta(days=3)).date(),
            nights=2,
            first_night_rate=600_00,
            room_type_reserved=RoomType.objects.get(store=self.hotel, code="deluxe"),
            room_type_assigned=RoomType.objects.get(store=self.hotel, code="standard"),
            outcome=Stay.Outcome.CHECKED_OUT,
        )
        return case

    def will_stay(self, *, at: datetime) -> Case:
        """Two nights at 600.00 from today on, in a room that the guest has yet to be given."""
        case = self.stays(at=at)
        Order.objects.filter(pk=case.order.pk).update(delivered_at=None)
        Stay.objects.filter(line=case.line).update(
            arrival_on=at.date(), room_type_assigned=None, outcome=Stay.Outcome.BOOKED
        )
        return case

    def empty_the_fund(self, *, at: datetime) -> None:
        """All of the special budget back into the fund's cash, from where it can be filled again."""
        budget, cash = fund_budget("special", CURRENCY), fund_cash(CURRENCY)
        left = balance_of(budget).posted
        post(
            Posting(key="chaos:empty", debit=cash, credit=budget, amount=left, kind=TransferKind.BUDGET, happened_at=at)
        )

    def fill_the_fund(self, *, at: datetime) -> None:
        compensation.budget(
            budget="special", amount=balance_of(fund_cash(CURRENCY)).posted, currency=CURRENCY, key="chaos:fill", at=at
        )


def seed(*, now: datetime) -> None:
    """Fill an empty database."""
    load_all(at=now, effective_from=now - SINCE)
    people = {name: _person(name, role, level) for name, (role, level) in PEOPLE.items()}
    shop = Merchant.objects.create(code="shop", name="Shop", name_zh="店")
    Member.objects.create(user=people["merchant"], merchant=shop, role=MemberRole.OWNER)
    for policy in PROMISES:
        enrol(merchant=shop, policy=policy, terms={}, starts_at=now - SINCE)
    Limits.objects.create(
        currency=CURRENCY, large=LARGE, large_for_merchant=LARGE, many=30_000, times_usual=30_000,
        because="Chaos pays often.", set_at=now - SINCE,
    )  # fmt: skip
    hotel = Store.objects.create(
        merchant=shop, code="hotel", kind="hotel", name="Hotel", name_zh="酒店",
        city="Hangzhou", city_zh="杭州", latitude=30.2461, longitude=120.1500,
    )  # fmt: skip
    for rank, code in enumerate(("standard", "deluxe"), 1):
        RoomType.objects.create(store=hotel, code=code, mean_rate_rank=rank)
    compensation.fund(amount=FUND, currency=CURRENCY, key="chaos:fund", at=now)
    compensation.budget(budget="special", amount=FUND, currency=CURRENCY, key="chaos:budget", at=now)


def _person(name: str, role: Role, level: str) -> User:
    person = User(email=_address(name), name=name.title(), role=role, agent_level=level, standing=5, language="en")
    person.set_unusable_password()
    person.save()
    return person


def _address(name: str) -> str:
    return f"{name}@example.com"
