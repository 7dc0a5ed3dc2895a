"""A provider's report is read once, whole or in parts, and every line of it is booked and judged."""

from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from django.db import IntegrityError, transaction

from ledger.chart import balance_of, clearing_at, client_cash
from payouts.actions import (
    NoReports,
    ReadMeanwhile,
    UnreadableReport,
    import_next_report,
    import_report,
    look_at_lines_again,
    receive_report,
    send_next,
)
from payouts.actions.receiving import LARGEST, ImpossiblePeriod, NotText
from payouts.models import (
    Attention,
    Break,
    BreakKind,
    BreakStatus,
    Payout,
    RejectedLine,
    Report,
    ReportLine,
    ReportPart,
    Status,
)
from payouts.proofs import prove
from payouts.tests.conftest import sweep_until_it_ends
from payouts.tests.reports import Said, imported, said, settled, written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def day(now):
    """A day that is over, with its end."""
    return now - 3 * DAY, now - 2 * DAY


def clearing() -> int:
    return balance_of(clearing_at("sandbox", "GBP")).posted


def kinds() -> list[str]:
    return sorted(Break.objects.unsettled().values_list("kind", flat=True))


def test_when_both_sides_agree_clearing_returns_to_zero(consumer, day, now):
    payouts = settled(consumer, [12_50, 8_00, 99], at=day[0])
    assert clearing() == 21_49
    cash = balance_of(client_cash("GBP")).posted
    report = imported(written(map(said, payouts), start=day[0], end=day[1]), at=now)
    assert (clearing(), balance_of(client_cash("GBP")).posted) == (0, cash - 21_49)
    assert (report.lines_kept, report.complete, kinds()) == (3, True, [])
    assert list(prove()) == []


def test_the_same_file_again_is_nothing_new(consumer, day, now):
    content = written(map(said, settled(consumer, [12_50], at=day[0])), start=day[0], end=day[1])
    first = imported(content, at=now)
    assert receive_report(gateway="sandbox", name="again.csv", file=BytesIO(content), by=None, at=now) == (first, False)
    assert (imported(content, at=now).pk, ReportLine.objects.count(), clearing()) == (first.pk, 1, 0)


def test_reports_that_overlap_book_each_movement_once(consumer, day, now):
    payouts = settled(consumer, [1_00, 2_00, 3_00], at=day[0])
    imported(written(map(said, payouts[:2]), start=day[0], end=day[1]), at=now)
    second = imported(written(map(said, payouts[1:]), start=day[0], end=day[1]), at=now)
    assert (second.lines_kept, second.lines_repeated, second.complete) == (1, 1, True)
    assert (clearing(), kinds()) == (0, [])
    assert list(prove()) == []


def test_each_line_that_cannot_be_used_is_named_and_keeps_no_other_back(consumer, day, now):
    [payout] = settled(consumer, [1_00], at=day[0])
    good = said(payout)
    when = day[0].isoformat()
    bad = [
        "too,few", f",ref,1,GBP,{when}", f"m1,,1,GBP,{when}", f"m1,ref,0,GBP,{when}", f"m1,ref,1.5,GBP,{when}",
        f"m1,ref,1,gbp,{when}", "m1,ref,1,GBP,yesterday", "m1,ref,1,GBP,2026-01-01T00:00:00", "x" * 5_000,
        f"{good.provider_id},{good.reference},7,GBP,{when}", "end,1", f'"m1,ref,1,GBP,{when}', "\x00\xff,,,,",
        f'm1,"ref"x\r"y,1,GBP,{when}', "m1,ref,1,GBP,9999-12-31T23:59:59+00:00", "m1,ref,1,GBP,0001-01-01T00:00:00Z",
        f"m1,ref,1,GBP,{(now + timedelta(days=1, seconds=1)).isoformat()}", f"m1,ref,{10**13 + 1},GBP,{when}",
    ]  # fmt: skip
    content = written([good], start=day[0], end=day[1], ends="\n".join([*bad, f"end,{1 + len(bad)}"]))
    report = imported(content, at=now)
    assert [line.because for line in report.rejected.order_by("number")] == [
        "columns", "id", "reference", "amount", "amount", "currency", "moment", "moment", "too_long", "contradicts",
        "columns", "columns", "reference", "columns", "untimely", "untimely", "untimely", "too_large",
    ]  # fmt: skip
    assert [line.number for line in report.rejected.order_by("number")] == list(range(4, 4 + len(bad)))
    assert (report.lines_kept, report.lines_rejected, report.complete, clearing()) == (1, len(bad), True, 0)


