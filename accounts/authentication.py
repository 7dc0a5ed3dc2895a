"""Who calls the API: a knox token, looked up in one statement and nothing written."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from knox import auth
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from common.compiled import Compiled, Given

TOKEN = Compiled(lambda: AuthToken.objects.filter(digest=Given("digest", CharField())).select_related("user"))


class CallerRequest(Request):
    """A request of somebody who signed in: what every operation gets that asks for it."""

    user: User


class TokenAuthentication(auth.TokenAuthentication):  # type: ignore[misc] # knox has no types
    """Knox's own also reads and deletes all other tokens of the person on every request; here a sweep does that.

    The answer is in the language the request asks for, else in the person's own; times are told in their zone.
    """

    def authenticate(self, request: Request) -> tuple[User, AuthToken] | None:
        recognised: tuple[User, AuthToken] | None = super().authenticate(request)
        if recognised:
            user = recognised[0]
            if user.language and "Accept-Language" not in request.headers:
                translation.activate(user.language)
            timezone.activate(ZoneInfo(user.timezone))
        return recognised

    def authenticate_credentials(self, token: bytes) -> Any:
        """The person and the token, found by the digest that is kept of it, which nobody can aim at by guessing."""
        kept = TOKEN.first(digest=hash_token(token.decode())) if token.isalnum() else None
        if kept is None or self._cleanup_token(kept):
            raise AuthenticationFailed(_("Invalid token."))
        return self.validate_user(kept)

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()
