"""Verbs that people and commands use beside the API, with arguments that can be sent to a child process."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from accounts.models import Merchant, User
from compensation.actions import happenings
from disputes.actions import refund_unasked
from disputes.actions.supersede import receive_chargeback
from ledger.actions import Posting, post
from ledger.chart import compensation_expense, payable_to, settlement_of
from ledger.models import TransferKind
from ledger.sealing import seal_past_days
from orders.actions import place
from orders.models import Line
from orders.purchases import Business, Item, Purchase, Shopper
from payouts import actions
from payouts.models import Break, Payout


def approve(payout: int, by: int) -> None:
    found = Payout.objects.get(pk=payout)
    actions.approve(payout=found, by=User.objects.get(pk=by), because="It is right.", at=timezone.now())


def stop(by: int) -> None:
    actions.stop_payouts(because="To look.", by=User.objects.get(pk=by), at=timezone.now())


def resume(by: int) -> None:
    actions.resume_payouts(because="All is well.", by=User.objects.get(pk=by), at=timezone.now())


def limit_budget(by: int) -> None:
    """To more than anybody draws in a day."""
    actions.limit_budget(
        budget="special",
        currency="CNY",
        amount=10**12,
        because="To be sure.",
        by=User.objects.get(pk=by),
        at=timezone.now(),
    )


def unpark(payout: int, by: int) -> None:
    actions.unpark(payout=payout, by=User.objects.get(pk=by), at=timezone.now())


def resolve_break(found: int, by: int) -> None:
    actions.resolve_break(
        found=Break.objects.get(pk=found),
        resolution="borne",
        reason="Ours to bear.",
        by=User.objects.get(pk=by),
        at=timezone.now(),
    )


def agree_to_resolution(found: int, by: int) -> None:
    seen = Break.objects.get(pk=found)
    actions.agree_to_resolution(found=seen, proposal=seen.proposal, by=User.objects.get(pk=by), at=timezone.now())


def import_order(number: str, email: str, merchant: str) -> None:
    shop = Merchant.objects.get(code=merchant)
    now = timezone.now()
    item = Item(position=1, code="thing", title="Thing", quantity=1, unit_price="40.00", paid=40_00, bought_at=now)
    purchase = Purchase(
        number=number,
        kind="goods",
        market="",
        consumer=Shopper(email, "Consumer"),
        merchant=Business(shop.code, shop.name, shop.name_zh),
        currency="CNY",
        placed_at=now,
        items=(item,),
    )
    place(purchases=[purchase])


def seal_today() -> None:
    seal_past_days(now=timezone.now() + timedelta(days=1))


def post_under(key: str, consumer: int, merchant: int) -> None:
    """The same transfer each time it is called with the key."""
    post(
        Posting(
            key=key,
            debit=settlement_of(merchant, "CNY"),
            credit=payable_to(consumer, "CNY"),
            amount=1_00,
            kind=TransferKind.REFUND,
            happened_at=timezone.now(),
        )
    )


def start_under(key: str, consumer: int) -> None:
    """The same payout each time it is called with the key, out of what is payable."""
    payee = User.objects.get(pk=consumer)
    actions.start(key=key, payee=payee, amount=1, currency="CNY", gateway="sandbox", at=timezone.now())


def refund_again(line: int, by: int, amount: int) -> None:
    """Another refund each time."""
    refund_unasked(line=line, by=User.objects.get(pk=by), amount=amount, at=timezone.now())


def draw(key: str, consumer: int) -> None:
    """The fund is to pay 1.00 through the wallet, once for the key."""
    actions.request_draw(
        actions.DrawRequest(
            key=key,
            payee=User.objects.get(pk=consumer),
            amount=1_00,
            currency="CNY",
            gateway="wallet",
            at=timezone.now(),
            budget="special",
            cost=compensation_expense("CNY"),
            kind=TransferKind.EXPENSE,
        )
    )


def announce_closure(key: str, store: str) -> None:
    """The store is closed since long ago, until further notice; the same event each time."""
    happenings.announce(
        key=key,
        kind="store_closed",
        store=store,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        by=None,
        at=timezone.now(),
    )


def charge_back(key: str, line: int, amount: int) -> None:
    receive_chargeback(
        key=key, line=Line.objects.select_related("order").get(pk=line), amount=amount, at=timezone.now()
    )
