"""The living style guide: every component in every state with made-up values, at /style/ when DEBUG is on.

Layouts are drawn by their own pages (`?layout=desk`, `?layout=bench`, `?layout=mail`, `?layout=400` …).
"""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from common.forms import MoneyField
from portal.navigation import Place

LAYOUTS = {
    "": "portal/style_guide/components.html",
    "consumer": "portal/style_guide/consumer.html",
    "inbox": "portal/style_guide/inbox.html",
    "desk": "portal/style_guide/desk.html",
    "bench": "portal/style_guide/bench.html",
    "question": "portal/style_guide/question.html",
    "mail": "mail/base.html",
    "400": "400.html",
    "403": "403.html",
    "403_csrf": "403_csrf.html",
    "404": "404.html",
    "413": "413.html",
    "500": "500.html",
}


@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    layout = request.GET.get("layout", "")
    if layout not in LAYOUTS:
        raise Http404
    now = timezone.now()
    if not layout:
        messages.success(request, _("Your answer was sent."))
    return render(request, LAYOUTS[layout], _made_up(layout, now))


def _made_up(layout: str, now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "in_six_days": now + timedelta(days=6, hours=4),
        "in_five_hours": now + timedelta(hours=5, minutes=20),
        "yesterday": now - timedelta(hours=30),
        "navigation": _navigation(layout),
        "entitlements": _entitlements(),
        "trace": _trace(),
        "entries": _entries(now),
        "evidence": _evidence(now),
        "payouts": _payouts(now),
        "claims": _claims(now),
        "points": [(_("Shipping damage"), 412_300), (_("Wrong item"), 188_050), (_("Never arrived"), 96_400)],
        "form": QuestionForm({"reason": "", "amount": "12,345.678", "statement": ""}),
        "clean_form": QuestionForm(),
        "reason_form": ReasonForm(),
        "keys": [("a", _("Open the decision form")), ("e", _("See the evidence")), ("/", _("Search"))],
        "facts": _facts(now),
    } | _mail()


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What went wrong?"),
        help_text=gettext_lazy("Choose what comes closest. You can explain it in your own words next."),
        widget=forms.RadioSelect,
        choices=[
            ("damaged", gettext_lazy("It arrived damaged")),
            ("wrong_item", gettext_lazy("I got something else")),
            ("not_received", gettext_lazy("It never arrived")),
            ("changed_mind", gettext_lazy("I do not want it any more")),
        ],
    )


class QuestionForm(ReasonForm):
    amount = MoneyField(
        label=gettext_lazy("How much do you ask for?"),
        help_text=gettext_lazy("You paid ¥328.00."),
        currency="CNY",
        maximum=32_800,
    )
    statement = forms.CharField(label=gettext_lazy("What happened?"), widget=forms.Textarea)
    photo = forms.FileField(
        label=gettext_lazy("A photo of the damage"), help_text=gettext_lazy("JPEG or PNG, up to 12 MB."), required=False
    )
    store = forms.ChoiceField(
        label=gettext_lazy("Which store?"),
        choices=[("1", gettext_lazy("West Lake")), ("2", gettext_lazy("Station Square"))],
    )
    agreed = forms.BooleanField(label=gettext_lazy("What I wrote is true."))


def _navigation(layout: str) -> list[Place]:
    if layout in ("inbox", "desk"):
        return [
            Place(_("Needs your answer"), "#inbox", is_here=True, count=12),
            Place(_("All claims"), "#claims", is_here=False, is_first=False),
            Place(_("Refunds"), "#refunds", is_here=False, is_first=False),
            Place(_("Messages"), "#messages", is_here=False, count=3, is_first=False),
        ]
    if layout == "bench":
        return [
            Place(_("Queue"), "#queue", is_here=True, count=41),
            Place(_("All claims"), "#claims", is_here=False),
            Place(_("Messages"), "#messages", is_here=False),
        ]
    return [
        Place(_("Orders"), "#orders", is_here=True),
        Place(_("Claims"), "#claims", is_here=False),
        Place(_("Messages"), "#messages", is_here=False, count=2),
    ]


def _trace() -> SimpleNamespace:
    return SimpleNamespace(
        sentence=_(
            "You get all you paid for this line back at once, because it arrived damaged and both limits allow it."
        ),
        tests=[
            SimpleNamespace(sentence=_("The damage was reported within 7 days of delivery (2 days)."), passed=True),
            SimpleNamespace(sentence=_("The sum is at most ¥500.00."), passed=True),
            SimpleNamespace(sentence=_("The merchant asks for the goods back."), passed=False),
        ],
        steps=[
            SimpleNamespace(sentence=_("Paid for 2 pieces"), amount=32_800),
            SimpleNamespace(sentence=_("Already refunded"), amount=-4_000),
            SimpleNamespace(sentence=_("Owed now"), amount=28_800),
        ],
        currency="CNY",
        rule="lightning_refund",
        version=3,
    )


