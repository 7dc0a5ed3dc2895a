"""The operator's page: what is promised now and what will be, never what was."""

from datetime import timedelta

import pytest

from policies.models import Version

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_policy_shows_its_version_in_force_with_its_terms(client, operator, published_policies, language):
    client.force_login(operator)
    client.cookies["redress_language"] = language
    page = client.get("/policies/")
    codes = [promise.code for promise in page.context["promises"]]
    assert {"ask_merchant", "clocks", "lightning_refund", "return_first"} <= set(codes)
    assert "merchant_must_enrol: true" in page.text


def test_what_was_replaced_is_gone_and_what_comes_is_announced(client, operator, published_policies, now):
    old = Version.objects.filter(policy__code="return_first", market="").get()
    steps = {"status": "published", "checked_at": now, "published_at": now, "drafted_at": now, "terms": old.terms}
    newer, coming = (
        Version.objects.create(policy=old.policy, number=number, effective_from=moment, replay=True, **steps)
        for number, moment in ((90, now - timedelta(days=1)), (91, now + timedelta(days=9)))
    )
    client.force_login(operator)
    promises = {promise.code: promise for promise in client.get("/policies/").context["promises"]}
    versions = promises["return_first"]
    assert [published.version.pk for published in versions.in_force if not published.version.market] == [newer.pk]
    assert [published.version.pk for published in versions.to_come] == [coming.pk]


def test_nobody_but_an_operator_sees_it(client, consumer, merchant, agent, finance):
    for person in (consumer, merchant, agent, finance):
        client.force_login(person)
        assert client.get("/policies/").status_code == 404
