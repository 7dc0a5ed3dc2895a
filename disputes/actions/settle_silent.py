"""Many claims whose merchants said nothing are settled at once, with the same few statements for any number of them.

What becomes of each is exactly what `time_out` does with one. Only the plain ones are taken: money asked for, paid
through the wallet, with nothing else going on. Whatever is special about a claim is left to `time_out`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from common.constraints import check_at_once
from common.states import move_all_to
from common.transactions import atomic
from disputes.deadlines import deadline_of
from disputes.models import Claim, CloseReason, Deed, Offer, Party, Status
from disputes.payments import merchants_pay
from disputes.rights import is_overdue
from disputes.tidings import tell_both_of_all
from ledger.chart import above_their_floors, settlement_of
from payouts.gateways.registry import WALLET
from policies.actions import confirmed
from policies.words import Remedy

IN_MONEY = frozenset({Remedy.REFUND, Remedy.COMPENSATION})


@atomic
def settle_silent(*, claims: Sequence[Claim], at: datetime) -> list[Claim]:
    """Settle those of the locked claims that are plain, for what was asked; they come back, the others are untouched.

    Raises Overdrawn when a settlement cannot give what it could a moment ago; then nothing was done.
    """
    plain = _payable(_confirmed(_plain(claims, at)))
    if plain:
        finished = {"turn": "", "due_at": None, "closed_at": at, "close_reason": CloseReason.MERCHANT_SILENT}
        values = {claim.pk: {"amount": claim.amount, "currency": claim.currency} for claim in plain}
        history = {"kind": Deed.MERCHANT_SILENT, "party": Party.CLOCK, "actor": None, "values": values}
        move_all_to(plain, Status.SETTLED, at=at, history=history, paid=F("amount"), **finished)
        tell_both_of_all(plain, "deadline_passed", case_="merchant_silent", at=at)
        check_at_once()  # all that was written so far, before the merchants' settlements are locked
        merchants_pay(plain, at=at)
    return plain


def _plain(claims: Sequence[Claim], at: datetime) -> list[Claim]:
    """Those that wait for their merchant's first word and want money in their wallet. One query."""
    silent = [claim for claim in claims if is_overdue(claim, at) and _is_in_money(claim)]
    offered = set(
        Offer.objects.filter(claim__in=[claim.pk for claim in silent], status=Offer.Status.OPEN).values_list(
            "claim", flat=True
        )
    )
    return [claim for claim in silent if claim.pk not in offered]


def _is_in_money(claim: Claim) -> bool:
    return (
        deadline_of(claim.status, claim.level).lapse == Deed.MERCHANT_SILENT
        and claim.remedy in IN_MONEY
        and claim.amount > 0
        and not claim.advanced
        and claim.order.paid_through == WALLET
        and not claim.replayed
    )


def _confirmed(claims: Sequence[Claim]) -> list[Claim]:
    """Those whose verdict, judged again from its facts, says the same with the same trace: nobody else will look."""
    same = confirmed(claim.verdict for claim in claims if claim.verdict)
    return [claim for claim in claims if claim.verdict_id in same]


def _payable(claims: Sequence[Claim]) -> list[Claim]:
    """Those that their merchants' settlements can give, the oldest first. One query."""
    left = above_their_floors({settlement_of(claim.merchant_id, claim.currency) for claim in claims})
    taken: defaultdict[object, int] = defaultdict(int)
    payable = []
    for claim in claims:
        settlement = settlement_of(claim.merchant_id, claim.currency)
        if settlement not in left or taken[settlement] + claim.amount <= left[settlement]:
            taken[settlement] += claim.amount
            payable.append(claim)
    return payable
