import pytest

from accounts.actions import MOST_FOR_PERSON_FROM_ADDRESS

ADDRESS = "/sign-in/"


@pytest.fixture
def sign_in(client, consumer):
    def sign_in(password):
        return client.post(ADDRESS, {"username": "consumer@example.com", "password": password})

    return sign_in


def test_the_right_pair_signs_in(sign_in, client, consumer):
    assert sign_in("redress").status_code == 302
    assert client.session["_auth_user_id"] == str(consumer.pk)


def test_a_wrong_pair_is_told_on_the_page(sign_in, client):
    answer = sign_in("guess")
    assert answer.status_code == 422
    assert "do not fit together" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_guessing_is_braked_on_the_page_too(sign_in):
    for _time in range(MOST_FOR_PERSON_FROM_ADDRESS):
        sign_in("guess")
    answer = sign_in("redress")
    assert answer.status_code == 422
    assert "tried too often" in answer.content.decode()
