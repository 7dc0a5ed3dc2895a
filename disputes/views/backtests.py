"""Back-tests for operators: ask for one from a version, watch it, read what it found, and go down to the claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Merchant, Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.money import major_units
from common.pages import read_page
from common.refusals import add_refusal, status_of
from common.templatetags.bilingual import called
from disputes.actions.backtest import hash_of, is_stale, try_version
from disputes.backtests.tally import Row, Tally
from disputes.forms import BacktestForm
from disputes.models import Backtest, BacktestChange, BacktestPart
from ledger.exports.csv import in_pieces
from policies.in_force import rule_of
from policies.models import Version
from policies.wording import label_of_rule

CHANGES_A_PAGE = 25
BACKTESTS_SHOWN = 20
MERCHANTS_SHOWN = 10
EFFECT_SIGNALS = {"more": "settled", "less": "trouble", "sooner": "settled", "later": "waiting", "other": "plain"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a table of the result: what it is about, and its figures."""

    name: str
    row: Row


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found in one currency. `months` are the bars of the chart: how much more is surely paid in each."""

    currency: str
    total: Row
    rules: list[Line]
    merchants: list[Line]
    merchants_left_out: int
    months: list[Line]
    chart: list[tuple[str, int]]


@role_required(Role.OPERATOR)
@require_http_methods(["GET", "POST"])
def of_version(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """The back-tests of one version, the latest first, and the form that asks for another."""
    version = get_object_or_404(Version.objects.select_related("policy"), policy__code=code, number=number)
    form = BacktestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _ask(request, version, form)
        except Refusal as refusal:
            add_refusal(form, refusal)
    asked = Backtest.objects.filter(version=version).order_by("-id")[:BACKTESTS_SHOWN]
    return render(
        request,
        "disputes/backtests.html",
        {
            "version": version,
            "name": label_of_rule(code),
            "form": form,
            "has_rule": rule_of(code).function is not None,
            "backtests": [(backtest, backtest.terms_hash != hash_of(version.terms)) for backtest in asked],
        },
        status=status_of(form.errors),
    )


def _ask(request: PersonRequest, version: Version, form: BacktestForm) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        asked = try_version(
            version=version,
            by=request.user,
            at=now,
            claims_from=_beginning(form.cleaned_data["first"]),
            claims_until=_beginning(form.cleaned_data["last"]),
        )
        return redirect("backtest", asked.pk)

    return once_posted(request, act, now=now)


def _beginning(day: date | None) -> datetime | None:
    """Of a day, UTC; None: of none."""
    return datetime.combine(day, time(), UTC) if day else None


@role_required(Role.OPERATOR)
@require_safe
def backtest(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, or what it found."""
    shown = _found(pk)
    context: dict[str, Any] = {
        "backtest": shown,
        "name": label_of_rule(shown.policy),
        "is_stale": is_stale(shown),
        "now": timezone.now(),
    }
    if shown.result is None:
        done = BacktestPart.objects.filter(backtest=shown, tally__isnull=False).values_list("claims", flat=True)
        return render(request, "disputes/backtest_running.html", {**context, "done": sum(done)})
    tally = Tally.read(shown.result)
    return render(request, "disputes/backtest.html", {**context, "tally": tally, "found": _by_currency(tally)})


def _found(pk: int) -> Backtest:
    return get_object_or_404(Backtest.objects.select_related("version__policy", "asked_by"), pk=pk)


def _by_currency(tally: Tally) -> list[Found]:
    names = {str(merchant.pk): called(merchant) for merchant in Merchant.objects.filter(pk__in=_merchants(tally))}
    return [_found_in(tally, currency, names) for currency in tally.currencies()]


def _merchants(tally: Tally) -> set[int]:
    return {int(pk) for currency in tally.currencies() for pk, _row in tally.by("merchant", currency)}


def _found_in(tally: Tally, currency: str, names: dict[str, str]) -> Found:
    """The merchants that it concerns most stand first."""
    merchants = [Line(name=names[pk], row=row) for pk, row in tally.by("merchant", currency) if row.changed]
    merchants.sort(key=lambda line: (-abs(line.row.difference), -line.row.changed, line.name))
    months = [Line(name=month, row=row) for month, row in tally.by("month", currency)]
    return Found(
        currency=currency,
        total=tally.total(currency),
        rules=[Line(name=label_of_rule(code), row=row) for code, row in tally.by("rule", currency)],
        merchants=merchants[:MERCHANTS_SHOWN],
        merchants_left_out=max(0, len(merchants) - MERCHANTS_SHOWN),
        months=months,
        chart=[bar for line in months for bar in _bars(line)],
    )


def _bars(line: Line) -> list[tuple[str, int]]:
    """What is surely paid for the claims of a month, now and under the draft, one bar below the other."""
    return [
        (_("%(month)s, now") % {"month": line.name}, line.row.sure_was),
        (_("%(month)s, under the draft") % {"month": line.name}, line.row.sure_becomes),
    ]


@role_required(Role.OPERATOR)
@require_safe
def claims(request: PersonRequest, pk: int) -> HttpResponse:
    """The claims that would have come out differently, of one effect if one is asked for."""
    shown = _found(pk)
    changes = BacktestChange.objects.filter(backtest=shown).select_related("claim__merchant")
    effect = request.GET.get("effect", "")
    if effect in BacktestChange.Effect.values:
        changes = changes.filter(effect=effect)
    page = read_page(changes, by=("id",), after=request.GET.get("after"), size=CHANGES_A_PAGE)
    rows = [
        (change, EFFECT_SIGNALS[change.effect], label_of_rule(change.rule_was), label_of_rule(change.rule_becomes))
        for change in page.rows
    ]
    return render(
        request,
        "disputes/backtest_claims.html",
        {
            "backtest": shown,
            "name": label_of_rule(shown.policy),
            "rows": rows,
            "effect": effect,
            "effects": BacktestChange.Effect.choices,
            **page.hrefs(request),
        },
    )


@role_required(Role.OPERATOR)
@require_safe
def claims_file(request: PersonRequest, pk: int) -> StreamingHttpResponse:
    """The same claims, all of them, as a table for spreadsheets."""
    shown = _found(pk)
    return StreamingHttpResponse(
        in_pieces(_cells(shown)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="backtest-{shown.policy}-{shown.pk}.csv"'},
    )


def _cells(backtest: Backtest) -> Iterator[tuple[object, ...]]:
    """Sums stand in major units."""
    yield (
        *("claim", "merchant", "filed_at", "effect", "payer", "rule_was", "rule_becomes", "currency"),
        *("sure_was", "sure_becomes", "open_was", "open_becomes"),
    )
    changes = BacktestChange.objects.filter(backtest=backtest).select_related("claim__merchant").order_by("id")
    for change in changes.iterator(chunk_size=2_000):
        claim = change.claim
        sums = (change.sure_was, change.sure_becomes, change.open_was, change.open_becomes)
        yield (
            *(claim.number, claim.merchant.code, claim.filed_at.isoformat(), change.effect, change.payer),
            *(change.rule_was, change.rule_becomes, claim.currency),
            *(f"{major_units(sum_, claim.currency):f}" for sum_ in sums),
        )
