"""A row that is put together without the constructor is the row that the constructor makes."""

import pytest
from django.utils import timezone

from accounts.models import User
from payouts.models import Payout

pytestmark = pytest.mark.django_db


def test_a_new_row_has_what_the_constructor_gives_it(consumer):
    given = {"key": "a", "payee": consumer, "amount": 1, "currency": "CNY", "gateway": "wallet", "replaces": None}
    made, constructed = Payout.new(**given), Payout(**given)
    own = ("_state", "provider_key")
    assert {name: value for name, value in vars(made).items() if name not in own} == {
        name: value for name, value in vars(constructed).items() if name not in own
    }
    assert made.payee is consumer
    assert made._state.adding
    assert made.provider_key != Payout.new(**given).provider_key


def test_a_new_row_takes_the_id_of_another_in_place_of_it(consumer):
    made = Payout.new(key="a", payee_id=consumer.pk, amount=1, currency="CNY", gateway="wallet")
    assert made.payee == consumer


def test_a_new_row_can_be_stored(consumer):
    made = Payout.new(key="a", payee=consumer, amount=1, currency="CNY", gateway="wallet", created_at=timezone.now())
    made.next_at = made.created_at
    made.save()
    assert Payout.objects.get(key="a") == made


def test_what_a_query_left_out_is_fetched_when_it_is_asked_for(consumer, django_assert_num_queries):
    read = User.objects.only("email").get(pk=consumer.pk)
    assert read.get_deferred_fields() >= {"name", "role"}
    with django_assert_num_queries(1):
        assert read.name == consumer.name
    assert not read._state.adding


def test_a_name_that_is_no_field_is_refused():
    with pytest.raises(KeyError):
        Payout.new(colour="red")