@pytest.mark.parametrize("ends", ["", "end,3", "end,2\nend,1"])
def test_a_report_without_its_own_end_says_nothing_of_what_is_not_in_it(consumer, day, now, ends):
    first, second = settled(consumer, [1_00, 2_00], at=day[0])
    report = imported(written([said(first)], start=day[0], end=now, ends=ends), at=now)
    assert (report.complete, kinds(), clearing()) == (False, [], 2_00)
    assert list(prove()) == []
    assert second.report_lines.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"report,2026-01-01,2026-01-02\n", b"report,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z\n",
        b'"report",2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\r"id",reference\r', b'report,"' + b"x" * 200_000,
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_and_nothing_is_kept(content, now, db):
    with pytest.raises(UnreadableReport):
        receive_report(gateway="sandbox", name="x", file=BytesIO(content), by=None, at=now)
    assert not Report.objects.exists()


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9999-12-30T00:00:00Z"])
def test_a_period_that_cannot_be_is_refused(start, now, db):
    content = f"report,{start},9999-12-31T23:59:59Z\nid,reference,amount,currency,paid_at\nend,0\n".encode()
    with pytest.raises(ImpossiblePeriod):
        receive_report(gateway="sandbox", name="x", file=BytesIO(content), by=None, at=now)
    assert not Report.objects.exists()


WORKBOOK = b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(range(256)) * 20


@pytest.mark.parametrize("content", [WORKBOOK, "report,2026-01-01".encode("utf-16"), b'\xd0\xcf\x11\xe0\x00"\r"x'])
def test_a_spreadsheet_is_refused_with_what_to_do(content, now, db):
    with pytest.raises(NotText, match="Save it as CSV in UTF-8"):
        receive_report(gateway="sandbox", name="day.xlsx", file=BytesIO(content), by=None, at=now)
    assert not Report.objects.exists()


def test_a_gateway_without_reports_is_refused(now):
    with pytest.raises(NoReports):
        receive_report(gateway="wallet", name="x", file=BytesIO(b""), by=None, at=now)


def test_reading_goes_on_where_it_was_left(consumer, day, now, monkeypatch):
    monkeypatch.setattr("payouts.actions.reconciling.LINES_AT_ONCE", 2)
    payouts = settled(consumer, [1_00, 2_00, 3_00, 4_00, 5_00], at=day[0])
    content = written(map(said, payouts), start=day[0], end=day[1])
    report = receive_report(gateway="sandbox", name="x", file=BytesIO(content), by=None, at=now).report

    def die(_report):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_report(report=report, at=now, told=die)
    assert (ReportLine.objects.count(), clearing()) == (2, 12_00)
    assert list(prove()) == []
    other = Report.objects.get()
    import_report(report=other, at=now)
    assert (other.lines_kept, other.complete, clearing(), ReportPart.objects.count()) == (5, True, 0, 0)
    assert list(prove()) == []


def test_two_readers_of_one_report_read_each_line_once(consumer, day, now, monkeypatch):
    monkeypatch.setattr("payouts.actions.reconciling.LINES_AT_ONCE", 2)
    payouts = settled(consumer, [1_00, 2_00, 3_00], at=day[0])
    content = written(map(said, payouts), start=day[0], end=day[1])
    report = receive_report(gateway="sandbox", name="x", file=BytesIO(content), by=None, at=now).report

    def let_another_finish(_report):
        monkeypatch.undo()
        import_report(report=Report.objects.get(), at=now)

    with pytest.raises(ReadMeanwhile):
        import_report(report=report, at=now, told=let_another_finish)
    assert (ReportLine.objects.count(), clearing(), kinds()) == (3, 0, [])


def test_a_sweep_reads_what_was_uploaded(consumer, day, now):
    content = written(map(said, settled(consumer, [1_00], at=day[0])), start=day[0], end=day[1])
    receive_report(gateway="sandbox", name="x", file=BytesIO(content), by=None, at=now)
    assert [import_next_report(now=now), import_next_report(now=now)] == [1, 0]
    assert (Report.objects.get().complete, clearing()) == (True, 0)


