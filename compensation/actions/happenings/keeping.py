"""Keep what was promised to the lines that an event affects: judged by their own terms, paid once, in small batches.

Each line is judged by its scheme's rule under the version pinned to its order, and its verdict is stored with the
facts. Money goes out of the merchant's settlement; where that is at its floor the special fund pays in its place; what
an empty fund cannot pay it owes, holding the line's price until it can. However many there are, a batch takes the same
few statements, and one more for each order's terms.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from common.compiled import insert_all
from common.states import move_all_to
from common.transactions import atomic
from compensation.actions.capping import CAPS, Wanted, allow, release
from compensation.actions.guarantees import Keeping, honour, honour_all
from compensation.actions.happenings.dropping import drop
from compensation.actions.happenings.judging import Judged, judge_all
from compensation.actions.happenings.picking import leave_to_a_claim
from compensation.actions.happenings.telling import tell_what_became
from compensation.actions.recoveries import owe
from compensation.models import Affected, Honouring
from ledger.actions import Overdrawn
from ledger.chart import above_their_floors, settlement_of
from orders import actions as orders
from orders.actions import Taking
from orders.models import Store
from policies.actions import on_record
from policies.precedence import IN_KIND
from policies.traces import canonical
from refunds import actions as refunds
from refunds.actions import FundExhausted
from refunds.models import Payer

# How soon an empty fund is asked again.
FUND_AGAIN_AFTER = timedelta(minutes=5)


@atomic
def keep_promises(rows: Sequence[Affected], *, at: datetime) -> None:
    """Judge the locked lines and pay what they are owed. What the fund owes already is paid without judging again.

    Of a cancelled event nothing more is paid. Raises Overdrawn when a settlement cannot give what it could a moment
    ago; then nothing was done.
    """
    drop([row for row in rows if row.happening.cancelled_at], at=at)
    rows = [row for row in rows if row.status != Affected.Status.DROPPED]
    _pay_debts([row for row in rows if row.status == Affected.Status.OWED], at=at)
    fresh = _not_made_good([row for row in rows if row.status == Affected.Status.FOUND], at=at)
    judged = judge_all(fresh, at=at)
    _refuse([one for one in judged if not one.owes], at=at)
    _keep([one for one in judged if one.owes], at=at)


def keeps_at_least(row: Affected, amount: int, *, at: datetime, refundable: int) -> bool:
    """Whether the event would give this line `amount` (minor units) or more, if that much of its price were left."""
    line = row.line
    taken, line.taken = line.taken, line.paid - refundable
    try:
        (judged,) = judge_all([row], at=at)
    finally:
        line.taken = taken
    return judged.owes and judged.chosen is not None and judged.chosen.verdict.amount >= amount


def _not_made_good(rows: Sequence[Affected], *, at: datetime) -> list[Affected]:
    """Those that nobody made good before for the same cause, by a claim or by another event. One query."""
    made_good = set(Honouring.objects.filter(line__in=[row.line_id for row in rows]).values_list("line_id", "cause"))
    before = [row for row in rows if (row.line_id, row.cause) in made_good]
    leave_to_a_claim(before, because="made_good_before", at=at)
    return [row for row in rows if (row.line_id, row.cause) not in made_good]


# --- what is not owed --------------------------------------------------------------------------------


def _refuse(judged: Sequence[Judged], *, at: datetime) -> None:
    """Nothing is owed at once: the verdict says why, and the consumer may still claim what a claim can bring."""
    _store_verdicts(judged, at=at)
    for because, rows in _by((_because(one), one.row) for one in judged).items():
        move_all_to(rows, Affected.Status.REFUSED, at=at, history={}, because=because, due_at=None, ended_at=at)
    tell_what_became([one.row for one in judged], at=at)


def _because(judged: Judged) -> str:
    if judged.chosen is None:
        return "no_terms"
    verdict = judged.chosen.verdict
    return "not_at_once" if verdict.granted else verdict.because


def _store_verdicts(judged: Sequence[Judged], *, at: datetime) -> None:
    """The verdicts with all that they were made from, and what each line keeps of its own."""
    stored = [
        (
            one,
            on_record(
                key=one.row.key, version=option.version, facts=option.facts, judged_at=at, verdict=option.verdict
            ),
        )
        for one in judged
        if (option := one.chosen)
    ]
    insert_all([verdict for _, verdict in stored])
    for one, verdict in stored:
        one.row.verdict = verdict
        one.row.alternative = canonical(one.alternative.verdict) if one.alternative else ""
    Affected.objects.bulk_update(
        [one.row for one, _ in stored], ["verdict", "alternative", "amount", "compensation", "payer"]
    )


# --- what is owed ------------------------------------------------------------------------------------


def _keep(judged: Sequence[Judged], *, at: datetime) -> None:
    """Take it off the caps and the lines, and pay it. A line whose price went elsewhere meanwhile is tried again."""
    _allow(judged, at=at)
    wanted = [
        Taking(one.row.key, one.row.line_id, one.row.refund_part, one.row.line.refundable_quantity)
        for one in judged
        if one.row.refund_part
    ]
    taken = orders.take_all(wanted, at=at)
    fitting = [one for one in judged if not one.row.refund_part or one.row.key in taken]
    late = [one.row for one in judged if one.row.refund_part and one.row.key not in taken]
    release([row.key for row in late])
    Affected.objects.filter(pk__in=[row.pk for row in late]).update(due_at=at + FUND_AGAIN_AFTER)
    _pay([one for one in fitting if _is_money(one)], at=at)
    _give_in_kind([one for one in fitting if not _is_money(one)], at=at)


def _is_money(judged: Judged) -> bool:
    return judged.chosen is not None and judged.chosen.verdict.remedy not in IN_KIND


def _allow(judged: Sequence[Judged], *, at: datetime) -> None:
    """What the rule gave, less what the caps cut off."""
    uses = allow(
        [
            Wanted(
                key=one.row.key,
                line=one.row.line,
                scheme=one.scheme,
                amount=one.chosen.verdict.compensation if one.chosen else 0,
                version=one.around.versions.get(CAPS),
            )
            for one in judged
        ],
        at=at,
    )
    insert_all([use for use in uses if use])
    for one, use in zip(judged, uses, strict=True):
        if one.chosen:
            cut = use.cut if use else 0
            one.row.amount = one.chosen.verdict.amount - cut
            one.row.compensation = one.chosen.verdict.compensation - cut


def _pay(judged: Sequence[Judged], *, at: datetime) -> None:
    """Out of the settlements where they can give it, out of the fund where not, and otherwise it is owed."""
    by_merchant = _payable([one.row for one in judged])
    by_fund = [one.row for one in judged if one.row not in by_merchant]
    merchants_pay(by_merchant, schemes={one.row.pk: one.scheme for one in judged}, at=at)
    paid = list(by_merchant)
    owed: list[Affected] = []
    for row in by_fund:
        scheme = next(one.scheme for one in judged if one.row is row)
        (paid if _fund_pays(row, scheme=scheme, at=at) else owed).append(row)
    _store_verdicts(judged, at=at)
    _end(paid, Affected.Status.PAID, at=at)
    move_all_to(
        owed, Affected.Status.OWED, at=at, history={}, because="fund_exhausted", due_at=at + FUND_AGAIN_AFTER, tries=0
    )
    tell_what_became([*paid, *owed], at=at)


def _payable(rows: Sequence[Affected]) -> list[Affected]:
    """Those that their merchants' settlements can give, the first found first. One query."""
    settlements = {row.pk: settlement_of(row.line.order.merchant_id, row.currency) for row in rows}
    left = above_their_floors(set(settlements.values())) if rows else {}
    taken: defaultdict[object, int] = defaultdict(int)
    payable = []
    for row in rows:
        settlement = settlements[row.pk]
        if settlement not in left or taken[settlement] + row.amount <= left[settlement]:
            taken[settlement] += row.amount
            payable.append(row)
    return payable


