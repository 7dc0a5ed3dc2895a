"""Signing in and out, and what people change about themselves.

One sign-in form for everybody; the three doors only say what waits behind them.
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import change_password, prefer
from accounts.demo import DEMO_LOGINS
from accounts.doors import PersonRequest, people_only
from accounts.forms import PasswordForm, PreferencesForm, SignInForm

DOORS = ("consumer", "merchant", "platform")


class SignIn(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    http_method_names = ("get", "head", "post", "options")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        door = self.request.GET.get("door", "")
        return super().get_context_data(**kwargs) | {"door": door if door in DOORS else ""} | demo_context()


def demo_context() -> dict[str, Any]:
    """What the doors need to offer the demo's people; nothing outside a demo."""
    if not settings.DEMO:
        return {"demo_logins": ()}
    return {"demo_logins": DEMO_LOGINS, "demo_password": settings.DEMO_PASSWORD}


@require_http_methods(["GET", "POST"])
@people_only
def account(request: PersonRequest) -> HttpResponse:
    """How this person reads. A choice made here goes before one made on some page of this browser."""
    user = request.user
    form = PreferencesForm(request.POST or None, initial={"language": user.language, "timezone": user.timezone})
    if request.method != "POST":
        return render(request, "accounts/account.html", {"form": form})
    if not form.is_valid():
        return render(request, "accounts/account.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    prefer(user=user, language=form.cleaned_data["language"], timezone=form.cleaned_data["timezone"])
    messages.success(request, _("Your language and your time zone are changed."))
    answer = redirect("account")
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


@require_http_methods(["GET", "POST"])
@people_only
def password(request: PersonRequest) -> HttpResponse:
    """A new password; this browser stays signed in, all others and every program are signed out."""
    form = PasswordForm(request, request.user, data=request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/password.html", {"form": form})
    if not form.is_valid():
        return render(request, "accounts/password.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    change_password(user=request.user, password=form.cleaned_data["new_password1"])
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
    return redirect("account")