def _entitlements() -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            title=_("Refund, keep the goods"), amount=28_800, currency="CNY", settles="at_once", trace=_trace()
        ),
        SimpleNamespace(
            title=_("Refund after you send it back"),
            amount=32_800,
            currency="CNY",
            settles="after_return",
            because=_("You may return it within 15 days; the merchant pays the freight."),
        ),
        SimpleNamespace(
            title=_("Another store nearby"),
            amount=0,
            currency="CNY",
            settles="after_merchant",
            because=_("The store was closed when you came; the closed-store guarantee offers another one."),
        ),
        SimpleNamespace(
            title=_("Compensation beyond the refund"),
            amount=96_000,
            currency="CNY",
            settles="by_agent",
            because=_("The room type has no rank, so a person compares the rooms."),
        ),
    ]


def _entries(now: datetime) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            what=_("Claim filed: it arrived damaged"),
            why=_("The box was wet and two cups are cracked.\nI opened it in front of the courier."),
            at=now - timedelta(days=3),
            role="consumer",
            amount=32_800,
            currency="CNY",
            files=[SimpleNamespace(name="cups-1.jpg", href="#file"), SimpleNamespace(name="box.jpg", href="#file")],
        ),
        SimpleNamespace(
            what=_("Offered part of it"),
            at=now - timedelta(days=2),
            role="merchant",
            name="湖畔陶坊",
            amount=15_000,
            currency="CNY",
            signal="waiting",
        ),
        SimpleNamespace(
            what=_("Third claim about this store’s packaging this month."),
            at=now - timedelta(days=1, hours=5),
            role="agent",
            internal=True,
            signal="waiting",
        ),
        SimpleNamespace(
            what=_("Rejected: outside the agreed terms"),
            at=now - timedelta(days=1),
            role="merchant",
            name="湖畔陶坊",
            signal="trouble",
        ),
        SimpleNamespace(
            what=_("Decided for the consumer"),
            why=_("Both photos show the wet box; the packing does not meet the terms of sale."),
            at=now - timedelta(hours=2),
            role="agent",
            amount=32_800,
            currency="CNY",
            signal="settled",
        ),
    ]


def _evidence(now: datetime) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            name="cups-1.jpg",
            kind=_("Photo"),
            role="consumer",
            at=now - timedelta(days=3),
            href="#file",
            size_bytes=482_113,
            thumbnail="/static/favicon.svg",
            sealed_at=now - timedelta(days=1),
        ),
        SimpleNamespace(
            name="waybill-SF1092837465.pdf",
            kind=_("Proof of shipping or delivery"),
            role="merchant",
            at=now - timedelta(days=2),
            href="#file",
            size_bytes=92_113,
        ),
    ]


def _payouts(now: datetime) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            status=status,
            created_at=now - timedelta(minutes=9),
            sent_at=now - timedelta(minutes=4),
            ended_at=now if status == "settled" else None,
        )
        for status in ("reserved", "sending", "unknown", "failed", "sent", "settled", "released")
    ]


def _claims(now: datetime) -> list[SimpleNamespace]:
    troubles = [_("It arrived damaged"), _("It never arrived"), _("No room on arrival"), _("I got something else")]
    return [
        SimpleNamespace(
            number=f"R-20{index}",
            about=troubles[index % len(troubles)],
            amount=amount,
            currency="CNY",
            due_at=now + timedelta(hours=hours),
            auto=_("Refunded in full"),
            turn="merchant" if index % 3 else "agent",
            signal=signal,
            word=word,
            is_here=index == 1,
            href="#case",
        )
        for index, (amount, hours, signal, word) in enumerate(
            [
                (128_000, -3, "trouble", _("Overdue")),
                (32_800, 5, "waiting", _("Waiting for the merchant")),
                (9_900, 20, "waiting", _("Offer to answer")),
                (1_450_000, 50, "waiting", _("Being decided by the platform")),
                (2_550, 120, "plain", _("Collecting evidence")),
                (19_900, 200, "settled", _("Settled")),
            ]
        )
    ]


def _facts(now: datetime) -> list[tuple[str, str]]:
    return [
        (_("Order"), "20261103-7781"),
        (_("What was bought"), "青瓷茶杯 · Celadon tea cup × 2"),
        (_("Delivered on"), f"{now:%Y-%m-%d}"),
        (_("Earlier claims"), "1"),
    ]


def _mail() -> dict[str, Any]:
    return {
        "subject": _("A claim waits for your answer"),
        "greeting_name": "Lin",
        "sentences": [
            _("A customer says that two cups arrived cracked and asks for ¥328.00."),
            _("If you do not answer, the claim is settled for the customer."),
        ],
        "action_label": _("Answer the claim"),
        "link": "https://redress.example.com/claims/R-201/",
        "due_text": _("Answer until Tue 24 Nov 2026, 14:05."),
        "settings_link": "https://redress.example.com/notices/settings/",
    }
