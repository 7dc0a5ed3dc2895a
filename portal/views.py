"""The first page, and the language the reader chose on it."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_supported_language_variant
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from accounts.views import demo_context
from portal.navigation import places


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Strangers learn what this is; everybody else goes to where their work begins."""
    if begins := places(request):
        return redirect(begins[0].href)
    return render(request, "portal/landing.html", demo_context())


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Sets the page's language, and the language the portal writes to this person in."""
    answer = set_language(request)
    chosen = answer.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen and request.user.is_authenticated:
        language = get_supported_language_variant(chosen.value)
        get_user_model().objects.filter(pk=request.user.pk).update(language=language)
    return answer
