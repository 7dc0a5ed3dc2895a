"""The admin site opens to operators alone, only shows, and has no sign-in of its own past the brake on guessing."""

import pytest
from django.test import Client

from accounts.models import User


def test_strangers_sign_in_where_everybody_does(client: Client, db: None):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/sign-in/?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "a@example.com", "password": "x"}).status_code == 302


@pytest.mark.parametrize("somebody", ["consumer", "merchant", "agent", "senior", "finance"])
def test_nobody_else_comes_in(client: Client, somebody: str, request: pytest.FixtureRequest):
    client.force_login(request.getfixturevalue(somebody))
    assert client.get("/admin/").status_code == 302


def test_operators_look_and_touch_nothing(client: Client, operator: User):
    client.force_login(operator)
    assert client.get("/admin/").status_code == 200
    assert operator.has_perm("orders.view_order")
    for verb in ("add", "change", "delete"):
        assert not operator.has_perm(f"orders.{verb}_order")


def test_an_operator_who_left_has_no_rights(operator: User):
    operator.is_active = False
    assert not operator.has_perm("orders.view_order")
    assert not operator.has_module_perms("orders")
