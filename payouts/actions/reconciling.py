"""Reconcile: read a provider's report line by line, book what it took, and keep what does not fit as breaks.

A report is read in batches, each a transaction of its own that also says how far the report is read, so that reading
goes on where it was left whatever dies. A line is news about its payout and never a reason to pay.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from common.compiled import insert_all
from common.crash_points import crash_point
from common.errors import Refusal
from common.sessions import free_from_the_dead, this_session
from common.states import move_all_to
from common.transactions import atomic
from ledger.actions import Posting, post
from ledger.chart import clearing_at, client_cash
from ledger.models import TransferKind
from payouts.actions.keeping import Found, as_key, keep_lines, payouts_of, said_before
from payouts.actions.receiving import LEASE, LONGEST_TEXT, items_after
from payouts.actions.recording import settle
from payouts.gateways.interface import Answer, Outcome
from payouts.gateways.report_items import End, Flaw, Item, Movement
from payouts.gateways.reports import find_report_format
from payouts.matching import Class, Line, Match, match_lines, may_be_missed_until
from payouts.models import (
    Attention,
    Break,
    BreakKind,
    BreakMove,
    BreakStatus,
    Payout,
    RejectedLine,
    Report,
    ReportLine,
    ReportPart,
    Status,
    Wrong,
)
from payouts.models.reconciliation import transfer_key

logger = logging.getLogger(__name__)

LINES_AT_ONCE = 2_000

# How soon a line is looked at again whose payout is still on its way, and how long its provider is asked before the
# report is taken for the answer.
LOOK_AGAIN, ASKED_LONG_ENOUGH = timedelta(minutes=5), timedelta(hours=1)

BREAKS = {
    Class.MISSING_HERE: BreakKind.MISSING_HERE,
    Class.AMOUNT_DIFFERS: BreakKind.AMOUNT_DIFFERS,
    Class.CURRENCY_DIFFERS: BreakKind.CURRENCY_DIFFERS,
    Class.DUPLICATE: BreakKind.DUPLICATE,
}

Told = Callable[[Report], object]


class ReadMeanwhile(Refusal):
    """Somebody else reads this report at the same time."""

    code = "read_meanwhile"
    message = _("This report is being read by somebody else already.")


def import_next_report(*, now: datetime) -> int:
    """Read the report that has been due longest; how many there were, 0 or 1."""
    free_from_the_dead(Report, due="next_at", now=now)
    report = _take_due(now)
    if report is None:
        return 0
    try:
        import_report(report=report, at=now)
    except ReadMeanwhile:
        logger.info("Report %s is read by somebody else.", report.pk)
    return 1


@atomic
def _take_due(now: datetime) -> Report | None:
    report = Report.objects.due(now).select_for_update(skip_locked=True, no_key=True).first()
    if report:
        take_in_hand(report, now)
    return report


def take_in_hand(report: Report, at: datetime) -> None:
    """Leave the reading to this session from now on."""
    unfinished = Report.objects.filter(pk=report.pk, finished_at__isnull=True)
    unfinished.update(next_at=at + LEASE, in_hand_of=this_session())


# --- a report, line by line ------------------------------------------------------------------------


def import_report(*, report: Report, at: datetime, told: Told = lambda _report: None) -> None:
    """Read the report on to its end, then look for what it should have named; `told` is called after each batch.

    A report that was read to its end stays as it is. Raises ReadMeanwhile, and what was read until then stays.
    """
    if report.finished_at is None:
        items = _with_one_end(items_after(report, report.lines_read))
        end: End | None = None
        while batch := list(islice(items, LINES_AT_ONCE)):
            if isinstance(last := batch[-1], End):
                end = last
                batch.pop()
            crash_point("payouts.before_report_batch")
            if batch:
                _keep(report, batch, at)
                told(report)
        _finish(report, end, at)
        crash_point("payouts.after_report_is_finished")
    seek_missing(gateway=report.gateway, at=at)


def _with_one_end(items: Iterator[Item]) -> Iterator[Item]:
    """The items; an end that others follow is none, but a line that cannot be used."""
    last: Item | None = None
    for item in items:
        if isinstance(last, End):
            yield Flaw(last.number, Wrong.COLUMNS, f"end,{last.lines}")
        elif last:
            yield last
        last = item
    if last:
        yield last


@atomic
def _keep(report: Report, batch: Sequence[Item], at: datetime) -> None:
    """Book the movements of a batch and keep its lines, flaws and breaks, all or nothing."""
    _lock(report)
    fresh, flaws = _new_in(report, batch)
    keys = [as_key(movement.reference) for movement in fresh]
    payouts = payouts_of(report.gateway, keys)
    asked = (Line(key, it.amount, it.currency) for key, it in zip(keys, fresh, strict=True))
    matches = list(match_lines(asked, {key: found.known for key, found in payouts.items()}))
    spoken_of = [payouts.get(key) for key in keys]
    numbers = keep_lines(report, fresh, matches, spoken_of, batch=batch[0].number, at=at)
    _book(report, fresh, batch=batch[0].number, at=at)
    judged = list(zip(matches, spoken_of, fresh, strict=True))
    _explain_missing([found.pk for match, found, _ in judged if match.stands and found and found.is_missed], at)
    _open_breaks(
        [
            _break_of(report.gateway, numbers[it.number], match, found, at)
            for match, found, it in judged
            if match.found in BREAKS
        ]
    )
    _have_looked_at([found.pk for match, found, _ in judged if match.found == Class.ON_ITS_WAY and found], at)
    RejectedLine.objects.bulk_create(
        [RejectedLine(report=report, number=it.number, because=it.because, text=it.text[:LONGEST_TEXT]) for it in flaws]
    )
    report.lines_read = batch[-1].number
    report.lines_kept += len(fresh)
    report.lines_rejected += len(flaws)
    report.lines_repeated += len(batch) - len(fresh) - len(flaws)
    report.next_at, report.in_hand_of = at + LEASE, this_session()
    report.save(update_fields=["lines_read", "lines_kept", "lines_rejected", "lines_repeated", "next_at", "in_hand_of"])
    crash_point("payouts.before_report_batch_is_committed")


def _lock(report: Report) -> None:
    """One judge of a gateway's lines at a time. Raises ReadMeanwhile when the report was read on by another."""
    lock_lines_of(report.gateway)
    stands = Report.objects.values_list("lines_read", "finished_at").get(pk=report.pk)
    if stands != (report.lines_read, report.finished_at):
        raise ReadMeanwhile


