"""Reconciliation as finance sees it: from each figure to the report lines, the payouts and the transfers behind it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from conftest import person
from ledger.chart import balance_of, clearing_at
from payouts.actions import import_next_report
from payouts.models import Break, Payout, Report, Status
from payouts.tests.reports import imported, said, settled, written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LARGE = 1_000_000_00


@pytest.fixture
def books(client, finance):
    client.force_login(finance)
    return client


@pytest.fixture
def report(consumer, now):
    """A report with two good lines and a break of each kind that a line can be, and a payout that it does not name."""
    start = now - 3 * DAY
    good, other_sum, other_currency, twice, _gone = settled(consumer, [1_00, 2_00, 4_00, LARGE, 16_00], at=start)
    settled(consumer, [7_00], at=now)
    lines = [
        said(good), said(other_sum, amount=2_50), said(other_currency, currency="EUR"),
        said(twice), said(twice, provider_id="again"), said(good, provider_id="x", reference="not ours", amount=32_00),
    ]  # fmt: skip
    return imported(written(lines, start=start, end=now, ends=f"broken\nend,{len(lines) + 1}"), at=now)


def one(kind: str) -> Break:
    return Break.objects.get(kind=kind)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_can_be_read(books, report, language):
    books.cookies["redress_language"] = language
    numbers = [each.pk for each in Break.objects.all()]
    for path in (
        "/reconciliation/", "/reconciliation/breaks/", "/reconciliation/breaks/?ended=1",
        f"/reconciliation/reports/{report.pk}/", f"/reconciliation/reports/{report.pk}/?kind=duplicate",
        "/reconciliation/unreported/sandbox/GBP/", "/reconciliation/not-heard-of/sandbox/GBP/",
        *(f"/reconciliation/breaks/{number}/" for number in numbers),
    ):  # fmt: skip
        assert books.get(path).status_code == 200, path


def test_an_empty_portal_teaches_what_will_stand_there(books):
    page = books.get("/reconciliation/").text
    assert "No money went through a provider yet" in page
    assert "No report was read yet" in page


def test_each_clearing_account_says_what_it_is_made_of(books, report):
    [euros, pounds] = books.get("/reconciliation/").context["accounts"]
    assert (euros.breaks, euros.unreported, euros.signal) == (-4_00, 0, "trouble")
    assert (pounds.balance, pounds.breaks) == (balance_of(clearing_at("sandbox", "GBP")).posted, pounds.balance - 7_00)
    assert (pounds.unreported, pounds.number_of_breaks, pounds.signal) == (7_00, 4, "trouble")
    [payout] = books.get("/reconciliation/unreported/sandbox/GBP/").context["payouts"]
    assert payout.amount == 7_00


def test_a_clearing_account_at_zero_says_that_all_is_matched(books, consumer, now):
    start = now - 3 * DAY
    imported(written(map(said, settled(consumer, [1_00], at=start)), start=start, end=now), at=now)
    page = books.get("/reconciliation/")
    assert [(it.balance, it.signal) for it in page.context["accounts"]] == [(0, "settled")]
    assert "All is matched" in page.text


def test_an_upload_is_kept_and_read_in_the_background(books, consumer, finance, now):
    start = now - 3 * DAY
    content = written(map(said, settled(consumer, [1_00], at=start)), start=start, end=now)

    def upload(body=content):
        file = SimpleUploadedFile("day.csv", body, content_type="text/csv")
        return books.post("/reconciliation/", {"gateway": "sandbox", "file": file})

    answer = upload()
    report = Report.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/reconciliation/reports/{report.pk}/")
    assert "Being read" in books.get(answer.url).text
    import_next_report(now=now + DAY)
    assert "Matched" in books.get(answer.url).text
    assert (report.received_by, upload().url, Report.objects.count()) == (finance, answer.url, 1)
    assert upload(b"hello").status_code == 422
    assert "This is not a report of sandbox" in upload(b"hello").text
    assert "Save it as CSV in UTF-8" in upload(b"PK\x03\x04\x14\x00").text
    assert books.post("/reconciliation/", {"gateway": "sandbox"}).status_code == 422


def test_lines_that_cannot_be_used_are_shown_with_what_is_wrong(books, report):
    page = books.get(f"/reconciliation/reports/{report.pk}/")
    assert [line.text for line in page.context["rejected"]] == ["broken"]
    assert "It does not have the columns that the heading names." in page.text
    assert [live.kind for _line, live in books.get(f"{page.wsgi_request.path}?kind=duplicate").context["rows"]] == [
        "duplicate"
    ]


def test_breaks_are_narrowed_down_by_kind_gateway_owner_and_age(books, report, finance, now):
    Break.objects.filter(kind="duplicate").update(owner=finance, opened_at=now - 8 * DAY)

    def kinds(asked):
        return sorted(each.kind for each in books.get(f"/reconciliation/breaks/?{asked}").context["breaks"])

    assert kinds("kind=duplicate") == kinds("owner=me") == kinds("age=7") == ["duplicate"]
    assert len(kinds("")) == len(kinds("gateway=sandbox")) == 5
    assert len(kinds("owner=nobody")) == 4
    assert kinds("ended=1") == []


def test_a_break_is_taken_over_and_resolved_for_a_reason(books, report, finance):
    path = f"/reconciliation/breaks/{one('duplicate').pk}/"
    small = f"/reconciliation/breaks/{one('amount_differs').pk}/"
    assert books.post(f"{small}owner/").url == small
    assert one("amount_differs").owner == finance
    assert books.post(small, {"resolution": "borne", "because": ""}).status_code == 422
    assert books.post(small, {"resolution": "paid_anew", "because": "x"}).status_code == 422
    assert books.post(small, {"resolution": "borne", "because": "A fee of theirs."}).status_code == 302
    assert (one("amount_differs").status, one("duplicate").status) == ("resolved", "open")
    page = books.get(small).text
    assert "A fee of theirs." in page
    assert "Resolve this break" not in page
    assert "Resolve this break" in books.get(path).text


def test_a_large_break_takes_two_people(books, report, client):
    path = f"/reconciliation/breaks/{one('duplicate').pk}/"
    books.post(path, {"resolution": "put_right", "because": "They paid it back."})
    assert "somebody else of finance has to agree" in books.get(path).text
    books.post(f"{path}agreement/")
    assert one("duplicate").status == "proposed"
    client.force_login(person("finance2", Role.FINANCE))
    client.post(f"{path}refusal/", {"because": ""})
    assert one("duplicate").status == "proposed"
    client.post(f"{path}refusal/", {"because": "Not on the statement."})
    assert one("duplicate").status == "open"
    client.post(path, {"resolution": "put_right", "because": "It is now."})
    client.post(f"{path}agreement/", {"proposal": one("duplicate").proposal})
    assert one("duplicate").status == "proposed"
    books.force_login(person("finance3", Role.FINANCE))
    books.post(f"{path}agreement/")
    assert one("duplicate").status == "proposed"
    [proposal] = re.findall(r'name="proposal" value="(\d+)"', books.get(path).text)
    books.post(f"{path}agreement/", {"proposal": proposal})
    assert one("duplicate").status == "resolved"


def test_nobody_but_finance_sees_them(client, consumer, merchant, agent, operator, report):
    number = Break.objects.earliest("pk").pk
    for person_ in (consumer, merchant, agent, operator):
        client.force_login(person_)
        for path in ("", "breaks/", f"breaks/{number}/", f"reports/{report.pk}/", "unreported/sandbox/GBP/"):
            assert client.get(f"/reconciliation/{path}").status_code == 404
        assert client.post(f"/reconciliation/breaks/{number}/owner/").status_code == 404


def test_the_pages_cost_the_same_however_many_rows_they_show(books, consumer, now, django_assert_max_num_queries):
    start = now - 3 * DAY
    lines = [said(payout, amount=payout.amount + 1) for payout in settled(consumer, [5_00] * 60, at=start)]
    report = imported(written(lines, start=start, end=now), at=now)
    for path in ("/reconciliation/", "/reconciliation/breaks/", f"/reconciliation/reports/{report.pk}/"):
        with django_assert_max_num_queries(16):
            books.get(path)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_reported_and_not_heard_of_is_listed_as_the_figure_says(books, consumer, now, language):
    books.cookies["redress_language"] = language
    start = now - 3 * DAY
    known, awaited = settled(consumer, [1_00, 5_00], at=start)
    Payout.objects.filter(pk=awaited.pk).update(status=Status.SENT, ended_at=None, next_at=now)
    imported(written(map(said, [known, awaited]), start=start, end=now), at=now)
    page = books.get("/reconciliation/")
    assert page.context["accounts"][0].awaited == -5_00
    address = "/reconciliation/not-heard-of/sandbox/GBP/"
    assert f'href="{address}"' in page.text
    listed = books.get(address)
    assert [line.payout for line in listed.context["lines"]] == [awaited]
    assert awaited.key in listed.text
    for nothing in ("/reconciliation/not-heard-of/sandbox/EUR/", "/reconciliation/not-heard-of/stripe/GBP/"):
        assert books.get(nothing).context["lines"] == []
    assert books.get(f"{address}?after=x").status_code == 400


def test_breaks_are_narrowed_to_the_currency_of_the_figure(books, report):
    assert "?gateway=sandbox&amp;currency=EUR" in books.get("/reconciliation/").text
    numbers = {
        currency: len(books.get(f"/reconciliation/breaks/?gateway=sandbox&currency={currency}").context["breaks"])
        for currency in ("EUR", "GBP", "eur")
    }
    assert numbers == {"EUR": 1, "GBP": 4, "eur": 5}