def test_an_empty_report_is_a_report(day, now, db):
    report = imported(written([], start=day[0], end=day[1]), at=now)
    assert (report.complete, report.lines_kept) == (True, 0)


# --- what differs ----------------------------------------------------------------------------------


def test_the_six_kinds_and_what_each_leaves_on_clearing(consumer, day, now):
    good, other_sum, other_currency, twice, gone = settled(consumer, [1_00, 2_00, 4_00, 8_00, 16_00], at=day[0])
    lines = [
        said(good), said(other_sum, amount=2_50), said(other_currency, currency="EUR"),
        said(twice), said(twice, provider_id="again"), said(good, provider_id="x", reference="not ours", amount=32_00),
    ]  # fmt: skip
    imported(written(lines, start=day[0], end=day[1]), at=now)
    imported(written([], start=day[1], end=now), at=now)
    found = {each.kind: each for each in Break.objects.all()}
    assert {kind: (each.amount, each.currency) for kind, each in found.items()} == {
        "amount_differs": (50, "GBP"),
        "currency_differs": (4_00, "EUR"),
        "duplicate": (8_00, "GBP"),
        "missing_here": (32_00, "GBP"),
        "missing_there": (16_00, "GBP"),
    }
    assert found["missing_there"].payout == gone
    assert clearing() == -50 + 4_00 - 8_00 - 32_00 + 16_00
    assert balance_of(clearing_at("sandbox", "EUR")).posted == -4_00
    assert list(prove()) == []


def test_what_is_too_young_to_be_reported_is_no_break(consumer, now):
    settled(consumer, [1_00], at=now - timedelta(hours=3))
    imported(written([], start=now - DAY, end=now), at=now)
    assert kinds() == []
    imported(written([], start=now, end=now + DAY - timedelta(hours=3)), at=now + DAY)
    assert kinds() == []
    imported(written([], start=now, end=now + DAY), at=now + DAY)
    assert kinds() == ["missing_there"]


def test_a_report_does_not_speak_of_what_comes_after_it(consumer, now):
    settled(consumer, [1_00], at=now - timedelta(hours=3))
    report = imported(written([], start=now - 2 * DAY, end=now + 365 * DAY), at=now)
    assert (report.covers_until, kinds()) == (now, [])
    settled(consumer, [2_00], at=now + timedelta(hours=3))
    imported(written([], start=now, end=now + 2 * DAY), at=now + 2 * DAY)
    assert kinds() == ["missing_there", "missing_there"]


def test_a_report_full_of_the_largest_sums_is_read_to_its_end(day, now, db):
    lines = [Said(f"m{number}", "ref", LARGEST, "JPY", day[0]) for number in range(4_001)]
    report = imported(written(lines, start=day[0], end=day[1]), at=now)
    assert (report.complete, report.lines_kept) == (True, 4_001)
    assert balance_of(clearing_at("sandbox", "JPY")).posted == -4_001 * LARGEST
    assert list(prove()) == []


def test_what_no_report_covers_is_no_break(consumer, now):
    settled(consumer, [1_00], at=now - 5 * DAY)
    imported(written([], start=now - 3 * DAY, end=now), at=now)
    assert (kinds(), clearing()) == ([], 1_00)


def test_a_later_report_explains_what_was_missing_there(consumer, day, now):
    [payout] = settled(consumer, [1_00], at=day[0])
    imported(written([], start=day[0], end=now), at=now)
    assert kinds() == ["missing_there"]
    imported(written([said(payout)], start=now, end=now + DAY), at=now + DAY)
    missing = Break.objects.get()
    assert (missing.status, missing.ended_at, clearing()) == (BreakStatus.EXPLAINED, now + DAY, 0)
    assert list(missing.moves.order_by("id").values_list("was", "became")) == [("", "open"), ("open", "explained")]
    assert list(prove()) == []


