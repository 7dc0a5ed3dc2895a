"""Hear a bulletin: an event is announced once under its source's key, and changed, ended or cancelled by later ones.

What a bulletin says becomes a fact of the orders at once (a closure), so that whoever claims meanwhile is judged by it
too; the lines it affects are looked for by the sweep.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from compensation.models import Bulletin, Happening
from orders import actions as orders
from orders.models import Store
from policies.shapes import plain

HOTEL = "hotel"


class EventKeyReused(Refusal):
    """The key was used for a bulletin that said something else."""

    code = "event_key_reused"
    message = _("The key %(key)s was used for another message already. Nothing was changed.")
    field = "key"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class UnknownEvent(Refusal):
    code = "unknown_event"
    message = _("There is no event with the key %(key)s.")
    field = "about"


class UnknownPlace(Refusal):
    code = "unknown_store"
    message = _("There is no store or hotel with the code %(store)s.")
    field = "store"
    http_status = HTTPStatus.BAD_REQUEST


class WrongKind(Refusal):
    """Only a hotel turns guests away, and a hotel does not close as a store does."""

    code = "wrong_kind"
    message = _("This kind of event does not happen at this place.")
    field = "kind"
    http_status = HTTPStatus.BAD_REQUEST


class PeriodIsEmpty(Refusal):
    code = "period_is_empty"
    message = _("An event ends after it begins.")
    field = "ends_at"
    http_status = HTTPStatus.BAD_REQUEST


class EventIsOver(Refusal):
    """A cancelled event stays cancelled; the source announces a new one."""

    code = "event_is_over"
    message = _("This event was cancelled, so nothing more can be said about it. Announce a new one.")
    field = "about"


@atomic
def announce(
    *,
    key: str,
    kind: str,
    store: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    item: str = "",
    orders_named: Collection[str] = (),
    reason: str = "",
    by: User | None,
    at: datetime,
) -> Happening:
    """The first bulletin about an event; `store` is the code of the place, what the rest means says the model.

    The same key with the same content gives the event back and changes nothing. Raises EventKeyReused, UnknownPlace,
    WrongKind and PeriodIsEmpty.
    """
    said = _said(kind=kind, store=store, starts_at=starts_at, ends_at=ends_at, item=item, reason=reason)
    said["orders"] = sorted(set(orders_named))
    if first := _heard(key, said):
        return first
    place = Store.objects.filter(code=store).first()
    if place is None:
        raise UnknownPlace(store=store)
    if (kind == Happening.Kind.HOTEL_WALK) != (place.kind == HOTEL):
        raise WrongKind
    _refuse_empty(starts_at, ends_at)
    happening = Happening.objects.create(
        key=key,
        kind=kind,
        store=place,
        item=item,
        orders=said["orders"],
        reason=_reason(kind, reason),
        starts_at=starts_at,
        ends_at=ends_at,
        received_at=at,
        due_at=max(at, starts_at) if kind == Happening.Kind.STORE_CLOSED else at,
    )
    _record(happening, at=at)
    _keep(key, happening, said, by=by, at=at)
    return happening


@atomic
def change(
    *,
    key: str,
    about: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    cancelled: bool = False,
    by: User | None,
    at: datetime,
) -> Happening:
    """A later bulletin: the event begins or ends at another moment than was said, or is cancelled altogether.

    What was paid stays paid; what was not paid yet is judged by what is known then, or dropped when it is cancelled.
    Raises EventKeyReused, UnknownEvent, EventIsOver and PeriodIsEmpty.
    """
    said = _said(about=about, starts_at=starts_at, ends_at=ends_at, cancelled=cancelled)
    if first := _heard(key, said):
        return first
    happening = Happening.objects.select_for_update(no_key=True).select_related("store").filter(key=about).first()
    if happening is None:
        raise UnknownEvent(key=about)
    if happening.cancelled_at:
        raise EventIsOver
    known_as_from = happening.starts_at
    happening.starts_at = starts_at or happening.starts_at
    happening.ends_at = ends_at or happening.ends_at
    happening.cancelled_at = at if cancelled else None
    happening.due_at = at
    _refuse_empty(happening.starts_at, happening.ends_at)
    happening.save(update_fields=["starts_at", "ends_at", "cancelled_at", "due_at"])
    _record(happening, at=at, known_as_from=known_as_from)
    _keep(key, happening, said, by=by, at=at)
    return happening


def _said(**said: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in said.items()}


def _heard(key: str, said: Mapping[str, Any]) -> Happening | None:
    """The event, if this bulletin came before. Two with one key take turns. Raises EventKeyReused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"compensation.bulletin:{key}"])
    first = Bulletin.objects.select_related("happening").filter(key=key).first()
    if first is None:
        return None
    if first.said != said:
        raise EventKeyReused(key=key)
    return first.happening


def _refuse_empty(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise PeriodIsEmpty


def _reason(kind: str, reason: str) -> str:
    """Why a store is closed; other events need no reason."""
    if kind != Happening.Kind.STORE_CLOSED:
        return ""
    return reason or Happening.Reason.CLOSED


def _record(happening: Happening, *, at: datetime, known_as_from: datetime | None = None) -> None:
    """A closure is on record from now on; walks and cancellations are recorded with the lines they are of."""
    if happening.kind != Happening.Kind.STORE_CLOSED:
        return
    if happening.cancelled_at:
        orders.withdraw_closure(store=happening.store, starts_at=known_as_from or happening.starts_at)
        return
    orders.record_closure(
        store=happening.store,
        reason=happening.reason,
        starts_at=happening.starts_at,
        ends_at=happening.ends_at,
        at=at,
        known_as_from=known_as_from,
    )


def _keep(key: str, happening: Happening, said: Mapping[str, Any], *, by: User | None, at: datetime) -> None:
    Bulletin.objects.create(key=key, happening=happening, said=said, said_by=by, received_at=at)
    crash_point("compensation.before_bulletin_is_committed")
