"""What people type about themselves: who they are, their password, and how they read."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import TooManyTries, WrongEmailOrPassword, recognise
from accounts.models import User
from common.addresses import sender_address


class SignInForm(AuthenticationForm):
    """E-mail address and password; a wrong one is told apart from nothing, so that nobody learns who has an account."""

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password and self.request:
            self.user_cache = _recognised(self.request, email, password)
        return self.cleaned_data


class PasswordForm(PasswordChangeForm):
    """The old password once and the new one twice. Guessing the old one is braked like signing in."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": _("This is not your password. Type the one you use now."),
    }

    def __init__(self, request: HttpRequest, user: User, **kwargs: Any) -> None:
        self.request = request
        super().__init__(user, **kwargs)

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        try:
            _recognised(self.request, self.user.email, password)
        except ValidationError as error:
            if error.code == WrongEmailOrPassword.code:
                raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect") from error
            raise
        return password


def _recognised(request: HttpRequest, email: str, password: str) -> User:
    """Raises ValidationError with the refusal's code."""
    try:
        return recognise(email=email, password=password, address=sender_address(request), now=timezone.now())
    except (WrongEmailOrPassword, TooManyTries) as refusal:
        raise ValidationError(refusal.sentence(), code=refusal.code) from refusal


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


class PreferencesForm(forms.Form):
    """The language and the zone somebody reads in."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As my browser asks for")), *settings.LANGUAGES],
        required=False,
        help_text=_("Pages and mails are written in it."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=_zones, help_text=_("Every deadline is told in this zone.")
    )
