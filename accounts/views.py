"""Signing in and out. One form for everybody; the three doors only say what waits behind them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from accounts.demo import DEMO_LOGINS
from accounts.forms import SignInForm

DOORS = ("consumer", "merchant", "platform")


class SignIn(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        door = self.request.GET.get("door", "")
        return super().get_context_data(**kwargs) | {"door": door if door in DOORS else ""} | demo_context()


def demo_context() -> dict[str, Any]:
    """What the doors need to offer the demo's people; nothing outside a demo."""
    if not settings.DEMO:
        return {"demo_logins": ()}
    return {"demo_logins": DEMO_LOGINS, "demo_password": settings.DEMO_PASSWORD}
