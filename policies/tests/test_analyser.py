# ruff: noqa: E501 (a fault is a line of the table)
"""The analyser finds every seeded fault, each with an example that the rule confirms, and nothing in what is published."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from policies.actions import documents
from policies.analyser import Finding, Kind, analyse, analysis_of
from policies.analyser.parts import with_each_one_lower, without_each
from policies.analyser.questions import _differ, _is_cut
from policies.in_force import enrolment_terms, rule_of, typed_terms
from policies.shapes import Misshapen, plain, shaped
from policies.traces import Verdict
from portal.demo import PROMISES

Change = Callable[[dict[str, Any]], object]


class Fault(NamedTuple):
    """The published terms of a policy with one thing wrong, and what has to be found."""

    policy: str
    change: Change | None
    kind: Kind
    path: str
    own: dict[str, Any] | None = None


def sets(**values: Any) -> Change:
    return lambda terms: terms.update(values)


def at(*path: str | int, to: Any) -> Change:
    """Another value at that place."""

    def change(terms: Any) -> None:
        for part in path[:-1]:
            terms = terms[part]
        terms[path[-1]] = to

    return change


def without(*path: str | int) -> Change:
    def change(terms: Any) -> None:
        for part in path[:-1]:
            terms = terms[part]
        del terms[path[-1]]

    return change


def adds(*path: str | int, item: Any) -> Change:
    def change(terms: Any) -> None:
        for part in path:
            terms = terms[part]
        terms.append(item)

    return change


def row(start: str, end: str, *, categories: tuple[str, ...] = (), reasons: tuple[str, ...] = ("damaged",)) -> Any:
    return {
        "name": f"{start} to {end}", "price_from": {"CNY": start}, "price_until": {"CNY": end},
        "categories": list(categories), "reasons": list(reasons),
    }  # fmt: skip


def rows(*given: Any) -> dict[str, Any]:
    return {"rules": list(given)}


NOTHING = dict.fromkeys(("CNY", "EUR", "GBP", "USD"), "0.00")

FAULTS = {
    # Lightning refunds.
    "a window of no days": Fault("lightning_refund", at("window_days", "voucher", to=0), Kind.NEVER_DECIDES, "reasons[4]"),
    "a kind of order misspelt": Fault("lightning_refund", at("window_days", "good", to=15), Kind.NEVER_DECIDES, "window_days.good"),
    "a reason of an order that is not covered": Fault("lightning_refund", adds("reasons", item="worse_room"), Kind.NEVER_DECIDES, "reasons[5]"),
    "a wait as long as the window": Fault("lightning_refund", sets(undelivered_after_days=15), Kind.NEVER_DECIDES, "reasons[0]"),
    "a limit above all others": Fault("lightning_refund", at("limit_per_claim", "CNY", to="2000.00"), Kind.NEVER_REACHED, "limit_per_claim.CNY"),
    "a currency left out of a limit": Fault("lightning_refund", without("limit_per_claim", "EUR"), Kind.GAP, "currency.EUR"),
    "a better standing with less": Fault("lightning_refund", at("consumer_limits", 4, "per_claim", "CNY", to="150.00"), Kind.PAYS_LESS_FOR_MORE, "standing"),
    "a day that ends before one claim": Fault("lightning_refund", at("consumer_limits", 5, "per_day", "CNY", to="900.00"), Kind.NEVER_REACHED, "consumer_limits[5].per_claim.CNY"),
    "a limit of nothing": Fault("lightning_refund", sets(limit_per_claim=NOTHING), Kind.PAYS_NOWHERE, ""),
    # Refunds without return, and merchants' own rules under them.
    "no time to ask": Fault("refund_without_return", sets(window_days=0), Kind.PAYS_NOWHERE, ""),
    "two price ranges that overlap": Fault("refund_without_return", None, Kind.OVERLAP, "rules[1]", rows(row("1.00", "50.00"), row("49.99", "80.00"))),
    "a gap between two price ranges": Fault("refund_without_return", None, Kind.GAP, "rules", rows(row("1.00", "50.00"), row("50.01", "80.00"))),
    "a row behind an earlier one": Fault("refund_without_return", None, Kind.NEVER_DECIDES, "rules[1]", rows(row("1.00", "50.00"), row("10.00", "20.00", categories=("home",)))),
    "a row behind two others": Fault("refund_without_return", None, Kind.NEVER_DECIDES, "rules[2]", rows(row("1.00", "50.00"), row("50.00", "90.00"), row("20.00", "80.00"))),
    "a row for what the platform does not cover": Fault("refund_without_return", None, Kind.NEVER_DECIDES, "rules", rows(row("1.00", "50.00", reasons=("not_received",)))),
    "a reason named twice": Fault("refund_without_return", None, Kind.NEVER_DECIDES, "rules[0].reasons[1]", rows(row("1.00", "50.00", reasons=("damaged", "damaged")))),
    # Returns, and the first word of the merchant.
    "a reason on both lists": Fault("return_first", adds("by_choice", item="damaged"), Kind.NEVER_DECIDES, "by_choice[1]"),
    "no days for a change of mind": Fault("return_first", sets(by_choice_days=0), Kind.NEVER_DECIDES, "by_choice[0]"),
    "a reason that goods never have": Fault("return_first", adds("at_fault", item="no_room"), Kind.NEVER_DECIDES, "at_fault[3]"),
    "no claim for a line": Fault("ask_merchant", sets(claims_per_line=0), Kind.PAYS_NOWHERE, ""),
    "a kind of order without a window": Fault("ask_merchant", without("window_days", "card"), Kind.GAP, "trouble.card.not_as_described"),
    # Clocks.
    "a turn of no minutes": Fault("clocks", sets(offer_answer_minutes=0), Kind.GAP, "clock.offer_answer_minutes"),
    "a reminder before any turn begins": Fault("clocks", adds("merchant_reminder_minutes", item=20_000), Kind.NEVER_DECIDES, "merchant_reminder_minutes[2]"),
    "a reminder named twice": Fault("clocks", adds("consumer_reminder_minutes", item=240), Kind.NEVER_DECIDES, "consumer_reminder_minutes[1]"),
    # Guarantees.
    "a cap of nothing": Fault("hotel_overbooking", at("cap", "CNY", to="0.00"), Kind.ALWAYS_CUTS, "cap.CNY"),
    "a cap below the least sum": Fault("long_queue", at("cap", "CNY", to="19.99"), Kind.ALWAYS_CUTS, "cap.CNY"),
    "a step that pays what the one before it does": Fault("long_queue", at("steps", 1, "amount", to={"CNY": "20.00", "EUR": "3.00", "GBP": "2.50", "USD": "3.00"}), Kind.NEVER_DECIDES, "steps[1]"),
    "no days to tell of a queue": Fault("long_queue", sets(window_days=0), Kind.PAYS_NOWHERE, ""),
    "a notice that the next one swallows": Fault("hard_reservation", at("steps", 1, to={"under_minutes": 1440, "percent": 50, "at_least": {"CNY": "50.00", "EUR": "7.00", "GBP": "6.00", "USD": "7.00"}}), Kind.NEVER_DECIDES, "steps[0]"),
    "a percentage of nothing above a least sum": Fault("out_of_stock", sets(percent=0), Kind.NEVER_REACHED, "cap.CNY"),
    "a percentage of nothing under a cap": Fault("closed_store", sets(percent=0), Kind.NEVER_DECIDES, "cap.CNY"),
    "a notice of no hours": Fault("cancelled_performance", at("short_notice", 0, "under_hours", to=0), Kind.NEVER_DECIDES, "short_notice[0]"),
    "no days for a card": Fault("session_card", sets(window_days=0), Kind.PAYS_NOWHERE, ""),
    "minutes that change nothing": Fault("peace_of_mind_travel", at("call_unanswered", 1, "percent", to=5), Kind.NEVER_DECIDES, "call_unanswered[1]"),
    "a cap below what the law asks at least": Fault("peace_of_mind_travel", sets(cap={"CNY": "400.00", "EUR": "50.00", "GBP": "40.00", "USD": "60.00"}), Kind.NEVER_REACHED, "hidden_charge.times"),
    "a tolerance of everything": Fault("peace_of_mind_dining", at("portion_short", "tolerance_percent", to=100), Kind.GAP, "right.portion_short"),
}  # fmt: skip


@pytest.fixture(scope="session")
def published() -> Mapping[tuple[str, str], dict[str, Any]]:
    """Every policy's terms as they stand in the files, by policy and market."""
    return {(document.policy, market): document.terms for document in documents() for market in document.markets}


