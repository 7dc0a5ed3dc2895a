"""What a claim pays, and out of whose money.

The merchant pays from its settlement. Where that is at its limit, the special fund pays in its place and the merchant
owes the fund: the consumer is never kept waiting for somebody else's debts. Where nobody is at fault the fund pays for
good. What an empty fund cannot pay it owes, and pays as soon as there is money in it (disputes.debts).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Sum

from accounts.models import User
from common.states import MovedMeanwhile
from compensation import actions as compensation
from compensation.models import Coupon, Honouring
from disputes.models import Claim, Debt
from disputes.tidings import tell_people
from ledger.actions import Overdrawn
from orders.models import Store
from payouts.models import Payout
from policies.words import Remedy
from refunds import actions as refunds
from refunds.actions import FundExhausted
from refunds.models import Payer, Refund

IN_KIND = frozenset({Remedy.UPGRADE, Remedy.ALTERNATIVE})

# A claim pays once, and once more when an appeal awards more.
FIRST, ON_APPEAL = 1, 2
# What the key of a claim begins with that contests what an event paid.
CONTEST = "contest:"
# What the wallet payout is called that takes the place of one that failed for good (payouts.actions).
IN_PLACE = ":wallet"


class Parts(NamedTuple):
    """A sum in minor units: what goes back along the payment, and what goes beyond it."""

    refund: int
    compensation: int


def exposure_key(claim: Claim) -> str:
    """The key under which the claim holds its part of the line's price, and its return."""
    return f"claim:{claim.number}"


def payment_keys(claim: Claim) -> list[str]:
    """The keys of all payments a claim can make: at its end, or at the decision and again on appeal."""
    kinds = ("refund", "compensation")
    decided = [f"{exposure_key(claim)}:{kind}:{number}" for kind in kinds for number in (FIRST, ON_APPEAL)]
    return [advance_key(claim), *decided] if claim.advanced else decided


def advance_key(claim: Claim) -> str:
    """The key under which the special fund pays first."""
    return f"{exposure_key(claim)}:advance"


def goodwill_key(claim: Claim) -> str:
    """The key of the verdict on goodwill after the case, and of its coupon."""
    return f"{exposure_key(claim)}:goodwill"


def pay(
    claim: Claim,
    amount: int,
    *,
    payer: Payer,
    at: datetime,
    before: int = 0,
    by: User | None = None,
    bottomless: bool = False,
) -> int:
    """Pay `amount` (minor units) of the claim to the consumer; how much of it was paid now, which is all or nothing.

    First the part that is a refund, then what goes beyond. `payer` is who should bear it, `before` what was awarded
    before this, `by` the person who awarded it. What could not be paid now is owed by the fund. `bottomless`: the
    merchant's settlement was just seen to have no floor; raises MovedMeanwhile when it has got one since.
    """
    if claim.remedy in IN_KIND:
        _give_in_kind(claim, at=at)
    if not amount:
        return 0
    number = ON_APPEAL if before > claim.advanced else FIRST
    parts = _parts(claim, amount, before=before)
    if claim.remedy == Remedy.COUPON:
        _give_coupon(claim, amount, number=number, payer=payer, at=at)
        return amount
    if payer == Payer.MERCHANT and bottomless:
        _merchant_pays_surely(claim, parts, number=number, at=at, by=by)
        return amount
    if payer == Payer.MERCHANT and _merchant_pays(claim, parts, number=number, at=at, by=by):
        return amount
    if fund_pays(claim, parts, number=number, as_expense=payer == Payer.FUND, at=at, by=by):
        return amount
    Debt.objects.create(claim=claim, number=number, **parts._asdict(), as_expense=payer == Payer.FUND, owed_at=at)
    tell_people(claim, [claim.consumer], "payment_owed", key=f"owed:{number}", at=at, amount=amount)
    return 0


def award(claim: Claim, amount: int, *, payer: Payer, at: datetime, by: User | None = None) -> int:
    """Pay `amount` (minor units) of the claim in all; how much was paid of it by now, an advance included.

    What the fund paid first is laid on the merchant as far as it has to bear the award, on the platform otherwise; only
    what is beyond it is paid. The consumer keeps an advance that was more.
    """
    if not claim.advanced:
        return pay(claim, amount, payer=payer, at=at, by=by)
    lay_advance(claim, borne_by_merchant=amount if payer == Payer.MERCHANT else 0, at=at, by=by)
    beyond = max(0, amount - claim.advanced)
    return claim.advanced + pay(claim, beyond, payer=payer, at=at, before=claim.advanced, by=by)


