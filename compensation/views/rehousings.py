"""A missing room: the hotel says so at its desk, the guest answers what is offered instead."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import DateField, ExpressionWrapper, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.errors import Refusal
from common.idempotency import once_posted
from common.pages import read_page
from common.refusals import add_refusal, status_of
from compensation.actions import accept_other_hotel, decline_other_hotels, report_no_room
from compensation.actions.rehousing import Instead, owed_in_money, promises_alternatives
from compensation.forms.rehousings import MissingRoomForm, RehousingAnswerForm
from compensation.models import OtherHotel, Rehousing
from compensation.schemes.hotel_overbooking.rules import is_same_or_better
from orders.models import Line, Order, RoomType, Stay

STAYS_A_PAGE = 50

SIGNALS = {
    Rehousing.Status.OFFERED: "waiting",
    Rehousing.Status.ACCEPTED: "settled",
    Rehousing.Status.KEPT: "settled",
    Rehousing.Status.DECLINED: "plain",
    Rehousing.Status.LAPSED: "plain",
}
FRAMES = {Role.CONSUMER: "consumer.html", Role.MERCHANT: "desk.html", Role.AGENT: "desk.html"}


# --- the hotel's desk --------------------------------------------------------------------------------


@role_required(Role.MERCHANT)
@require_safe
def stays(request: PersonRequest) -> HttpResponse:
    """Stays that are to come or running, the nearest arrival first, below those whose guests have a hotel to choose."""
    today = timezone.now().date()
    leaves = ExpressionWrapper(F("arrival_on") + F("nights") * timedelta(days=1), output_field=DateField())
    coming = (
        Stay.objects.filter(line__order__in=Order.objects.visible_to(request.user), outcome=Stay.Outcome.BOOKED)
        .alias(leaves_on=leaves)
        .filter(leaves_on__gt=today)
        .select_related("line__order", "line__store", "room_type_reserved", "room_type_assigned")
    )
    page = read_page(coming, by=("arrival_on", "id"), after=request.GET.get("after"), size=STAYS_A_PAGE)
    context = {
        "stays": page.rows,
        "offered": [] if page.after else _waiting_for_guests(request),
        "now": timezone.now(),
        **page.hrefs(request),
    }
    return render(request, "compensation/stays.html", context)


def _waiting_for_guests(request: PersonRequest) -> QuerySet[Rehousing]:
    """Those that end first, as many as anybody looks through."""
    offered = Rehousing.objects.visible_to(request.user).filter(status=Rehousing.Status.OFFERED)
    return offered.select_related("line__order", "line__store", "line__stay").order_by("due_at", "id")[:STAYS_A_PAGE]


@role_required(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: PersonRequest, line: int) -> HttpResponse:
    """Say that the room cannot be given as booked, and what the guest gets instead."""
    own = Line.objects.filter(order__in=Order.objects.visible_to(request.user), stay__isnull=False)
    related = ("order", "store", "stay__room_type_reserved", "stay__room_type_assigned")
    booked = get_object_or_404(own.select_related(*related), pk=line)
    form = MissingRoomForm(
        request.POST if request.method == "POST" else None,
        rooms=_rooms(booked),
        currency=booked.order.currency,
        alternatives=promises_alternatives(booked),
    )
    if form.is_valid():
        try:
            return _report(request, booked, form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
    offered = Rehousing.objects.filter(line=booked).first()
    context = {"line": booked, "stay": booked.stay, "form": form, "offered": offered, "is_open": _is_open(booked)}
    return render(request, "compensation/stay.html", context, status=status_of(form.errors))


def _rooms(line: Line) -> list[RoomType]:
    """The hotel's room types that make good for the one booked, the booked one itself left out."""
    booked = line.stay.room_type_reserved
    types = RoomType.objects.filter(store=line.store).exclude(pk=booked.pk).order_by("mean_rate_rank", "code")
    return [room for room in types if is_same_or_better(booked.mean_rate_rank, room.mean_rate_rank)]


