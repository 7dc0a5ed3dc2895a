"""A merchant's own rule lets goods be kept: price range x category x reason."""

from datetime import timedelta

import pytest

from policies.shapes import Misshapen, shaped
from policies.tests.files import terms_in_file
from policies.words import Reason, Remedy, Settles
from refunds.rules import OwnRule, WithoutReturnEnrolment, WithoutReturnTerms, refund_without_return
from refunds.tests.cases import DELIVERED, MOMENT, NOW, mug, worth

TERMS: WithoutReturnTerms = terms_in_file("refund_without_return")
CHEAP = OwnRule(name="cheap", price_from=0, price_until=50_00, categories=(), reasons=(Reason.DAMAGED,))
HOME = OwnRule(
    name="home", price_from=50_00, price_until=80_00, categories=("home",), reasons=(Reason.DAMAGED, Reason.WRONG_ITEM)
)
RULES = (CHEAP, HOME)


BOUNDARIES = {
    "below the end of the first range": (worth(49_99, own_rules=RULES), NOW, "cheap"),
    "the end belongs to the next range": (worth(50_00, own_rules=RULES), NOW, "home"),
    "below the end of the second range": (worth(79_99, own_rules=RULES), NOW, "home"),
    "above all ranges": (worth(80_00, own_rules=RULES), NOW, None),
    "another category": (worth(50_00, own_rules=RULES, category="toys"), NOW, None),
    "any category where none is named": (worth(49_99, own_rules=RULES, category="toys"), NOW, "cheap"),
    "another reason": (worth(49_99, own_rules=RULES, reason=Reason.WRONG_ITEM), NOW, None),
    "no rule at all": (worth(49_99), NOW, None),
    "the last moment of 15 days": (worth(49_99, own_rules=RULES), DELIVERED + timedelta(days=15) - MOMENT, "cheap"),
    "the price of a piece counts, not of the line": (
        mug(paid=99_98, refundable=99_98, quantity=2, refundable_quantity=2, asked=99_98, asked_quantity=2,
            own_rules=RULES), NOW, "cheap"),
    "half a cent above the range is above it": (
        mug(paid=100_01, refundable=100_01, quantity=2, refundable_quantity=2, asked=50_01, own_rules=(CHEAP,)),
        NOW, None),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "now", "rule"), list(BOUNDARIES.values()), ids=list(BOUNDARIES))
def test_the_rule_that_fits_pays_at_once(facts, now, rule):
    verdict = refund_without_return(facts, TERMS, now)
    assert verdict.granted == (rule is not None)
    if rule:
        assert (verdict.remedy, verdict.settles, verdict.amount) == (Remedy.REFUND, Settles.AT_ONCE, facts.asked)
        assert verdict.trace.tests[0].values["rule"] == rule
    else:
        assert (verdict.because, verdict.amount) == ("own_rule_fits", 0)


PLATFORM = {
    "the platform's limit": (500_00, NOW, Reason.DAMAGED, ""),
    "above the platform's limit": (500_01, NOW, Reason.DAMAGED, "within_platform_limit"),
    "the end of the window": (500_00, DELIVERED + timedelta(days=15), Reason.DAMAGED, "window_is_open"),
    "a reason no merchant may cover": (500_00, NOW, Reason.NOT_RECEIVED, "reason_is_covered"),
}


@pytest.mark.parametrize(("price", "now", "reason", "failed"), list(PLATFORM.values()), ids=list(PLATFORM))
def test_the_platform_limits_what_a_merchants_rule_may_do(price, now, reason, failed):
    generous = OwnRule(name="all", price_from=0, price_until=10_000_00, categories=(), reasons=tuple(Reason))
    verdict = refund_without_return(worth(price, own_rules=(generous,), reason=reason), TERMS, now)
    assert (verdict.granted, verdict.because) == (not failed, failed or "merchant_lets_it_be_kept")


def own(name="one", price_from="0", price_until="50.00", currency="CNY", **changes):
    return {
        "name": name,
        "price_from": {currency: price_from},
        "price_until": {currency: price_until},
        "reasons": ["damaged"],
        **changes,
    }


def test_rules_that_exclude_each_other_are_taken():
    enrolment = shaped(
        WithoutReturnEnrolment,
        {
            "rules": [
                own("cheap"),
                own("dear", price_from="50.00", price_until="90.00"),
                own("other reason", reasons=["changed_mind"]),
                own("other currency", currency="GBP"),
                own("toys", price_from="90.00", price_until="99.00", categories=["toys"]),
                own("books", price_from="90.00", price_until="99.00", categories=["books"]),
            ]
        },
    )
    assert [rule.name for rule in enrolment.rules_in("CNY")] == ["cheap", "dear", "other reason", "toys", "books"]
    assert enrolment.rules_in("GBP")[0].price_until == 50_00


@pytest.mark.parametrize(
    "second",
    [
        own("two"),
        own("two", price_from="49.99", price_until="60.00"),
        own("two", categories=["toys"]),
        own("two", reasons=["wrong_item", "damaged"]),
    ],
    ids=["same", "one cent shared", "a category of all", "one reason shared"],
)
def test_a_rule_that_fits_the_same_goods_is_refused_and_the_other_one_named(second):
    with pytest.raises(Misshapen) as problem:
        shaped(WithoutReturnEnrolment, {"rules": [own("one"), second]})
    assert (problem.value.path, problem.value.code) == ("rules[1]", "conflicts_with")
    assert problem.value.values == {"rule": "two", "other": "one"}


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        (own(price_from="50.00"), "rules[0].price_until", "range_is_empty"),
        (own(reasons=[]), "rules[0].reasons", "empty"),
        (own(price_until={"GBP": "1.00"}), "rules[0].price_until.CNY", "not_an_amount"),
        ({**own(), "price_until": {"GBP": "90.00"}}, "rules[0].price_until", "not_one_currency"),
    ],
    ids=["range ends where it begins", "no reason", "no amount", "two currencies"],
)
def test_a_rule_that_makes_no_sense_is_refused(rule, path, code):
    with pytest.raises(Misshapen) as problem:
        shaped(WithoutReturnEnrolment, {"rules": [rule]})
    assert (problem.value.path, problem.value.code) == (path, code)
