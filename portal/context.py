"""What every page knows: the moment it is drawn at, and where its reader can go. A view's own `now` goes first."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.navigation import places


def page(request: HttpRequest) -> dict[str, Any]:
    return {"now": timezone.now(), "navigation": SimpleLazyObject(lambda: places(request))}
