"""What tests begin with is what the verbs would have written."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.models import Merchant
from policies.actions import TermsNotAccepted, enrol, load_all
from policies.models import Policy, Version, VersionEvent
from policies.tests.published import publish_all, take_part

pytestmark = pytest.mark.django_db

A_YEAR = timedelta(days=365)


def contents(model: type[Model]):
    """The rows in the order they were written, without their numbers; those they belong to by name."""
    named = {"policy_id": "policy__code", "version_id": "version__number"}
    names = [named.get(field.attname, field.attname) for field in model._meta.concrete_fields[1:]]
    return list(model._default_manager.order_by("pk").values_list(*names))


def everything():
    return [contents(model) for model in (Policy, Version, VersionEvent)]


def emptied():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE policies_policy, policies_version, policies_versionevent CASCADE")


def test_terms_that_were_written_down_again_are_those_that_were_loaded(now):
    publish_all(at=now - A_YEAR, effective_from=now - 3 * A_YEAR)
    emptied()
    load_all(at=now, effective_from=now - A_YEAR)
    loaded = everything()
    emptied()
    with CaptureQueriesContext(connection) as asked:
        publish_all(at=now, effective_from=now - A_YEAR)
    assert everything() == loaded
    assert len(asked) < 10
    assert load_all(at=now).published == 0


def test_merchants_take_part_as_if_they_had_been_enrolled(published_policies, now):
    terms: dict[str, dict[str, Any]] = {"lightning_refund": {}, "refund_without_return": {"rules": []}}
    shops = [Merchant.objects.create(code=f"shop-{number}", name="Shop") for number in range(3)]
    for policy, own in terms.items():
        enrol(merchant=shops[0], policy=policy, terms=own, starts_at=now)
    for shop in shops[1:]:
        take_part(merchant=shop, terms=terms, starts_at=now)
    first, second, third = (
        list(shop.enrolments.order_by("pk").values_list("policy__code", "terms", "starts_at", "ends_at", "joined_at"))
        for shop in shops
    )
    assert first == second == third
    assert len(first) == len(terms)


def test_terms_that_are_not_accepted_are_refused(published_policies, shop, now):
    with pytest.raises(TermsNotAccepted):
        take_part(merchant=shop, terms={"lightning_refund": {"nonsense": 1}}, starts_at=now)