def lay_advance(claim: Claim, *, borne_by_merchant: int, at: datetime, by: User | None = None) -> None:
    """It is decided who bears what the fund paid first: the merchant up to that sum, the platform the rest."""
    if claim.advanced:
        charged = min(claim.advanced, borne_by_merchant)
        compensation.lay_advance(claim=claim.number, charged=charged, by=by, at=at)


def awarded(claim: Claim) -> int:
    """What was paid for the claim so far or is owed by the fund, in minor units."""
    owed = claim.debts.filter(paid_at__isnull=True).aggregate(total=Sum(F("refund") + F("compensation")))["total"]
    return claim.paid + (owed or 0)


def _parts(claim: Claim, amount: int, *, before: int) -> Parts:
    refund = min(amount, max(0, claim.refund_part - before))
    return Parts(refund=refund, compensation=amount - refund)


def _merchant_pays_surely(claim: Claim, parts: Parts, *, number: int, at: datetime, by: User | None) -> None:
    """Where nothing can be refused, nothing has to be undone: no savepoint is needed."""
    try:
        claim.payouts_started = _pay_parts(
            claim, parts, number=number, payer=Payer.MERCHANT, as_expense=False, at=at, by=by
        )
    except Overdrawn as overdrawn:
        raise MovedMeanwhile from overdrawn


def _merchant_pays(claim: Claim, parts: Parts, *, number: int, at: datetime, by: User | None) -> bool:
    """Whether the merchant's settlement could give it; if not, nothing was written."""
    try:
        with transaction.atomic():
            claim.payouts_started = _pay_parts(
                claim, parts, number=number, payer=Payer.MERCHANT, as_expense=False, at=at, by=by
            )
    except Overdrawn:
        return False
    return True


def fund_pays(
    claim: Claim, parts: Parts, *, number: int, as_expense: bool, at: datetime, by: User | None = None
) -> bool:
    """Whether the special fund could give it; if not, nothing was written."""
    try:
        with transaction.atomic():
            claim.payouts_started = _pay_parts(
                claim, parts, number=number, payer=Payer.FUND, as_expense=as_expense, at=at, by=by
            )
    except FundExhausted:
        return False
    return True


def merchants_pay(claims: Sequence[Claim], *, at: datetime) -> None:
    """Each merchant pays its claims' first payment in full, all or none, with a few statements for any number.

    Raises Overdrawn when one settlement cannot give its part: then nothing was written.
    """
    sums = [(claim, _parts(claim, claim.amount, before=0)) for claim in claims]
    refunds.refund_all(
        [refunds.Giving(**_refund(claim, parts, FIRST), **_way(claim, at)) for claim, parts in sums if parts.refund]
    )
    compensation.honour_all(
        [
            compensation.Keeping(**_honouring(claim, parts, FIRST), **_way(claim, at))
            for claim, parts in sums
            if parts.compensation
        ]
    )


def _pay_parts(
    claim: Claim, parts: Parts, *, number: int, payer: Payer, as_expense: bool, at: datetime, by: User | None
) -> list[Payout]:
    paid: list[Refund | Honouring] = []
    whose = {**_way(claim, at), "payer": payer, "as_expense": as_expense, "made_by": by}
    if parts.refund:
        given = refunds.refund(**_refund(claim, parts, number), **whose)
        paid.append(given)
        if payer == Payer.FUND and not as_expense:
            _let_the_merchant_owe(claim, given, at=at, by=by)
    if parts.compensation:
        paid.append(compensation.honour(**_honouring(claim, parts, number), **whose))
    return [part.payout for part in paid if part.payout]


def _let_the_merchant_owe(claim: Claim, given: Refund, *, at: datetime, by: User | None) -> None:
    compensation.owe(
        key=given.key,
        merchant=claim.merchant,
        amount=given.amount,
        currency=given.currency,
        claim=claim.number,
        line=claim.line,
        by=by,
        at=at,
    )


def _refund(claim: Claim, parts: Parts, number: int) -> dict[str, Any]:
    """The part that goes back along the payment; the pieces are counted once."""
    return {
        "key": f"{exposure_key(claim)}:refund:{number}",
        "amount": parts.refund,
        "quantity": claim.quantity if number == FIRST else 0,
        "rule": rule_of(claim),
    }


