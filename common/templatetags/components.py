"""The components as template tags: `{% load components %}`. One template each under templates/components/.

A tag prepares what its template shows and knows no business word; the words stand in the templates. Block tags wrap
their content: `{% notice "waiting" %}…{% endnotice %}`. Every page gives `now`, the one moment it is drawn at.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common import formats
from common.money import major_units

register = template.Library()

SOON = timedelta(hours=24)
EVERYBODY = "both"
SIDES = ("consumer", "merchant")
FULL = 100


# --- figures, moments, people ------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def money(context: Context, amount: int | None, currency: str, *, signed: bool = False, size: str = "") -> SafeString:
    """A sum in minor units. `signed` shows a plus too; `size="large"` for the sum a page is about."""
    if amount is None:
        return SafeString("")
    return _drawn(
        context,
        "money",
        text=formats.money_text(amount, currency, signed=signed),
        value=f"{major_units(amount, currency):f} {currency}",
        size=size,
    )


@register.simple_tag
def money_text(amount: int, currency: str) -> str:
    """The same sum as bare text, for sentences: `{% money_text 1250 "GBP" as sum %}` and `{% blocktranslate %}`."""
    return formats.money_text(amount, currency)


@register.filter
def in_parts(key: str) -> SafeString:
    """A key of the books as code that breaks between its parts only: `claim:R-1234:refund:1`."""
    parts = format_html_join(SafeString(":<wbr>"), "{}", ((part,) for part in key.split(":")))
    return format_html('<code class="parts">{}</code>', parts)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> SafeString:
    """A moment in the reader's zone, or nothing."""
    if at is None:
        return SafeString("")
    return _drawn(context, "moment", iso=timezone.localtime(at).isoformat(timespec="minutes"), text=_moment(at))


@register.simple_tag(takes_context=True)
def day(context: Context, on: date | None) -> SafeString:
    """A calendar day, or nothing."""
    if on is None:
        return SafeString("")
    calendar_day = timezone.localdate(on) if isinstance(on, datetime) else on
    return _drawn(context, "moment", iso=calendar_day.isoformat(), text=formats.day_text(on))


@register.simple_tag
def zone() -> str:
    """The name of the zone all times on the page are written in."""
    return formats.zone_text()


@register.simple_tag(takes_context=True)
def deadline(context: Context, due_at: datetime | None, *, turn: str = "", reader: str = "") -> SafeString:
    """Whose turn it is and until when; amber under 24 hours, red when past.

    `turn` is a party (consumer, merchant, both, agent, senior) or "you"; `reader` is the party who reads, for whom
    their own turn becomes "Your turn". A context without `now` is an error, not a guess.
    """
    if due_at is None:
        return SafeString("")
    now: datetime = context["now"]
    return _drawn(
        context,
        "deadline",
        turn="you" if _is_readers(turn, reader) else turn,
        past=due_at <= now,
        signal=_urgency(due_at, now),
        iso=timezone.localtime(due_at).isoformat(timespec="minutes"),
        absolute=_moment(due_at),
        distance=formats.distance_text(due_at, now=now),
    )


@register.simple_tag(takes_context=True)
def status(context: Context, word: str, signal: str = "plain") -> SafeString:
    """A state in one word with its shape. `signal`: settled, waiting, trouble or plain."""
    return _drawn(context, "status", word=word, signal=signal)


@register.simple_tag(takes_context=True)
def shape(context: Context, name: str) -> SafeString:
    """A drawing without words, hidden from screen readers; see components/shape.html for the names."""
    return _drawn(context, "shape", name=name)


@register.simple_tag(takes_context=True)
def person(context: Context, role: str, *, name: str = "", reader: str = "") -> SafeString:
    """Somebody by role (consumer, merchant, agent, senior, finance, operator, rule, clock, both), never by address.

    A `reader` who is one of the two sides sees "You" for their own side; agents see who among them it was.
    """
    return _drawn(context, "person", role="you" if role == reader and reader in SIDES else role, name=name)


# --- what happened, and why --------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def timeline(context: Context, entries: Iterable[Any], *, reader: str = "") -> SafeString:
    """Entries in the order given; what an entry holds stands in components/timeline.html."""
    return _drawn(context, "timeline", entries=entries, reader=reader)


