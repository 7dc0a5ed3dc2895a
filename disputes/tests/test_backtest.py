"""Past claims judged again under other terms: what would change, for whom, and that nothing else does."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from disputes.actions import answer
from disputes.actions.backtest import NoRuleToTry, PeriodIsEmpty, go_on, hash_of, is_stale, try_terms, try_version
from disputes.backtests.tally import Tally
from disputes.models import Backtest, BacktestChange, BacktestPart, Claim
from policies.actions import TermsNotAccepted, UnknownPolicy, draft
from policies.backtest import Draft, Stored
from policies.in_force import rule_of
from policies.models import Verdict, Version
from policies.shapes import shaped
from policies.traces import canonical

LIGHTNING = "lightning_refund"


def terms_of(policy: str, **changes: Any) -> dict[str, Any]:
    """The terms in force, with changes."""
    version = Version.objects.get(policy__code=policy, market="", status="published")
    terms: dict[str, Any] = deepcopy(version.terms)
    return terms | changes


def with_limits(limit: str) -> dict[str, Any]:
    """Lightning refunds up to the same sum for everybody."""
    limits = [{"standing": 0, "per_claim": {"CNY": limit}, "per_day": {"CNY": "100000.00"}}]
    return terms_of(LIGHTNING, consumer_limits=limits, limit_per_claim={"CNY": limit})


@pytest.fixture
def tried(now):
    def tried(policy: str, terms: dict[str, Any], **given: Any) -> Backtest:
        """A back-test worked through to its end."""
        asked = try_terms(policy=policy, terms=terms, by=None, at=now + timedelta(minutes=1), **given)
        while go_on(now=now):
            pass
        asked.refresh_from_db()
        return asked

    return tried


@pytest.fixture
def at_once(file, mug):
    """Paid by a lightning refund: 45.00."""
    return file(mug)


def test_the_same_terms_change_nothing(tried, at_once, claim, returning):
    done = tried(LIGHTNING, terms_of(LIGHTNING))
    tally = Tally.read(done.result)
    assert (done.status, done.claims, tally.claims, tally.broken) == ("done", 3, 3, 0)
    assert not BacktestChange.objects.exists()
    row = tally.total("CNY")
    assert (row.sure_was, row.sure_becomes) == (45_00, 45_00)
    assert (row.open_was, row.open_becomes) == (2 * 1_299_00 + 12_00,) * 2


def test_a_higher_limit_pays_at_once_what_waited_for_the_merchant(tried, at_once, claim):
    tally = Tally.read(tried(LIGHTNING, with_limits("2000.00")).result)
    change = BacktestChange.objects.get()
    assert (change.claim, change.effect, change.payer) == (claim, "more", "merchant")
    assert (change.rule_was, change.rule_becomes) == ("ask_merchant", LIGHTNING)
    assert (change.sure_was, change.open_was, change.sure_becomes, change.open_becomes) == (0, 1_299_00, 1_299_00, 0)
    assert tally.total("CNY").difference == 1_299_00
    rules = dict(tally.by("rule", "CNY"))
    assert (rules[LIGHTNING].claims_was, rules[LIGHTNING].claims_becomes) == (1, 2)
    assert (rules["ask_merchant"].claims_was, rules["ask_merchant"].claims_becomes) == (1, 0)


def test_a_lower_limit_leaves_it_to_the_merchant_again(tried, at_once):
    tried(LIGHTNING, with_limits("40.00"))
    change = BacktestChange.objects.get()
    assert (change.effect, change.rule_becomes) == ("less", "ask_merchant")
    assert (change.sure_was, change.open_was, change.sure_becomes, change.open_becomes) == (45_00, 0, 0, 45_00)


def test_what_the_merchant_paid_already_only_comes_sooner(tried, claim, merchant, now):
    answer(claim=claim, by=merchant, kind="accept", reason="", statement="", at=now)
    tried(LIGHTNING, with_limits("2000.00"))
    change = BacktestChange.objects.get()
    assert (change.effect, change.sure_was, change.sure_becomes) == ("sooner", 1_299_00, 1_299_00)


def test_facts_of_another_rule_say_nothing_about_it(tried, at_once):
    done = tried("hotel_overbooking", terms_of("hotel_overbooking", no_room_factor=1))
    tally = Tally.read(done.result)
    assert (tally.claims, tally.elsewhere) == (1, 1)
    assert tally.total("CNY").changed == 0


def test_a_guarantee_that_pays_less_costs_less(tried, file, stay_order):
    stay = file(stay_order.lines.get(), reason="worse_room", remedy="compensation")
    tried("hotel_overbooking", terms_of("hotel_overbooking", cap={"CNY": "100.00"}))
    change = BacktestChange.objects.get()
    assert (change.claim, change.effect, change.sure_was, change.sure_becomes) == (stay, "less", 600_00, 100_00)


def test_only_the_claims_of_the_period_are_looked_at(tried, at_once, now):
    earlier = tried(LIGHTNING, with_limits("40.00"), claims_until=now)
    assert (earlier.claims, earlier.result["claims"]) == (0, 0)
    later = tried(LIGHTNING, with_limits("40.00"), claims_from=now)
    assert (later.claims, later.result["claims"]) == (1, 1)


def test_facts_that_cannot_be_read_are_counted_and_named(tried, at_once, claim):
    stored = at_once.verdict
    facts = {name: value for name, value in stored.facts.items() if name != "asked"}
    broken = Verdict.objects.create(
        key="broken", version=stored.version, facts=facts, judged_at=stored.judged_at, body=stored.body
    )
    Claim.objects.filter(pk=at_once.pk).update(verdict=broken)
    tally = Tally.read(tried(LIGHTNING, with_limits("2000.00")).result)
    assert (tally.claims, tally.broken, tally.broken_numbers) == (2, 1, [at_once.number])
    assert BacktestChange.objects.get().claim == claim


def test_stored_facts_judged_again_under_their_own_version_give_the_stored_bytes(at_once, claim, returning):
    for verdict in Verdict.objects.select_related("version__policy"):
        version = verdict.version
        trial = Draft(version.policy.code, version.terms, [version])
        facts: object = shaped(trial.facts, verdict.facts, signed=True)
        again = trial.rule(facts, shaped_like(version), verdict.judged_at)
        assert canonical(again) == verdict.body


def shaped_like(version: Version) -> Any:
    return shaped(rule_of(version.policy.code).terms, {**version.terms, "version": version.number})


def test_terms_for_every_market_leave_a_market_with_its_own_alone(published_policies, now):
    own = Version.objects.get(policy__code=LIGHTNING, market="online-retail")
    everywhere = Draft(LIGHTNING, terms_of(LIGHTNING), [own])
    theirs = Draft(LIGHTNING, own.terms, [own], market="online-retail")
    stored = Stored(LIGHTNING, {}, now, now, "online-retail", True, "refund", "at_once", 1, 0, "GBP")
    assert (everywhere.covers(stored), theirs.covers(stored)) == (False, True)


def test_a_result_is_stale_as_soon_as_the_draft_says_something_else(published_policies, operator, now):
    version = draft(policy=LIGHTNING, terms=with_limits("40.00"), effective_from=now, by=operator, at=now)
    asked = try_version(version=version, by=operator, at=now)
    assert (asked.terms_hash, is_stale(asked)) == (hash_of(version.terms), False)
    Version.objects.filter(pk=version.pk).update(terms=with_limits("41.00"))
    assert is_stale(Backtest.objects.select_related("version").get(pk=asked.pk))


def test_a_part_is_counted_once_however_often_it_is_taken_up(tried, at_once, now):
    done = tried(LIGHTNING, with_limits("40.00"))
    assert BacktestPart.objects.filter(backtest=done, tally__isnull=False).count() == 1
    assert go_on(now=now) == 0
    assert BacktestChange.objects.filter(backtest=done).count() == 1


@pytest.mark.parametrize(
    ("policy", "terms", "refusal"),
    [
        ("no_such_policy", {}, UnknownPolicy),
        ("clocks", {}, NoRuleToTry),
        (LIGHTNING, {"reasons": ["damaged"]}, TermsNotAccepted),
    ],
)
def test_what_cannot_be_tried_is_refused_and_nothing_is_kept(published_policies, now, policy, terms, refusal):
    with pytest.raises(refusal):
        try_terms(policy=policy, terms=terms, by=None, at=now)
    assert not Backtest.objects.exists()


def test_a_period_that_ends_before_it_begins_is_refused(published_policies, now):
    with pytest.raises(PeriodIsEmpty):
        try_terms(
            policy=LIGHTNING, terms=terms_of(LIGHTNING), by=None, at=now, claims_from=now,
            claims_until=now - timedelta(days=1),
        )  # fmt: skip