def _honouring(claim: Claim, parts: Parts, number: int) -> dict[str, Any]:
    """The part that goes beyond the payment."""
    return {
        "key": f"{exposure_key(claim)}:compensation:{number}",
        "cause": _cause(claim, number),
        "scheme": rule_of(claim),
        "remedy": Honouring.Remedy.FREIGHT if claim.remedy == Remedy.RETURN else Honouring.Remedy.COMPENSATION,
        "amount": parts.compensation,
    }


def _way(claim: Claim, at: datetime) -> dict[str, Any]:
    return {"line": claim.line, "payee": claim.consumer, "gateway": claim.order.paid_through, "at": at}


def _cause(claim: Claim, number: int) -> str:
    """What the guarantee makes good. A line is made whole once for each cause; freight once for each return."""
    cause = f"freight:{claim.number}" if claim.remedy == Remedy.RETURN else claim.reason
    if (claim.key or "").startswith(CONTEST):
        cause = f"{cause}:contest"
    return cause if number == FIRST else f"{cause}:appeal"


def _give_in_kind(claim: Claim, *, at: datetime) -> None:
    """Record the upgrade or the alternative store that the verdict named, once."""
    key = f"{exposure_key(claim)}:compensation:{FIRST}"
    if Honouring.objects.filter(key=key).exists():
        return
    compensation.honour(
        key=key,
        line=claim.line,
        cause=claim.reason,
        scheme=rule_of(claim),
        remedy=Honouring.Remedy(claim.remedy),
        amount=0,
        payee=claim.consumer,
        payer=Payer.MERCHANT,
        gateway=claim.order.paid_through,
        at=at,
        alternative_store=_alternative_store(claim),
    )


def _give_coupon(claim: Claim, amount: int, *, number: int, payer: Payer, at: datetime) -> None:
    """Issue the coupon that the consumer took instead of the money that the verdict showed beside it.

    A coupon costs nothing before it is spent, so where the merchant's settlement is at its limit the platform bears it.
    """
    shown = _verdict_body(claim)["values"]
    coupon = {
        "key": f"{exposure_key(claim)}:compensation:{number}",
        "line": claim.line,
        "cause": _cause(claim, number),
        "scheme": rule_of(claim),
        "amount": amount,
        "cash_amount": min(shown["cash"]["amount"], amount),
        "holder": claim.consumer,
        "expires_at": at + timedelta(days=shown["days"]),
        "consented_at": claim.filed_at,
        "at": at,
    }
    if payer == Payer.MERCHANT:
        with suppress(Overdrawn), transaction.atomic():
            compensation.honour_by_coupon(**coupon, bearer=claim.merchant)
            return
    compensation.honour_by_coupon(**coupon, bearer=None)


def _alternative_store(claim: Claim) -> Store | None:
    code = _verdict_body(claim).get("values", {}).get("store")
    return Store.objects.filter(code=code).first() if code else None


def rule_of(claim: Claim) -> str:
    """The code of the rule whose verdict the claim rests on."""
    rule: str = _verdict_body(claim).get("trace", {}).get("rule", "")
    return rule


def _verdict_body(claim: Claim) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(claim.verdict.body) if claim.verdict else {}
    return body


# --- what was paid -----------------------------------------------------------------------------------


def coupons_of(claims: Iterable[Claim]) -> dict[int, list[Coupon]]:
    """The coupons that came out of each claim by its id, oldest first: at most one query for any number of claims.

    A claim brings one where its consumer chose that, or as goodwill where the case took a while.
    """
    owners = {key: claim.pk for claim in claims for key in _coupon_keys(claim)}
    found: defaultdict[int, list[Coupon]] = defaultdict(list)
    if owners:
        for coupon in Coupon.objects.filter(key__in=list(owners)).order_by("id"):
            found[owners[coupon.key]].append(coupon)
    return dict(found)


def _coupon_keys(claim: Claim) -> list[str]:
    chosen = payment_keys(claim) if claim.remedy == Remedy.COUPON else []
    return [*chosen, goodwill_key(claim)] if claim.goodwill_at else chosen


def payouts_of(claims: Iterable[Claim]) -> dict[int, list[Payout]]:
    """The payouts of each claim by its id, oldest first: one query for any number of claims."""
    owners = {key: claim.pk for claim in claims if claim.paid for key in payment_keys(claim)}
    owners |= {f"{key}{IN_PLACE}": owner for key, owner in owners.items()}
    found: defaultdict[int, list[Payout]] = defaultdict(list)
    if owners:
        for payout in Payout.objects.filter(key__in=list(owners)).order_by("id"):
            found[owners[payout.key]].append(payout)
    return dict(found)