@register.simple_tag(takes_context=True)
def trace(context: Context, trace: Any, *, unfolded: bool = False, terms: str = "") -> SafeString:
    """Why: the sentence first, then tests, arithmetic, rule and version, folded away; `terms` links to those."""
    return _drawn(context, "trace", trace=trace, unfolded=unfolded, terms=terms)


@register.simple_tag(takes_context=True)
def entitlement(context: Context, entitlement: Any, *, href: str = "") -> SafeString:
    """A card: what is owed, how fast, because of what; with `href` it can be chosen."""
    return _drawn(context, "entitlement", entitlement=entitlement, href=href)


@register.simple_block_tag(takes_context=True)
def offer(
    context: Context,
    content: SafeString,
    offered: int,
    currency: str,
    *,
    entitled: int | None = None,
    by: str = "",
    reader: str = "",
    statement: str = "",
) -> SafeString:
    """An offer beside what the rules say is owed (both minor units); the content is what can be done about it."""
    return _drawn(
        context,
        "offer",
        offered=offered,
        entitled=entitled,
        currency=currency,
        difference=None if entitled is None else offered - entitled,
        gap=None if entitled is None else formats.money_text(abs(offered - entitled), currency),
        by=by,
        reader=reader,
        statement=statement,
        content=content,
    )


@register.simple_tag(takes_context=True)
def evidence(context: Context, items: Iterable[Any], *, reader: str = "") -> SafeString:
    """Typed documents of both sides; what an item holds stands in components/evidence.html."""
    return _drawn(context, "evidence", items=items, reader=reader)


class PayoutStep(NamedTuple):
    """One step of the tracker: which one, how far (done, now, failed, ahead), and when it was reached."""

    name: str
    state: str
    at: datetime | None


@register.simple_tag(takes_context=True)
def payout_tracker(context: Context, payout: Any) -> SafeString:
    """Approved, sent, confirmed: how far one payout is. Reads status, created_at, ended_at and, if it has
    them, sent_at and confirm_by."""
    return _drawn(context, "payout_tracker", payout=payout, steps=_payout_steps(payout))


@register.simple_tag(takes_context=True)
def progress(context: Context, done: int, total: int, label: str) -> SafeString:
    """How much of some long work is done."""
    return _drawn(context, "progress", done=done, total=total, label=label)


class Bar(NamedTuple):
    """One bar of a chart: its label, its value as text, its length in percent, and where it stands in pixels."""

    label: str
    value: str
    percent: float
    top: int


BAR_HEIGHT = 52


@register.simple_tag(takes_context=True)
def bar_chart(context: Context, title: str, points: Sequence[tuple[str, int]], *, currency: str = "") -> SafeString:
    """Bars drawn by the server with their table; points are (label, value), in minor units when `currency` is given."""
    longest = max((value for _, value in points), default=0) or 1
    bars = [
        Bar(
            label=label,
            value=formats.money_text(value, currency) if currency else str(value),
            percent=round(FULL * max(0, value) / longest, 2),
            top=index * BAR_HEIGHT,
        )
        for index, (label, value) in enumerate(points)
    ]
    return _drawn(context, "bar_chart", title=title, bars=bars, height=len(bars) * BAR_HEIGHT)


# --- what the page says to its reader ----------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def notice(context: Context, content: SafeString, signal: str = "plain", title: str = "") -> SafeString:
    """A message in the flow of the page, with the shape of its signal."""
    return _drawn(context, "notice", signal=signal, title=title, content=content)


@register.simple_block_tag(takes_context=True)
def next_step(
    context: Context,
    content: SafeString,
    sentence: str,
    due_at: datetime | None = None,
    *,
    turn: str = "",
    reader: str = "",
    sticks: bool = True,
) -> SafeString:
    """The one thing to do next, on top of a page and in sight on phones; the content is its buttons, if any."""
    return _drawn(
        context,
        "next_step",
        sentence=sentence,
        due_at=due_at,
        turn=turn,
        reader=reader,
        sticks=sticks,
        content=SafeString(content.strip()),
    )


@register.simple_block_tag(takes_context=True)
def confirmation(context: Context, content: SafeString, title: str, reference: str = "") -> SafeString:
    """It is done: the reference number, and in the content what happens next and when."""
    return _drawn(context, "confirmation", title=title, reference=reference, content=content)