def merchants_pay(rows: Sequence[Affected], *, schemes: Mapping[int, str], at: datetime) -> None:
    """Each merchant pays for its lines, all or none, with a few statements for any number. Raises Overdrawn."""
    refunds.refund_all(
        [
            refunds.Giving(
                key=f"{row.key}:refund",
                line=row.line,
                amount=row.refund_part,
                quantity=row.line.refundable_quantity,
                payee=row.line.order.consumer,
                gateway=row.line.order.paid_through,
                at=at,
                rule=schemes[row.pk],
            )
            for row in rows
            if row.refund_part
        ]
    )
    honour_all(
        [
            Keeping(
                key=f"{row.key}:compensation",
                line=row.line,
                cause=row.cause,
                scheme=schemes[row.pk],
                remedy=Honouring.Remedy.COMPENSATION,
                amount=row.compensation,
                payee=row.line.order.consumer,
                gateway=row.line.order.paid_through,
                at=at,
            )
            for row in rows
            if row.compensation
        ]
    )
    _honour_without_money([row for row in rows if not row.compensation], schemes=schemes, at=at)
    for row in rows:
        row.payer = Payer.MERCHANT


def _honour_without_money(rows: Sequence[Affected], *, schemes: Mapping[int, str], at: datetime) -> None:
    """Where nothing comes on top, it is still made good once for its cause."""
    insert_all(
        [
            Honouring(
                key=f"{row.key}:compensation",
                line=row.line,
                cause=row.cause,
                scheme=schemes[row.pk],
                remedy=Honouring.Remedy.COMPENSATION,
                amount=0,
                currency=row.currency,
                honoured_at=at,
            )
            for row in rows
        ]
    )


