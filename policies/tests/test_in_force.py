"""An order is judged by the version in force when it was placed, in its own market first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from policies.actions import check as check_version
from policies.actions import draft, enrol, leave, publish
from policies.in_force import enrolments, in_force, judge, promised, terms_of

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = datetime(2026, 6, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def days(number):
    return {"window_days": {"goods": number}, "claims_per_line": 5}


def published(policy="ask_merchant", *, terms, effective_from, market=""):
    version = draft(
        policy=policy, terms=terms, effective_from=effective_from, market=market, by=None, at=effective_from
    )
    check_version(version=version, by=None, at=effective_from)
    publish(version=version, at=effective_from)
    return version


def window(at, market=""):
    version = in_force(["ask_merchant"], at=at, market=market).get("ask_merchant")
    return version and terms_of(version).window_days["goods"]


@pytest.fixture
def versions(db):
    published(terms=days(10), effective_from=FIRST)
    published(terms=days(20), effective_from=SECOND)
    published(terms=days(99), effective_from=SECOND, market="north")
    draft(policy="ask_merchant", terms=days(77), effective_from=FIRST, by=None, at=FIRST)


@pytest.mark.parametrize(
    ("at", "market", "expected"),
    [
        (FIRST - MOMENT, "", None),
        (FIRST, "", 10),
        (SECOND - MOMENT, "", 10),
        (SECOND, "", 20),
        (SECOND - MOMENT, "north", 10),
        (SECOND, "north", 99),
        (SECOND, "south", 20),
    ],
    ids=["before", "first", "last of first", "second", "market before its own", "market", "market without its own"],
)
def test_the_latest_version_at_the_moment_counts(versions, at, market, expected):
    assert window(at, market) == expected


def test_all_policies_come_in_one_query(versions, django_assert_num_queries):
    published("return_first", terms=RETURN, effective_from=FIRST)
    with django_assert_num_queries(1):
        found = in_force(["ask_merchant", "return_first", "clocks"], at=SECOND)
        assert {code: terms_of(version).version for code, version in found.items()} == {
            "ask_merchant": 2,
            "return_first": 1,
        }


RETURN = {
    "at_fault": [],
    "at_fault_days": 1,
    "by_choice": [],
    "by_choice_days": 1,
    "kept_categories": [],
    "freight": {},
}


def test_a_merchants_own_terms_count_as_of_that_moment(shop, django_assert_num_queries):
    enrol(merchant=shop, policy="lightning_refund", terms={"per_claim": {"CNY": "5.00"}}, starts_at=FIRST)
    enrol(merchant=shop, policy="lightning_refund", terms={"per_claim": {"CNY": "7.00"}}, starts_at=SECOND)
    enrol(merchant=shop, policy="closed_store", terms={}, starts_at=FIRST, ends_at=SECOND)

    def limit(at):
        return enrolments(shop.pk, at=at)["lightning_refund"].per_claim.of("CNY")

    assert enrolments(shop.pk, at=FIRST - MOMENT) == {}
    assert (limit(FIRST), limit(SECOND - MOMENT), limit(SECOND)) == (5_00, 5_00, 7_00)
    assert "closed_store" in enrolments(shop.pk, at=SECOND - MOMENT)
    with django_assert_num_queries(1):
        assert "closed_store" not in enrolments(shop.pk, at=SECOND)


def test_terms_without_a_rule_judge_nothing(published_policies, now):
    with pytest.raises(TypeError):
        judge(in_force(["clocks"], at=now)["clocks"], object(), now)


def test_what_was_promised_is_what_was_in_force_in_one_query(versions, shop, django_assert_num_queries):
    enrol(merchant=shop, policy="lightning_refund", terms={"per_claim": {"CNY": "5.00"}}, starts_at=FIRST)
    enrol(merchant=shop, policy="lightning_refund", terms={"per_claim": {"CNY": "7.00"}}, starts_at=SECOND)
    moments = [(at, market) for at in (FIRST - MOMENT, FIRST, SECOND - MOMENT, SECOND) for market in ("", "north")]
    for at, market in moments:
        promises = promised(shop.pk, at=at, market=market)
        assert promises.versions == in_force(settings.POLICY_RULES, at=at, market=market)
        assert promises.enrolments == enrolments(shop.pk, at=at)
    with django_assert_num_queries(len(moments)):
        for at, market in moments:
            promised(shop.pk, at=at, market=market)


def test_a_promise_that_is_made_or_ends_counts_at_once(shop):
    published(terms=days(10), effective_from=FIRST)
    assert promised(shop.pk, at=SECOND).versions["ask_merchant"].number == 1
    published(terms=days(20), effective_from=SECOND)
    enrol(merchant=shop, policy="closed_store", terms={}, starts_at=FIRST)
    promises = promised(shop.pk, at=SECOND)
    assert (promises.versions["ask_merchant"].number, set(promises.enrolments)) == (2, {"closed_store"})
    leave(merchant=shop, policy="closed_store", at=SECOND)
    assert promised(shop.pk, at=SECOND).enrolments == {}
