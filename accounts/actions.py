"""Who it is: recognising a person by e-mail address and password, and the tokens of the API.

Guessing is braked by counting attempts in the database, so the count is the same for every process. An attempt is
written before its password is looked at: of any number of guesses at once, no more are looked at than the limit.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from accounts.models import SignInAttempt, User
from common.errors import Refusal
from common.transactions import atomic

GUESSING_WINDOW = timedelta(minutes=15)
MOST_FOR_PERSON_FROM_ADDRESS = 10
MOST_FOR_PERSON = 100
MOST_FROM_ADDRESS = 100


class WrongEmailOrPassword(Refusal):
    """Nobody signs in with this pair; which half is wrong is not said."""

    code = "wrong_email_or_password"
    message = _("The e-mail address and the password do not fit together. Check both and try again.")
    http_status = HTTPStatus.UNAUTHORIZED

    def headers(self) -> Mapping[str, str]:
        return {"WWW-Authenticate": "Token"}


class TooManyTries(Refusal):
    """The limit of attempts is reached. `seconds` is how long until the next one is looked at."""

    code = "too_many_tries"
    message = _("That was tried too often. Wait %(minutes)s minutes and try again.")
    http_status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(minutes=math.ceil(seconds / 60))

    def headers(self) -> Mapping[str, str]:
        return {"Retry-After": str(self.seconds)}


class IssuedToken(NamedTuple):
    """A token as its owner sees it, once; what is kept of it is a digest."""

    token: str
    expiry: datetime


def recognise(*, email: str, password: str, address: str | None, now: datetime) -> User:
    """The person who signs in with this pair, from this network address if it is known.

    Not atomic on purpose: the attempt stays when it fails. Raises WrongEmailOrPassword and TooManyTries.
    """
    attempt = SignInAttempt.objects.create(who=_digest(email), address=address, tried_at=now)
    _refuse_guessing(attempt)
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        raise WrongEmailOrPassword
    SignInAttempt.objects.filter(who=attempt.who, address=address).delete()
    return user


def _digest(email: str) -> str:
    return salted_hmac("accounts.sign_in_attempt", email.strip().lower(), algorithm="sha256").hexdigest()


def _refuse_guessing(attempt: SignInAttempt) -> None:
    """Raises TooManyTries when a limit is passed; the attempt is then taken back, so that waiting always helps."""
    for same, most in _limits(attempt):
        recent = SignInAttempt.objects.filter(same, tried_at__gt=attempt.tried_at - GUESSING_WINDOW)
        moments = list(recent.order_by("-tried_at").values_list("tried_at", flat=True)[: most + 1])
        if len(moments) > most:
            attempt.delete()
            free_at = moments[most] + GUESSING_WINDOW
            raise TooManyTries(seconds=math.ceil((free_at - attempt.tried_at).total_seconds()))


def _limits(attempt: SignInAttempt) -> Iterator[tuple[Q, int]]:
    person, sender = Q(who=attempt.who), Q(address=attempt.address)
    yield person & sender, MOST_FOR_PERSON_FROM_ADDRESS
    yield person, MOST_FOR_PERSON
    if attempt.address:
        yield sender, MOST_FROM_ADDRESS


@atomic
def change_password(*, user: User, password: str) -> None:
    """The new password counts from now on: every session and token made with the old one ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    AuthToken.objects.filter(user=user).delete()


def prefer(*, user: User, language: str, timezone: str) -> None:
    """The language ("": whatever their browser asks for) and the zone this person reads in."""
    user.language, user.timezone = language, timezone
    user.save(update_fields=["language", "timezone"])


def know_people(names: Mapping[str, str], /) -> dict[str, int]:
    """The ids of the people with these e-mail addresses (address -> name), set-wise.

    An address under `.invalid` stands for somebody from elsewhere: whoever is new is made known, cannot sign in and is
    never written to. Any other address that nobody has is missing from the answer.
    """
    known = _ids_of(names)
    User.objects.bulk_create(
        (
            User(email=email, name=name, password=make_password(None), is_active=False)
            for email, name in names.items()
            if email not in known and email.endswith(".invalid")
        ),
        ignore_conflicts=True,
    )
    return known if len(known) == len(names) else _ids_of(names)


def _ids_of(emails: Iterable[str]) -> dict[str, int]:
    return dict(User.objects.filter(email__in=list(emails)).values_list("email", "id"))


def issue_token(*, user: User) -> IssuedToken:
    """A new token for the API; its life is settings.REST_KNOX["TOKEN_TTL"]."""
    row, token = AuthToken.objects.create(user)
    return IssuedToken(token, row.expiry)


def revoke_token(*, token: AuthToken) -> None:
    """The token stops working at once."""
    token.delete()


def forget_ended_tokens(*, now: datetime) -> int:
    """Delete tokens that have run out; returns how many."""
    ended, _by_model = AuthToken.objects.filter(expiry__lt=now).delete()
    return int(ended)


def forget_old_attempts(*, now: datetime) -> int:
    """Delete attempts that no longer count; returns how many."""
    old, _by_model = SignInAttempt.objects.filter(tried_at__lt=now - GUESSING_WINDOW).delete()
    return old
