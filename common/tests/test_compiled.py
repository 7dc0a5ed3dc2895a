from datetime import UTC, datetime

import pytest
from django.db import IntegrityError
from django.db.models import CharField, Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Member, Merchant, User
from common.compiled import Compiled, Given, insert
from policies.models import Policy, Version

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def members():
    """Members by e-mail address, with their person, their merchant and how many work there."""
    colleagues = (
        Member.objects.filter(merchant=OuterRef("merchant")).order_by().values("merchant").values_list(Count("pk"))
    )
    return (
        Member.objects.select_related("user", "merchant")
        .filter(user__email=Given("email", CharField()))
        .annotate(colleagues=Coalesce(Subquery(colleagues), 0), shop_code=F("merchant__code"))
    )


def test_a_compiled_query_reads_the_rows_that_the_queryset_would(merchant, clerk, outsider, django_assert_num_queries):
    query = Compiled(members)
    with django_assert_num_queries(2):
        found = [member for person in (merchant, outsider) for member in query.ask(email=person.email)]
        assert [(member.user.name, member.merchant.code, member.colleagues) for member in found] == [
            ("Merchant", "corner-shop", 2),
            ("Outsider", "other-shop", 1),
        ]
        assert [member.shop_code for member in found] == ["corner-shop", "other-shop"]


def test_values_are_parameters_and_never_sql(merchant):
    assert Compiled(members).first(email="' OR TRUE --") is None


def test_an_optional_relation_that_is_missing_is_none(published_policies):
    latest = Compiled(
        lambda: Version.objects.select_related("policy", "drafted_by").filter(policy__code=Given("code", CharField()))
    )
    version = latest.first(code="clocks")
    assert version
    assert (version.policy.code, version.drafted_by) == ("clocks", None)
    assert version.terms == Version.objects.get(pk=version.pk).terms


def test_a_value_that_was_not_given_is_a_mistake(db):
    with pytest.raises(KeyError):
        Compiled(members).first()


def test_inserted_rows_are_stored_as_save_would_store_them(db, django_assert_num_queries):
    policy = Policy(code="made-up")
    versions = [
        Version(policy=policy, number=number, terms={"days": number}, effective_from=NOW, drafted_at=NOW)
        for number in (1, 2)
    ]
    with django_assert_num_queries(2):
        insert(policy)
        for version in versions:
            version.policy = policy
        insert(*versions)
    stored = list(Version.objects.filter(policy__code="made-up").order_by("number"))
    assert stored == versions
    assert [(version.terms, version.status, version.checked_at) for version in stored] == [
        ({"days": 1}, "draft", None),
        ({"days": 2}, "draft", None),
    ]


def test_rows_that_point_to_one_another_are_stored_in_one_statement(db, django_assert_num_queries):
    policy = Policy(code="made-up")
    versions = [
        Version(policy=policy, number=number, terms={}, effective_from=NOW, drafted_at=NOW) for number in (1, 2)
    ]
    with django_assert_num_queries(1):
        insert(policy, *versions)
        assert [version.policy_id for version in versions] == [policy.pk] * 2
        assert [version.policy.code for version in versions] == ["made-up"] * 2
    assert list(policy.versions.order_by("id")) == versions


def test_an_inserted_row_can_be_saved_again(db):
    shop = Merchant(code="new-shop", name="New")
    insert(shop)
    shop.name = "Renamed"
    shop.save()
    assert Merchant.objects.get(code="new-shop").name == "Renamed"


def test_what_the_database_refuses_is_raised(consumer):
    with pytest.raises(IntegrityError):
        insert(User(email=consumer.email, name="Twin", joined_at=NOW))
