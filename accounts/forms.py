"""The one form everybody signs in with."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.actions import TooManyTries, WrongEmailOrPassword, recognise
from common.addresses import sender_address


class SignInForm(AuthenticationForm):
    """E-mail address and password; a wrong one is told apart from nothing, so that nobody learns who has an account."""

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password and self.request:
            try:
                self.user_cache = recognise(
                    email=email, password=password, address=sender_address(self.request), now=timezone.now()
                )
            except (WrongEmailOrPassword, TooManyTries) as refusal:
                raise ValidationError(refusal.sentence(), code=refusal.code) from refusal
        return self.cleaned_data