def lock_lines_of(gateway: str) -> None:
    """Until this transaction ends, nobody else decides what accounts for this gateway's payouts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payouts.reports:{gateway}"])


def _new_in(report: Report, batch: Sequence[Item]) -> tuple[list[Movement], list[Flaw]]:
    """The movements that no line was kept of yet, and what cannot be used; repeated lines are neither."""
    movements = [item for item in batch if isinstance(item, Movement)]
    flaws = [item for item in batch if isinstance(item, Flaw)]
    said = said_before(report.gateway, movements)
    fresh = []
    for it in movements:
        says = (it.reference, it.amount, it.currency, it.paid_at)
        if it.provider_id not in said:
            said[it.provider_id] = says
            fresh.append(it)
        elif said[it.provider_id] != says:
            text = ",".join([it.provider_id, it.reference, str(it.amount), it.currency, it.paid_at.isoformat()])
            flaws.append(Flaw(it.number, Wrong.CONTRADICTS, text))
    return fresh, flaws


def _book(report: Report, movements: Sequence[Movement], *, batch: int, at: datetime) -> None:
    """The provider took this from our cash: one transfer for the lines of each currency."""
    sums: Counter[str] = Counter()
    for movement in movements:
        sums[movement.currency] += movement.amount
    post(
        *(
            Posting(
                key=transfer_key(report.pk, batch, currency),
                debit=clearing_at(report.gateway, currency),
                credit=client_cash(currency),
                amount=amount,
                kind=TransferKind.CLEARING,
                happened_at=at,
            )
            for currency, amount in sorted(sums.items())
        )
    )


def _break_of(gateway: str, line: int, match: Match, found: Found | None, at: datetime) -> Break:
    """What is at stake: the difference of two sums, or the whole of one."""
    differs = match.found == Class.AMOUNT_DIFFERS and found
    return Break(
        gateway=gateway,
        kind=BREAKS[match.found],
        payout_id=found.pk if found else None,
        line_id=line,
        amount=abs(found.known.amount - match.line.amount) if differs and found else match.line.amount,
        currency=match.line.currency,
        opened_at=at,
    )


def _open_breaks(found: Sequence[Break]) -> None:
    insert_all(found)
    insert_all([BreakMove(settles_id=each.pk, became=each.status, at=each.opened_at) for each in found])


def _explain_missing(payouts: Sequence[int], at: datetime) -> None:
    """The provider named these payouts after all."""
    if not payouts:
        return
    waited = Break.objects.unsettled().filter(kind=BreakKind.MISSING_THERE, payout__in=payouts)
    explain(waited, at=at)


def explain(found: QuerySet[Break], *, at: datetime) -> None:
    """What was seen since explains these breaks; also those that somebody has proposed to resolve."""
    locked = list(found.order_by("id").select_for_update())
    for status in (BreakStatus.OPEN, BreakStatus.PROPOSED):
        of_status = [each for each in locked if each.status == status]
        move_all_to(of_status, BreakStatus.EXPLAINED, at=at, history={}, ended_at=at, proposed_by=None)


def _have_looked_at(payouts: Sequence[int], at: datetime) -> None:
    """Their providers are asked soon: a line of a report is a reason to ask, as a webhook is."""
    if not payouts:
        return
    waiting = Payout.objects.open_to_news().filter(pk__in=payouts, next_at__isnull=False)
    told = [payout.pk for payout in waiting.order_by("id").select_for_update(no_key=True)]
    Payout.objects.filter(pk__in=told).update(next_at=Least(F("next_at"), at))


@atomic
def _finish(report: Report, end: End | None, at: datetime) -> None:
    """The file is read and no longer needed. It is complete when it says so itself and nothing is missing."""
    _lock(report)
    report.complete = end is not None and end.lines == (
        report.lines_kept + report.lines_repeated + report.lines_rejected
    )
    report.finished_at, report.next_at, report.in_hand_of = at, None, None
    report.save(update_fields=["complete", "finished_at", "next_at", "in_hand_of"])
    ReportPart.objects.filter(report=report).delete()
    crash_point("payouts.before_report_is_finished")


# --- what no report names --------------------------------------------------------------------------


def seek_missing(*, gateway: str, at: datetime) -> int:
    """Open a break for each settled payout that the reports should name by now and do not; how many there are.

    Only complete reports speak for what is not in them, and only once the reports reach the format's grace further.
    """
    reach = Report.objects.filter(gateway=gateway, complete=True).aggregate(latest=Max("covers_until"))
    if reach["latest"] is None:
        return 0
    open_ended = Report.objects.filter(gateway=gateway, complete=True).exclude(sought_until__gte=F("covers_until"))
    numbers = open_ended.order_by("covers_from", "id").values_list("pk", flat=True)
    return sum(_seek(number, latest=reach["latest"], at=at) for number in list(numbers))


@atomic
def _seek(number: int, *, latest: datetime, at: datetime) -> int:
    """Go on where this report's period was last left."""
    report = Report.objects.select_for_update().get(pk=number)
    lock_lines_of(report.gateway)
    if report.covers_from is None or report.covers_until is None:
        return 0
    start = report.sought_until or report.covers_from
    grace = find_report_format(report.gateway).grace
    until = may_be_missed_until(report.covers_until, latest=latest, grace=grace)
    if until <= start:
        return 0
    named = ReportLine.objects.filter(payout=OuterRef("pk"), stands=True)
    known = Break.objects.filter(payout=OuterRef("pk"), kind=BreakKind.MISSING_THERE).exclude(
        status=BreakStatus.EXPLAINED
    )
    missed = Payout.objects.filter(
        ~Exists(named),
        ~Exists(known),
        ~Q(gateway="wallet"),
        gateway=report.gateway,
        status=Status.SETTLED,
        ended_at__gte=start,
        ended_at__lt=until,
    )
    found = [_missing_there(payout, at) for payout in missed.order_by("ended_at", "id")]
    _open_breaks(found)
    Report.objects.filter(pk=report.pk).update(sought_until=until)
    crash_point("payouts.before_missing_are_committed")
    return len(found)


