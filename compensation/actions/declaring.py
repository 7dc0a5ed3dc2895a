"""Force majeure is declared and ended by senior agents; what it covers is advanced by the sweep above this room."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from compensation.models import ForceMajeure
from compensation.models.force_majeure import may_declare
from orders.models import Order, Store
from payouts.statements import reason as stated


class SeniorsOnly(Refusal):
    code = "seniors_only"
    message = _("Only a senior agent declares force majeure.")
    http_status = HTTPStatus.FORBIDDEN


class PlaceMissing(Refusal):
    code = "place_missing"
    message = _("Name the one place it is about: a market, a city or a store.")
    field = "place"
    http_status = HTTPStatus.BAD_REQUEST


class NoSuchPlace(Refusal):
    code = "no_such_place"
    message = _("There is no such place here.")
    field = "place"
    http_status = HTTPStatus.BAD_REQUEST


class PeriodIsEmpty(Refusal):
    code = "period_is_empty"
    message = _("It ends after it begins.")
    field = "ends_at"
    http_status = HTTPStatus.BAD_REQUEST


class UnknownKind(Refusal):
    code = "unknown_kind"
    message = _("Choose what happened.")
    field = "kind"
    http_status = HTTPStatus.BAD_REQUEST


class AlreadyEnded(Refusal):
    code = "already_ended"
    message = _("This has ended already.")


def refuse_all_but_seniors(user: User) -> None:
    """Raises SeniorsOnly."""
    if not may_declare(user):
        raise SeniorsOnly


@atomic
def declare_force_majeure(
    *,
    kind: str,
    place: str,
    where: str,
    starts_at: datetime,
    ends_at: datetime | None,
    because: str,
    by: User,
    at: datetime,
) -> ForceMajeure:
    """Declare it for a market, a city or a store (`where`: its name, or the store's code), for a half-open period.

    Raises SeniorsOnly, UnknownKind, PlaceMissing, NoSuchPlace, PeriodIsEmpty, ReasonMissing and ReasonTooLong.
    """
    refuse_all_but_seniors(by)
    if kind not in ForceMajeure.Kind.values:
        raise UnknownKind
    if ends_at is not None and ends_at <= starts_at:
        raise PeriodIsEmpty
    return ForceMajeure.objects.create(
        kind=kind,
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        because=stated(because),
        declared_by=by,
        declared_at=at,
        **_place(place, where.strip()),
    )


def _place(place: str, where: str) -> dict[str, str | Store]:
    match place:
        case ForceMajeure.Place.MARKET:
            if where and not Order.objects.filter(market=where).exists():
                raise NoSuchPlace
            return {"market": where}
        case ForceMajeure.Place.CITY if where:
            city = Store.objects.filter(city__iexact=where).first() or Store.objects.filter(city_zh=where).first()
            if city is None:
                raise NoSuchPlace
            return {"city": city.city}
        case ForceMajeure.Place.STORE if where:
            store = Store.objects.filter(code=where).first()
            if store is None:
                raise NoSuchPlace
            return {"store": store}
        case _:
            raise PlaceMissing


@atomic
def end_force_majeure(*, force_majeure: ForceMajeure, by: User, at: datetime) -> ForceMajeure:
    """It is over from this moment on; one that has not begun is called off: its period is empty and covers nothing.

    Raises SeniorsOnly and AlreadyEnded.
    """
    refuse_all_but_seniors(by)
    found = ForceMajeure.objects.select_for_update(no_key=True).get(pk=force_majeure.pk)
    if found.ended_at is not None or (found.ends_at is not None and found.ends_at <= at):
        raise AlreadyEnded
    found.ends_at, found.ended_by, found.ended_at = max(at, found.starts_at), by, at
    found.save(update_fields=["ends_at", "ended_by", "ended_at"])
    return found
