"""Verbs that people and commands use beside the API, with arguments that can be sent to a child process."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Merchant, User
from ledger.sealing import seal_past_days
from orders.actions import place
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
    actions.agree_to_resolution(found=Break.objects.get(pk=found), by=User.objects.get(pk=by), at=timezone.now())


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