def _missing_there(payout: Payout, at: datetime) -> Break:
    return Break(
        gateway=payout.gateway,
        kind=BreakKind.MISSING_THERE,
        payout_id=payout.pk,
        amount=payout.amount,
        currency=payout.currency,
        opened_at=at,
    )


# --- lines whose payouts are on their way ----------------------------------------------------------


def look_at_lines_again(*, now: datetime, limit: int = 500) -> int:
    """Look at lines whose payout had not settled yet when they were read; how many there were."""
    waiting = _look(now, limit)
    for line in waiting:
        crash_point("payouts.before_settled_by_report")
        _settle_by_report(line, now)
    return len(waiting)


@atomic
def _look(now: datetime, limit: int) -> list[ReportLine]:
    due = ReportLine.objects.filter(next_at__lte=now).order_by("next_at", "id")
    lines = list(
        due.select_related("payout", "report").select_for_update(of=["self"], skip_locked=True, no_key=True)[:limit]
    )
    for line in lines:
        _look_at(line, now)
    crash_point("payouts.before_lines_are_looked_at")
    return lines


def _look_at(line: ReportLine, now: datetime) -> None:
    payout = line.payout
    if payout is None:
        return
    unsettled = Break.objects.unsettled().filter(line=line)
    has_ended = payout.ended_at is not None
    ReportLine.objects.filter(pk=line.pk).update(next_at=None if has_ended else now + LOOK_AGAIN)
    if payout.status == Status.SETTLED:
        explain(unsettled.filter(kind=BreakKind.MISSING_HERE), at=now)
        return
    grace = find_report_format(line.gateway).grace
    overdue = payout.status == Status.RELEASED or now >= line.report.received_at + grace
    if overdue and not Break.objects.filter(line=line).exclude(status=BreakStatus.EXPLAINED).exists():
        _open_breaks([_missing_here(line, now)])


