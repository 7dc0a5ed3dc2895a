from datetime import timedelta

import pytest

from accounts.actions import (
    GUESSING_WINDOW,
    MOST_FOR_PERSON,
    MOST_FOR_PERSON_FROM_ADDRESS,
    MOST_FROM_ADDRESS,
    TooManyTries,
    WrongEmailOrPassword,
    forget_old_attempts,
    recognise,
)
from accounts.models import SignInAttempt

HERE, THERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def attempt(consumer, now):
    def attempt(*, after=timedelta(), **changes):
        pair = {"email": "consumer@example.com", "password": "redress", "address": HERE}
        return recognise(**pair | changes, now=now + after)

    return attempt


@pytest.fixture
def fail(attempt):
    def fail(times, **kwargs):
        for _time in range(times):
            with pytest.raises(WrongEmailOrPassword):
                attempt(password="guess", **kwargs)

    return fail


def test_the_right_pair_is_recognised(attempt, consumer):
    assert attempt(email="Consumer@Example.COM") == consumer
    assert not SignInAttempt.objects.exists()


def test_an_unknown_person_is_refused_in_the_same_words(attempt):
    with pytest.raises(WrongEmailOrPassword) as wrong_password:
        attempt(password="guess")
    with pytest.raises(WrongEmailOrPassword) as unknown:
        attempt(email="nobody@example.com")
    assert str(wrong_password.value) == str(unknown.value)


def test_a_person_who_left_is_refused(attempt, consumer):
    consumer.is_active = False
    consumer.save()
    with pytest.raises(WrongEmailOrPassword):
        attempt()


def test_the_right_password_is_not_looked_at_after_too_many_wrong_ones(attempt, fail):
    fail(MOST_FOR_PERSON_FROM_ADDRESS)
    with pytest.raises(TooManyTries) as refusal:
        attempt()
    assert refusal.value.headers() == {"Retry-After": str(int(GUESSING_WINDOW.total_seconds()))}


def test_one_fewer_is_still_looked_at(attempt, fail, consumer):
    fail(MOST_FOR_PERSON_FROM_ADDRESS - 1)
    assert attempt() == consumer


def test_signing_in_forgets_the_failures_before_it(attempt, fail, consumer):
    fail(MOST_FOR_PERSON_FROM_ADDRESS - 1)
    attempt()
    fail(MOST_FOR_PERSON_FROM_ADDRESS - 1)
    assert attempt() == consumer


def test_the_wait_ends_when_it_was_said_to_and_tries_meanwhile_do_not_prolong_it(attempt, fail, consumer):
    fail(MOST_FOR_PERSON_FROM_ADDRESS)
    with pytest.raises(TooManyTries) as refusal:
        attempt(after=timedelta(minutes=5))
    wait = timedelta(seconds=refusal.value.seconds)
    assert wait == GUESSING_WINDOW - timedelta(minutes=5)
    with pytest.raises(TooManyTries):
        attempt(after=timedelta(minutes=5) + wait - timedelta(seconds=1))
    assert attempt(after=timedelta(minutes=5) + wait) == consumer


def test_the_owner_still_gets_in_from_elsewhere(attempt, fail, consumer):
    fail(MOST_FOR_PERSON_FROM_ADDRESS)
    assert attempt(address=THERE) == consumer


def test_guessing_one_person_from_everywhere_is_braked(attempt, fail, now):
    fail(1)
    attempt_rows(now, MOST_FOR_PERSON - 1, who=SignInAttempt.objects.get().who, address=THERE)
    with pytest.raises(TooManyTries):
        attempt(address="192.0.2.1")


def test_guessing_everybody_from_one_address_is_braked(attempt, consumer, now):
    attempt_rows(now, MOST_FROM_ADDRESS, address=HERE)
    with pytest.raises(TooManyTries):
        attempt()
    assert attempt(address=THERE) == consumer


def test_an_unknown_address_is_nobody_s_limit(attempt, consumer, now):
    attempt_rows(now, MOST_FROM_ADDRESS, address=None)
    assert attempt(address=None) == consumer


def test_what_was_typed_is_not_kept(attempt, fail):
    fail(1, email="my-password@example.com")
    assert "my-password" not in str(SignInAttempt.objects.values().get())


def test_attempts_are_forgotten_once_they_no_longer_count(attempt, fail, now):
    fail(1)
    assert forget_old_attempts(now=now + GUESSING_WINDOW) == 0
    assert forget_old_attempts(now=now + GUESSING_WINDOW + timedelta(seconds=1)) == 1


def attempt_rows(now, count, *, address, who="somebody"):
    SignInAttempt.objects.bulk_create([SignInAttempt(who=who, address=address, tried_at=now)] * count)
