"""A closed store: another one that is open and near, or the price back and something on top."""

from datetime import time, timedelta

import pytest

from compensation.schemes.closed_store.rules import (
    ClosedStoreTerms,
    Closure,
    closed_store,
    metres_between,
    nearest_open,
)
from compensation.schemes.closed_store.tests.cases import MOMENT, NOON, place, voucher
from policies.shapes import Misshapen, shaped
from policies.tests.files import terms_in_file
from policies.words import Remedy, Settles

TERMS: ClosedStoreTerms = terms_in_file("closed_store")
DAYS_3 = timedelta(days=3)


def judged(facts, now=NOON):
    return closed_store(facts, TERMS, now)


def test_the_price_comes_back_and_thirty_percent_on_top():
    verdict = judged(voucher())
    assert (verdict.remedy, verdict.settles) == (Remedy.COMPENSATION, Settles.AT_ONCE)
    assert (verdict.refund, verdict.compensation, verdict.amount) == (188_00, 56_40, 244_40)
    assert [(step.code, step.amount) for step in verdict.trace.steps] == [
        ("price_back", 188_00),
        ("percent_of_the_price", 56_40),
    ]


ON_TOP = {
    "the platform's percentage": (voucher(), 56_40),
    "the merchant's own": (voucher(own_percent=100), 188_00),
    "none at all": (voucher(own_percent=0), 0),
    "half a cent is rounded up": (voucher(paid=1_05, own_percent=10), 11),
    "of the whole price, though some went back": (voucher(refundable=100_00), 56_40),
    "up to the cap": (voucher(paid=500_00, own_percent=100), 500_00),
    "cut to the cap": (voucher(paid=500_01, own_percent=100), 500_00),
    "no cap is set in this currency": (voucher(currency="JPY", own_percent=100), 0),
}


@pytest.mark.parametrize(("facts", "on_top"), list(ON_TOP.values()), ids=list(ON_TOP))
def test_what_comes_on_top_is_the_promised_part_of_the_price(facts, on_top):
    verdict = judged(facts)
    assert (verdict.refund, verdict.compensation) == (facts.refundable, on_top)


def closure(starts, ends):
    return (Closure(starts_at=NOON + starts, ends_at=None if ends is None else NOON + ends),)


RECORD = {
    "closed until further notice": (closure(-DAYS_3, None), True),
    "closed this very moment": (closure(timedelta(), None), True),
    "closes in a moment": (closure(MOMENT, None), False),
    "opened again within three days": (closure(-2 * DAYS_3, -DAYS_3 + MOMENT), True),
    "opened again three days ago": (closure(-2 * DAYS_3, -DAYS_3), False),
    "no closure on record": ((), False),
}


@pytest.mark.parametrize(("closures", "recorded"), list(RECORD.values()), ids=list(RECORD))
def test_a_closure_on_record_settles_at_once_and_a_report_waits_for_the_merchant(closures, recorded):
    verdict = judged(voucher(closures=closures))
    assert (verdict.granted, verdict.amount) == (True, 244_40)
    assert verdict.settles == (Settles.AT_ONCE if recorded else Settles.AFTER_MERCHANT)
    assert verdict.because == ("store_was_closed" if recorded else "store_reported_closed")


REFUSED = {
    "a merchant that did not join": (voucher(takes_part=False), NOON, "merchant_takes_part"),
    "a used voucher": (voucher(redeemed=True), NOON, "voucher_is_unused"),
    "before it is valid": (voucher(), voucher().usable_from - MOMENT, "voucher_was_valid"),
    "from when it is valid": (voucher(), voucher().usable_from, ""),
    "three days after it expired": (voucher(), voucher().expires_at + DAYS_3 - MOMENT, ""),
    "later than that": (voucher(), voucher().expires_at + DAYS_3, "voucher_was_valid"),
    "all went back already": (voucher(refundable=0), NOON, "something_is_left"),
}


@pytest.mark.parametrize(("facts", "now", "failed"), list(REFUSED.values()), ids=list(REFUSED))
def test_the_guarantee_covers_valid_unused_vouchers(facts, now, failed):
    verdict = judged(facts, now)
    assert verdict.granted == (not failed)
    if failed:
        assert (verdict.because, verdict.amount, verdict.compensation) == (failed, 0, 0)


# One degree of latitude is 111,195 metres: 0.02697 of it are 2,999 metres, 0.02699 are 3,001.
NEAR, FAR = place("near", latitude=30.25 + 0.02697), place("far", latitude=30.25 + 0.02699)


def test_distance_is_the_great_circle():
    assert metres_between(place(), NEAR) == 2_999
    assert metres_between(place(), FAR) == 3_001
    # Hangzhou East station to Shanghai Hongqiao station, about 146 km.
    hangzhou, shanghai = place(latitude=30.2907, longitude=120.2130), place(latitude=31.1940, longitude=121.3200)
    assert metres_between(hangzhou, shanghai) == pytest.approx(145_600, rel=0.01)
    assert metres_between(place(), place(latitude=None)) is None


OTHERS = {
    "near": ((NEAR,), "near"),
    "too far": ((FAR,), None),
    "the nearest of two": ((place("nearer", latitude=30.26), NEAR), "nearer"),
    "of two as near, by code": ((place("b", latitude=30.26), place("a", latitude=30.26)), "a"),
    "opens at noon": ((place("noon", open_from=time(12)),), "noon"),
    "opens later": ((place("later", open_from=time(12, 1)),), None),
    "closed at noon": ((place("early", open_from=time(8), open_until=time(12)),), None),
    "closed in a moment": ((place("soon", open_from=time(8), open_until=time(12, 0, 1)),), "soon"),
    "open past midnight": ((place("night", open_from=time(11), open_until=time(2)),), "night"),
    "open at night only": ((place("late", open_from=time(18), open_until=time(2)),), None),
    "hours not known": ((place("unknown", open_from=None, open_until=None),), None),
    "not on the map": ((place("lost", longitude=None),), None),
    "none": ((), None),
}


@pytest.mark.parametrize(("others", "code"), list(OTHERS.values()), ids=list(OTHERS))
def test_the_nearest_store_that_is_open_is_offered_instead(others, code):
    verdict = judged(voucher(remedy=Remedy.ALTERNATIVE, others=others))
    assert (verdict.granted, verdict.amount, verdict.remedy) == (code is not None, 0, Remedy.ALTERNATIVE)
    assert verdict.because == ("another_store" if code else "open_store_is_near")
    if code:
        assert verdict.values["store"] == code


def test_a_store_open_past_midnight_is_open_after_midnight():
    night = place("night", open_from=time(18), open_until=time(2))
    assert nearest_open(place(), [night], at=NOON.replace(hour=1, minute=59)) == (0, night)
    assert nearest_open(place(), [night], at=NOON.replace(hour=2)) is None


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [({"percent": 101}, "percent", "above_the_whole"), ({"timezone": "Mars/Base"}, "timezone", "not_a_timezone")],
)
def test_terms_that_make_no_sense_are_refused(changes, path, code):
    terms = {
        "version": 1,
        "merchant_must_enrol": True,
        "report_within_days": 3,
        "alternative_within_metres": 3000,
        "percent": 100,
        "timezone": "Asia/Shanghai",
    }
    assert shaped(ClosedStoreTerms, terms).percent == 100
    with pytest.raises(Misshapen) as problem:
        shaped(ClosedStoreTerms, {**terms, **changes})
    assert (problem.value.path, problem.value.code) == (path, code)
