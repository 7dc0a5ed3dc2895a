"""Doors of the pages: who may come in. Strangers are sent to sign in; for the wrong role the page does not exist."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from accounts.models import Role, User

Parameters = ParamSpec("Parameters")


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[PersonRequest, Parameters], HttpResponseBase]
Door = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def role_required(*roles: Role) -> Callable[[View[Parameters]], Door[Parameters]]:
    """Only people of these roles come in."""

    def guard(view: View[Parameters]) -> Door[Parameters]:
        def door(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_back_to(request))
            if request.user.role not in roles:
                raise Http404
            return view(cast(PersonRequest, request), *args, **kwargs)

        update_wrapper(door, view)
        return door

    return guard


def _back_to(request: HttpRequest) -> str:
    """Where a stranger goes on after signing in: here, or for what was sent, the page it was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() and came_from.path else "/"


def people_only(view: View[Parameters]) -> Door[Parameters]:
    """Everybody who is signed in comes in."""
    return role_required(*Role)(view)