@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found_and_the_rule_confirms_it(published, name):
    fault = FAULTS[name]
    terms = deepcopy(published[fault.policy, ""])
    if fault.policy == "lightning_refund":
        terms = in_two_currencies(terms)
    if fault.change:
        fault.change(terms)
    findings = analyse(fault.policy, terms, own=fault.own)
    assert (fault.kind, fault.path) in {(finding.kind, finding.path) for finding in findings}
    for finding in findings:
        assert confirmed(fault, terms, finding), finding.sentence()


def in_two_currencies(terms: Any) -> Any:
    """The terms without those of their currencies that are nothing but more of the same, so that it takes less long."""
    if isinstance(terms, dict):
        return {name: in_two_currencies(value) for name, value in terms.items() if name not in ("GBP", "USD")}
    return [in_two_currencies(value) for value in terms] if isinstance(terms, list) else terms


def test_there_are_thirty_faults_and_more_of_every_kind():
    assert len(FAULTS) >= 30
    assert {fault.kind for fault in FAULTS.values()} == set(Kind) - {Kind.NOT_FOLLOWED}


def test_nothing_is_found_in_what_is_published(published):
    found = {
        policy_and_market: [finding.sentence() for finding in analyse(policy_and_market[0], terms, market=policy_and_market[1])]
        for policy_and_market, terms in published.items()
    }  # fmt: skip
    assert {key: sentences for key, sentences in found.items() if sentences} == {}


