"""What finance does: money comes in, floors move, the fund helps and gets back."""

from functools import partial
from typing import Any

from accounts.models import Merchant
from compensation import actions as fund
from ledger.actions import Posting, post, set_floor
from ledger.chart import client_cash, compensation_expense, settlement_of
from ledger.models import TransferKind
from payouts.actions import DrawRequest, request_draw, resume_payouts, stop_payouts
from portal.chaos.simulation.walk import Walk
from portal.chaos.simulation.world import CURRENCY, buy


def an_order_arrives(walk: Walk) -> None:
    buy(walk.cast, walk.model, walk.chance, now=walk.now)


def finance_moves_money(walk: Walk) -> None:
    merchant, amount, money = _merchant(walk), walk.chance.randrange(1, 900_00), _money(walk)
    settlement = settlement_of(merchant.pk, CURRENCY)
    match walk.chance.choice(["fill", "pay in", "floor", "recover", "stop"]):
        case "fill":
            fill_the_fund(walk, amount)
        case "pay in":
            pay_in(walk, merchant.pk, amount)
        case "floor":
            floor = walk.chance.choice([None, walk.books.held(settlement) - amount, -20_000_00])
            walk.act(partial(set_floor, account=settlement, floor=floor), allowed=None)
        case "recover":
            walk.act(partial(fund.recover, merchant=merchant, amount=amount, **money), allowed=None)
        case "stop":
            turn_the_switch(walk)


def the_fund_helps(walk: Walk) -> None:
    """It pays first, and later somebody bears it; or it gives of its own, in a lane of its own."""
    merchant, amount, money = _merchant(walk), walk.chance.randrange(1, 900_00), _money(walk)
    payee = walk.chance.choice(walk.cast.consumers)
    payment = money | {"payee": payee, "amount": amount, "gateway": walk.chance.choice(["wallet", "sandbox"])}
    match walk.chance.choice(["advance", "grant", "grant", "charge", "bear"]):
        case "advance":
            enough = amount <= walk.books.in_special_budget()
            if walk.act(partial(fund.pay_from_fund, as_expense=False, **payment), allowed=enough):
                walk.model.advanced[payee.pk] += amount
        case "grant":
            cost, kind = compensation_expense(CURRENCY), TransferKind.EXPENSE
            walk.act(partial(request_draw, DrawRequest(budget="special", cost=cost, kind=kind, **payment)))
            walk.model.granted[payee.pk] += amount
        case "charge" if open_ := min(amount, walk.books.advances()):
            walk.act(partial(fund.charge, merchant=merchant, amount=open_, **money))
            walk.model.charged[merchant.pk] += open_
        case "bear" if open_ := min(amount, walk.books.advances()):
            walk.act(partial(fund.bear, amount=open_, **money))
            walk.model.borne += open_


def _merchant(walk: Walk) -> Merchant:
    return walk.chance.choice(list(walk.cast.merchants.values())).membership.merchant


def _money(walk: Walk) -> dict[str, Any]:
    return {"key": f"sim:{len(walk.trail)}", "currency": CURRENCY, "at": walk.now}


def turn_the_switch(walk: Walk) -> None:
    turn = resume_payouts if walk.model.stopped else stop_payouts
    walk.act(partial(turn, because="A drill.", by=walk.cast.finance[0], at=walk.now))
    walk.model.stopped = not walk.model.stopped


def fill_the_fund(walk: Walk, amount: int) -> None:
    if amount:
        key = f"sim:fund:{walk.model.funded}"
        money: dict[str, Any] = {"currency": CURRENCY, "at": walk.now}
        fund.fund(amount=amount, key=key, **money)
        fund.budget(budget="special", amount=amount, key=f"{key}:budget", **money)
        walk.model.funded += amount


def pay_in(walk: Walk, merchant: int, amount: int) -> None:
    if amount:
        sides: dict[str, Any] = {"debit": client_cash(CURRENCY), "credit": settlement_of(merchant, CURRENCY)}
        key = f"sim:sales:{merchant}:{walk.model.settled_in[merchant]}"
        post(Posting(key=key, amount=amount, kind=TransferKind.SETTLEMENT, happened_at=walk.now, **sides))
        walk.model.settled_in[merchant] += amount