@register.simple_block_tag(takes_context=True)
def empty_state(context: Context, content: SafeString, title: str) -> SafeString:
    """A place with nothing in it yet, whose content teaches what will stand here and how it gets here."""
    return _drawn(context, "empty_state", title=title, content=content)


@register.simple_tag(takes_context=True)
def key_sheet(context: Context, keys: Sequence[tuple[str, str]]) -> SafeString:
    """The dialog that lists what single keys do on this page, and switches them off."""
    return _drawn(context, "key_sheet", keys=keys)


# --- forms -------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField, *, asks: bool = False, needed: bool = False) -> SafeString:
    """Label, hint, error and input of one form field. `asks` makes its label the heading of a one-question page.

    `needed` is for what has to be told only where it is asked at all: it is not called optional.
    """
    return _drawn(context, "field", field=bound, asks=asks, needed=needed)


@register.simple_tag(takes_context=True)
def error_summary(context: Context, form: BaseForm) -> SafeString:
    """All errors of a form with links to their fields; takes the focus when the page opens. Nothing without errors."""
    return _drawn(context, "error_summary", form=form)


# --- tables ------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def table(context: Context, content: SafeString, caption: str, *, hide_caption: bool = False) -> SafeString:
    """A table whose rows become cards where it has less than 608 px; its content is columns and rows."""
    return _drawn(context, "table", caption=caption, hide_caption=hide_caption, content=content)


@register.simple_tag(takes_context=True)
def column(context: Context, label: str, *, kind: str = "") -> SafeString:
    """The head of one column. `kind="amount"` for figures, which stand at the right."""
    return _drawn(context, "column", label=label, kind=kind)


@register.simple_block_tag(takes_context=True)
def cell(context: Context, content: SafeString, label: str, *, kind: str = "") -> SafeString:
    """One cell. `label` repeats its column's; `kind`: "head" (names the row), "amount" or ""."""
    return _drawn(context, "cell", label=label, kind=kind, content=content)


@register.simple_tag(takes_context=True)
def case_list(context: Context, cases: Iterable[Any]) -> SafeString:
    """A narrow list of cases to open beside it; what a case holds stands in components/case_list.html."""
    return _drawn(context, "case_list", cases=cases)


@register.simple_tag(takes_context=True)
def pager(context: Context, *, next_href: str | None = None, first_href: str | None = None) -> SafeString:
    """Links to the next keyset page and back to the first."""
    return _drawn(context, "pager", next_href=next_href, first_href=first_href)


# --- below the tags ----------------------------------------------------------------------------


def _drawn(context: Context, component: str, /, **values: Any) -> SafeString:
    """The component's template in the page's context, with its own values in front and no space around it."""
    if context.template is None:
        raise RuntimeError("A component is drawn inside a template.")
    drawing = context.template.engine.get_template(f"components/{component}.html")
    with context.push(**values):
        return SafeString(drawing.render(context).strip())


def _moment(at: datetime) -> str:
    return formats.moment_text(at)


def _is_readers(turn: str, reader: str) -> bool:
    return bool(reader) and (turn == reader or (turn == EVERYBODY and reader in SIDES))


def _urgency(due_at: datetime, now: datetime) -> str:
    if due_at <= now:
        return "trouble"
    return "waiting" if due_at - now < SOON else "plain"


def _payout_steps(payout: Any) -> list[PayoutStep]:
    """Never "done" at the last step before the payout is settled: only then is the money there."""
    sent_at = getattr(payout, "sent_at", None)
    reached = {
        "reserved": ("now", "ahead", "ahead"),
        "sending": ("done", "now", "ahead"),
        "unknown": ("done", "now", "ahead"),
        "failed": ("done", "failed", "ahead"),
        "sent": ("done", "done", "now"),
        "settled": ("done", "done", "done"),
        "released": ("done", "failed", "ahead"),
    }[payout.status]
    moments = (payout.created_at, sent_at, payout.ended_at if payout.status == "settled" else None)
    return [
        PayoutStep(name, state, at if state in ("done", "now") else None)
        for name, state, at in zip(("approved", "sent", "confirmed"), reached, moments, strict=True)
    ]