def test_nothing_is_found_in_what_the_demo_s_merchants_promise(published):
    promised = {(policy, str(own)): own for own_terms in PROMISES.values() for policy, own in own_terms.items()}
    promises = [(policy, own) for (policy, _text), own in promised.items()]
    found = [
        finding.sentence()
        for policy, own in promises
        for finding in analyse(policy, published[policy, ""], own=enrolment_plain(policy, own))
    ]
    assert found == []


def enrolment_plain(policy: str, own: dict[str, Any]) -> dict[str, Any]:
    """Terms as they are stored; figures of the demo that no rule could use would raise here."""
    enrolment_terms(policy, own)
    return own


def test_every_rule_declares_the_facts_there_can_be(published):
    rules = {policy for policy, _market in published if rule_of(policy).function}
    assert {policy for policy in rules if analysis_of(policy) is None} == set()


# --- what the real rule says -------------------------------------------------------------------------


def confirmed(fault: Fault, terms: dict[str, Any], finding: Finding) -> bool:
    """Whether the example holds for the rule itself, with its facts read back from plain JSON."""
    example = finding.example
    assert example is not None
    verdict = judged(fault.policy, terms, example)
    match finding.kind:
        case Kind.PAYS_NOWHERE | Kind.GAP:
            return not verdict.granted
        case Kind.ALWAYS_CUTS:
            return _is_cut(verdict)
        case Kind.PAYS_LESS_FOR_MORE:
            return value(verdict) < value(judged(fault.policy, terms, example.other))
        case Kind.OVERLAP:
            return all(alone(fault, terms, path, finding).granted for path in (finding.path, finding.other_path))
        case Kind.NEVER_DECIDES | Kind.NEVER_REACHED if fault.own is None:
            variants = without_each if finding.kind == Kind.NEVER_DECIDES else with_each_one_lower
            (changed,) = (variant for variant in variants(terms) if variant.path == finding.path)
            return not _differ(verdict, judged(fault.policy, changed.terms, example))
        case _:
            return True  # a merchant's row: its facts hold the row itself, and it is told which one hides it


def judged(policy: str, terms: dict[str, Any], example: Any) -> Any:
    rule: Any = rule_of(policy)
    if rule.function is None:
        return declared(policy).decide(example.facts, typed_terms(policy, 0, terms), example.judged_at)
    facts: object = shaped(rule.facts, plain(example.facts), signed=True)
    return rule.function(facts, typed_terms(policy, 0, terms), example.judged_at)


def declared(policy: str) -> Any:
    return analysis_of(policy)


def value(verdict: Verdict) -> int:
    return verdict.amount if verdict.granted else 0


def alone(fault: Any, terms: dict[str, Any], path: str, finding: Any) -> Any:
    """What the rule says to the example's facts when a merchant has that row only."""
    index = int(path.removeprefix("rules[").removesuffix("]"))
    own = enrolment_terms(fault.policy, rows(fault.own["rules"][index]))
    slices = declared(fault.policy).slices(typed_terms(fault.policy, 0, terms), own)
    facts, now = slices[0].at(finding.example.point)
    rule: Any = rule_of(fault.policy)
    return rule.function(facts, typed_terms(fault.policy, 0, terms), now)


def test_terms_that_nobody_can_have_are_refused(published):
    with pytest.raises(Misshapen):
        analyse("lightning_refund", {"reasons": []})