def _missing_here(line: ReportLine, at: datetime) -> Break:
    return Break(
        gateway=line.gateway,
        kind=BreakKind.MISSING_HERE,
        payout_id=line.payout_id,
        line_id=line.pk,
        amount=line.amount,
        currency=line.currency,
        opened_at=at,
    )


@atomic
def _settle_by_report(line: ReportLine, now: datetime) -> None:
    """Take the report for the provider's answer where the provider itself gives none: the money has left already.

    The line names our key, the sum and the currency, so nothing is paid by this; it is only known.
    """
    if line.payout_id is None:
        return
    payout = Payout.objects.select_for_update(no_key=True).get(pk=line.payout_id)
    if not _is_told_by_nobody_else(payout, line, now):
        return
    settle(payout, Answer(outcome=Outcome.SETTLED, reference=line.provider_id, because="reported as paid"), now)
    ReportLine.objects.filter(pk=line.pk).update(next_at=now)
    crash_point("payouts.before_settled_by_report_is_committed")


def _is_told_by_nobody_else(payout: Payout, line: ReportLine, now: datetime) -> bool:
    if payout.ended_at is not None or payout.status == Status.RESERVED:
        return False
    if payout.attention in (Attention.PARKED, Attention.KEY_WINDOW, Attention.UNCONFIRMED):
        return True
    asked = payout.status in (Status.SENT, Status.UNKNOWN)
    return asked and now >= line.report.received_at + ASKED_LONG_ENOUGH