def test_a_payout_that_was_called_off_and_paid_all_the_same_is_missing_here(consumer, day, now, pay, provider):
    payout = pay()
    provider.plan(payout, "refuse")
    sweep_until_it_ends(payout)
    imported(written([said(payout)], start=day[0], end=day[1]), at=now)
    assert (Break.objects.get().kind, clearing()) == (BreakKind.MISSING_HERE, -12_50)
    assert Payout.objects.get(pk=payout.pk).status == "released"
    assert list(prove()) == []


def test_report_lines_never_change(consumer, day, now):
    imported(written(map(said, settled(consumer, [1_00], at=day[0])), start=day[0], end=day[1]), at=now)
    for change in (
        lambda: ReportLine.objects.update(amount=2),
        lambda: ReportLine.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            change()
    assert not RejectedLine.objects.exists()


# --- the provider's own report ---------------------------------------------------------------------


def test_the_sandbox_reports_what_it_paid(pay, provider, now):
    payout = pay()
    provider.plan(payout, "timeout_after")
    sweep_until_it_ends(payout)
    period = {"from": (now - DAY).isoformat(), "until": (now + DAY).isoformat()}
    report = imported(httpx.get(f"{provider.url}/report.csv", params=period, trust_env=False).content, at=now)
    line = ReportLine.objects.get(payout=payout)
    assert (report.complete, line.amount, line.stands, line.next_at) == (True, 12_50, True, None)
    assert not Break.objects.filter(payout=payout).exists()
    assert httpx.get(f"{provider.url}/report.csv", params={"from": "now"}, trust_env=False).status_code == 400


# --- a line is news --------------------------------------------------------------------------------


def test_a_line_has_the_provider_asked_and_pays_nothing_itself(pay, provider, day, now):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    imported(written([said(payout)], start=day[0], end=day[1]), at=now)
    payout.refresh_from_db()
    assert (payout.status, payout.next_at, clearing()) == (Status.SENT, now, -12_50)
    provider.settle(payout)
    sweep_until_it_ends(payout)
    assert look_at_lines_again(now=now) == 1
    assert (ReportLine.objects.get().next_at, clearing(), kinds()) == (None, 0, [])
    assert list(prove()) == []


def test_where_the_provider_gives_no_answer_its_report_is_one(pay, provider, day, now):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    imported(written([said(payout)], start=day[0], end=day[1]), at=now)
    for minutes in (0, 59):
        look_at_lines_again(now=now + timedelta(minutes=minutes))
        payout.refresh_from_db()
        assert payout.status == Status.SENT
    look_at_lines_again(now=now + timedelta(minutes=65))
    payout.refresh_from_db()
    assert (payout.status, payout.provider_reference, clearing()) == (Status.SETTLED, f"mov_{payout.pk}", 0)
    assert list(prove()) == []


def test_a_payout_that_waits_for_a_person_is_settled_by_the_report(pay, provider, day, now):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    Payout.objects.filter(pk=payout.pk).update(attention=Attention.KEY_WINDOW, next_at=None)
    imported(written([said(payout)], start=day[0], end=day[1]), at=now)
    look_at_lines_again(now=now)
    payout.refresh_from_db()
    assert (payout.status, payout.attention, clearing()) == (Status.SETTLED, "", 0)
    assert list(prove()) == []


@pytest.mark.parametrize("other", [{"amount": 12_51}, {"currency": "EUR"}])
def test_a_line_over_another_sum_settles_nothing(pay, provider, day, now, other):
    payout = pay()
    provider.plan(payout, "pending")
    send_next(now=now)
    imported(written([said(payout, **other)], start=day[0], end=day[1]), at=now)
    look_at_lines_again(now=now + DAY)
    payout.refresh_from_db()
    assert payout.status == Status.SENT
    assert len(kinds()) == 1
    assert list(prove()) == []


def test_what_is_settled_after_all_explains_the_break(pay, provider, day, now):
    payout = pay()
    provider.plan(payout, *["rate_limited"] * 4)
    send_next(now=now)
    imported(written([said(payout)], start=day[0], end=day[1]), at=now)
    look_at_lines_again(now=now + 2 * DAY)
    assert kinds() == ["missing_here"]
    sweep_until_it_ends(payout)
    assert payout.status == Status.SETTLED
    look_at_lines_again(now=now + 3 * DAY)
    assert (kinds(), Break.objects.get().status, clearing()) == ([], BreakStatus.EXPLAINED, 0)
    assert list(prove()) == []
