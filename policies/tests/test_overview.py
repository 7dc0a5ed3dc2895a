"""The operator's list: what is promised now, what will be, what is being drafted, never what was."""

from datetime import timedelta

import pytest
from django.conf import settings

from policies.actions import draft
from policies.models import Version

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_policy_stands_there_with_its_version_in_force(client, operator, published_policies, language):
    client.force_login(operator)
    client.cookies["redress_language"] = language
    page = client.get("/policies/")
    promises = {promise.code: promise for promise in page.context["promises"]}
    assert set(promises) == set(settings.POLICY_RULES)
    assert all(promise.in_force for promise in promises.values())
    assert 'href="/policies/closed_store/"' in page.text


def test_what_was_replaced_is_gone_what_comes_is_announced_and_drafts_are_shown(
    client, operator, published_policies, now
):
    old = Version.objects.filter(policy__code="return_first", market="").get()
    steps = {"status": "published", "checked_at": now, "published_at": now, "drafted_at": now, "terms": old.terms}
    newer, coming = (
        Version.objects.create(policy=old.policy, number=number, effective_from=moment, replay=True, **steps)
        for number, moment in ((90, now - timedelta(days=1)), (91, now + timedelta(days=9)))
    )
    drafted = draft(policy="return_first", terms=old.terms, effective_from=now, by=operator, at=now)
    client.force_login(operator)
    promises = {promise.code: promise for promise in client.get("/policies/").context["promises"]}
    versions = promises["return_first"]
    assert [version.pk for version in versions.in_force if not version.market] == [newer.pk]
    assert [version.pk for version in versions.to_come] == [coming.pk]
    assert [version.pk for version in versions.drafts] == [drafted.pk]
    past = client.get("/policies/return_first/")
    assert [version.number for version, _ in past.context["rows"]][:2] == [92, 91]
    assert [version.pk for version, is_in_force in past.context["rows"] if is_in_force and not version.market] == [
        newer.pk
    ]


def test_nobody_but_an_operator_sees_it(client, consumer, merchant, agent, finance):
    for person in (consumer, merchant, agent, finance):
        client.force_login(person)
        assert client.get("/policies/").status_code == 404