def _is_open(line: Line) -> bool:
    """Whether anything can still be reported of the stay."""
    ends_on = line.stay.arrival_on + timedelta(days=line.stay.nights)
    return line.stay.outcome == Stay.Outcome.BOOKED and timezone.now().date() < ends_on


def _report(request: PersonRequest, line: Line, told: dict[str, Any]) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        offered = report_no_room(line=line.pk, room=told["room"], hotels=told["hotels"], by=request.user, at=now)
        if offered:
            messages.success(request, _("The guest was asked and has to answer in time."))
            return redirect(offered)
        messages.success(request, _("The guest was told."))
        return redirect("stay", line.pk)

    return once_posted(request, act, now=now)


# --- the offer ---------------------------------------------------------------------------------------


@role_required(Role.CONSUMER, Role.MERCHANT, Role.AGENT)
@require_safe
def rehousing(request: PersonRequest, pk: int) -> HttpResponse:
    """What was offered, until when, and what became of it; the guest answers here."""
    return _show(request, _visible(request, pk))


@role_required(Role.CONSUMER)
@require_http_methods(["POST"])
def rehousing_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The guest takes one of the hotels, or the money."""
    offered = _visible(request, pk)
    form = _form(offered, request, owed_in_money(offered, at=timezone.now()))
    if form.is_valid():
        try:
            return _answer(request, offered, form.cleaned_data["hotel"])
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _show(request, _visible(request, pk), form=form)


def _visible(request: PersonRequest, pk: int) -> Rehousing:
    rows: QuerySet[Rehousing] = Rehousing.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("line__order", "line__store", "line__stay", "chosen"), pk=pk)


def _form(offered: Rehousing, request: PersonRequest, instead: Instead) -> RehousingAnswerForm:
    hotels = [(hotel.pk, _label(hotel, offered)) for hotel in offered.hotels.order_by("pk")]
    shown = {"instead": instead, "currency": offered.line.order.currency}
    money = render_to_string("compensation/_money_instead.html", shown)
    return RehousingAnswerForm(request.POST if request.method == "POST" else None, hotels=hotels, money=money)


def _label(hotel: OtherHotel, offered: Rehousing) -> str:
    """What there is to choose, as the guest compares it."""
    shown = {"hotel": hotel, "currency": offered.line.order.currency, "reader_is_guest": True}
    return render_to_string("compensation/_other_hotel.html", shown)


def _answer(request: PersonRequest, offered: Rehousing, hotel: int) -> HttpResponse:
    now = timezone.now()

    def act() -> HttpResponse:
        if hotel:
            accept_other_hotel(rehousing=offered.pk, hotel=hotel, by=request.user, at=now)
            messages.success(request, _("The other hotel is yours. The first one pays what it costs more."))
        else:
            decline_other_hotels(rehousing=offered.pk, by=request.user, at=now)
            messages.success(request, _("You are paid instead; we tell you when the money is there."))
        return redirect(offered)

    return once_posted(request, act, now=now)


def _show(request: PersonRequest, offered: Rehousing, form: forms.Form | None = None) -> HttpResponse:
    now = timezone.now()
    waits = offered.status == Rehousing.Status.OFFERED and now < offered.answer_by
    instead = owed_in_money(offered, at=now) if waits and request.user.is_consumer else None
    context = {
        "frame": FRAMES[Role(request.user.role)],
        "offered": offered,
        "line": offered.line,
        "currency": offered.line.order.currency,
        "hotels": offered.hotels.order_by("pk"),
        "signal": SIGNALS[Rehousing.Status(offered.status)],
        "waits": waits,
        "form": form or _form(offered, request, instead) if instead else None,
        "instead": instead,
        "now": now,
    }
    return render(request, "compensation/rehousing.html", context, status=status_of(form and form.errors))