def _fund_pays(row: Affected, *, scheme: str, at: datetime) -> bool:
    """Whether the special fund could give it in the merchant's place; if not, nothing was written."""
    order = row.line.order
    whose: dict[str, Any] = {
        "line": row.line,
        "payee": order.consumer,
        "payer": Payer.FUND,
        "gateway": order.paid_through,
        "at": at,
    }
    try:
        with transaction.atomic():
            if row.refund_part:
                refunds.refund(
                    key=f"{row.key}:refund",
                    amount=row.refund_part,
                    quantity=row.line.refundable_quantity,
                    rule=scheme,
                    **whose,
                )
                owe(
                    key=f"{row.key}:refund",
                    merchant=order.merchant,
                    amount=row.refund_part,
                    currency=row.currency,
                    claim="",
                    line=row.line,
                    at=at,
                )
            honour(
                key=f"{row.key}:compensation",
                cause=row.cause,
                scheme=scheme,
                remedy=Honouring.Remedy.COMPENSATION,
                amount=row.compensation,
                **whose,
            )
    except FundExhausted:
        return False
    row.payer = Payer.FUND
    return True


def _pay_debts(rows: Sequence[Affected], *, at: datetime) -> None:
    """What an empty fund owed: the merchant's settlement is asked again first, then the fund."""
    still_owed = []
    for row in rows:
        scheme = _scheme_of(row)
        if _merchant_pays(row, scheme=scheme, at=at) or _fund_pays(row, scheme=scheme, at=at):
            Affected.objects.filter(pk=row.pk).update(payer=row.payer)
            _end([row], Affected.Status.PAID, at=at)
            tell_what_became([row], at=at)
        else:
            still_owed.append(row.pk)
    Affected.objects.filter(pk__in=still_owed).update(due_at=at + FUND_AGAIN_AFTER)


def _merchant_pays(row: Affected, *, scheme: str, at: datetime) -> bool:
    try:
        with transaction.atomic():
            merchants_pay([row], schemes={row.pk: scheme}, at=at)
    except Overdrawn:
        return False
    return True


def _scheme_of(row: Affected) -> str:
    assert row.verdict is not None  # noqa: S101 what is owed was judged
    return row.verdict.version.policy.code


def _give_in_kind(judged: Sequence[Judged], *, at: datetime) -> None:
    """Where the terms give no money but something else, it is on record and told."""
    for one in judged:
        values = one.chosen.verdict.values if one.chosen else {}
        store = Store.objects.filter(code=values.get("store", "")).first()
        honour(
            key=f"{one.row.key}:compensation",
            line=one.row.line,
            cause=one.row.cause,
            scheme=one.scheme,
            remedy=Honouring.Remedy(one.chosen.verdict.remedy) if one.chosen else "",
            amount=0,
            payee=one.row.line.order.consumer,
            payer=Payer.MERCHANT,
            gateway=one.row.line.order.paid_through,
            at=at,
            alternative_store=store,
        )
    _store_verdicts(judged, at=at)
    _end([one.row for one in judged], Affected.Status.GIVEN, at=at)
    tell_what_became([one.row for one in judged], at=at)


def _end(rows: Sequence[Affected], status: Affected.Status, *, at: datetime) -> None:
    for was_rows in _by((str(row.status), row) for row in rows).values():
        move_all_to(was_rows, status, at=at, history={}, because="", due_at=None, ended_at=at)


def _by(pairs: Iterable[tuple[str, Affected]]) -> dict[str, list[Affected]]:
    found: defaultdict[str, list[Affected]] = defaultdict(list)
    for name, row in pairs:
        found[name].append(row)
    return found
