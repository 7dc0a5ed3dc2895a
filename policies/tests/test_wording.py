"""Every code a rule can give has its sentence, in the reader's language, with sums and moments as they read them."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from compensation.schemes import folders
from compensation.schemes.closed_store.rules import closed_store
from compensation.schemes.closed_store.tests import cases as vouchers
from compensation.schemes.hotel_overbooking.rules import hotel_overbooking
from compensation.schemes.hotel_overbooking.tests import cases as stays
from compensation.schemes.registry import every_reason
from policies import wording
from policies.in_force import rule_of
from policies.kinds import fields_of
from policies.labels import label_of_word
from policies.shapes import READERS, Misshapen
from policies.tests.files import terms_in_file
from policies.traces import canonical, public_trace
from policies.wording import BECAUSE, GUARANTEES, PROBLEMS, REFUSED, STEPS, TESTS, explained, problem_sentence
from policies.words import Remedy, Settles
from refunds.rules import ask_merchant, lightning_refund, return_first
from refunds.tests.cases import DELIVERED, NOW, mug, worth

RULES = [
    *(settings.BASE_DIR / "refunds/rules").glob("*.py"),
    *folders.HERE.glob("*.py"),  # what guarantees share
    *(folder / "rules.py" for folder in folders.FOLDERS),
]
SHAPED = [
    *RULES,
    settings.BASE_DIR / "policies/shapes.py",
    settings.BASE_DIR / "policies/clocks.py",
]

# Which argument of which call is a code.
CODES = {"Test": 0, "_within": 0, "Step": 0, "_outcome": 0, "Misshapen": 1}


def codes_in(files: list[Path], *calls: str) -> set[str]:
    """Every text that stands where one of the calls takes its code, also as one branch of a condition."""
    found: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in calls and name in CODES and len(node.args) > CODES[name]:
                found |= texts_in(node.args[CODES[name]])
            found |= {text for it in node.keywords if it.arg in calls for text in texts_in(it.value)}
    return found


def texts_in(node: ast.expr) -> set[str]:
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return texts_in(body) | texts_in(orelse)
    return set()


def test_every_test_has_its_statement_and_every_failed_one_its_refusal():
    tests = codes_in(RULES, "Test", "_within")
    assert tests <= set(TESTS)
    # Some only decide how fast, or lead to an outcome of their own; each guarantee names its.
    never_refuse = {code for guarantee in GUARANTEES.values() for code in getattr(guarantee, "NEVER_REFUSE", ())}
    assert tests - never_refuse <= set(REFUSED)
    assert not never_refuse & set(REFUSED)


def test_every_outcome_step_and_problem_has_its_sentence():
    assert codes_in(RULES, "_outcome", "because") <= set(BECAUSE)
    assert codes_in(RULES, "Step") <= set(STEPS)
    read = {code for _, _, code in READERS.values()}
    assert codes_in(SHAPED, "Misshapen") | read <= set(PROBLEMS)


def test_every_word_of_the_vocabulary_has_its_label():
    for words, label in (
        (every_reason(), wording.label_of_reason),
        (Remedy, wording.label_of_remedy),
        (Settles, wording.label_of_settles),
        (settings.POLICY_RULES, wording.label_of_rule),
    ):
        labels = [label(word) for word in words]
        assert len(set(labels)) == len(labels)
        assert all(str(word) != text for word, text in zip(words, labels, strict=True))


def test_a_category_that_is_not_known_is_shown_as_it_came():
    assert wording.label_of_category("fresh") == "Fresh goods"
    assert wording.label_of_category("garden gnomes") == "garden gnomes"


CASES = {
    "paid at once": lightning_refund(mug(), terms_in_file("lightning_refund"), NOW),
    "above the limit": lightning_refund(worth(200_01), terms_in_file("lightning_refund"), NOW),
    "too late": ask_merchant(mug(), terms_in_file("ask_merchant"), DELIVERED.replace(year=2027)),
    "freight": return_first(mug(), terms_in_file("return_first"), NOW),
    "lesser room": hotel_overbooking(stays.stay(), terms_in_file("hotel_overbooking"), stays.AFTER_THE_STAY),
    "closed": closed_store(vouchers.voucher(), terms_in_file("closed_store"), vouchers.NOON),
    "another store": closed_store(
        vouchers.voucher(remedy=Remedy.ALTERNATIVE, others=(vouchers.place("near", name_zh="近店"),)),
        terms_in_file("closed_store"),
        vouchers.NOON,
    ),
}
SENTENCES = {
    "paid at once": "Paid at once: CN¥45.00 is within the limits for a lightning refund.",
    "above the limit": "CN¥200.01 is above the limit for one lightning refund, CN¥200.00.",
    "too late": "The time to claim this ended on Fri 28 Aug 2026, 10:30.",
    "freight": "CN¥45.00 is refunded when the goods have come back. The merchant pays the freight.",
    "lesser room": "A lesser room was given (standard instead of deluxe), and the guarantee makes it good.",
    "closed": "The store was closed: the price is paid back and the guarantee pays on top.",
    "another store": "Near is open, 0 metres away.",
}


@pytest.mark.parametrize("case", list(CASES))
def test_a_verdict_is_told_in_plain_words(case):
    with translation.override("en"), timezone.override("Europe/Lisbon"):
        live, stored = (explained(it, reader="consumer") for it in (CASES[case], canonical(CASES[case])))
    assert live == stored
    assert live.sentence == SENTENCES[case]
    told = [test.sentence for test in live.tests] + [step.sentence for step in live.steps]
    assert "%(" not in " ".join(told)


def test_names_are_told_in_the_readers_language():
    with translation.override("zh-hans"):
        assert "近店" in explained(CASES["another store"]).sentence


def test_the_arithmetic_and_the_tests_are_told_in_order():
    with translation.override("en"):
        told = explained(CASES["closed"])
    assert [(step.sentence, step.amount) for step in told.steps] == [
        ("What is left of the price", 188_00),
        ("30 % of the price of CN¥188.00", 56_40),
    ]
    assert [(test.sentence, test.passed) for test in told.tests][-2:] == [
        ("The store is on record as closed within the last 3 days.", True),
        ("Something of the price is still there to give back: CN¥188.00.", True),
    ]
    assert (told.rule, told.version, told.currency) == ("Closed store", 7, "CNY")


def test_every_word_that_terms_can_hold_is_told_in_words():
    """Terms stand on public pages; no code of ours does."""
    with translation.override("zh-hans"):
        raw = {
            (policy, name, word)
            for policy in settings.POLICY_RULES
            for name, word in words_of(rule_of(policy).terms)
            if label_of_word(name, word) == word
        }
    assert raw == set()


def words_of(shape):
    """The words of every enumeration in terms, and in what a merchant may say in an enrolment, by field."""
    enrolment = getattr(shape, "enrolment", None)
    for field in (*fields_of(shape), *(fields_of(enrolment) if enrolment else ())):
        yield from words_in(field.kind, field.name)


def words_in(kind, name):
    yield from ((name, word) for word in kind.words)
    for field in kind.fields:
        yield from words_in(field.kind, field.name)
    if kind.inner:
        yield from words_in(kind.inner, name)


def test_a_problem_with_terms_is_told_in_plain_words():
    problem = Misshapen("limit.CNY", "not_an_amount", value="much")
    assert problem_sentence(problem) == "“much” is no amount of this currency."


def test_each_side_is_told_without_what_is_only_the_others():
    """Nobody but the consumer and the platform reads the consumer's limits; merchants keep theirs as well."""
    verdict = lightning_refund(mug(own_limit=100_00), terms_in_file("lightning_refund"), NOW)
    told = {reader: [test.sentence for test in explained(verdict, reader=reader).tests] for reader in SIDES}
    limits = {reader: [part for part in PRIVATE if any(part in it for it in told[reader])] for reader in SIDES}
    assert limits == {"consumer": ["CN¥200.00"], "merchant": ["CN¥100.00"], "agent": PRIVATE, "": []}
    for reader in SIDES:
        shown = [test["values"] for test in public_trace(verdict, reader=reader)["tests"]]
        assert (str(20000) in str(shown)) == (reader in ("consumer", "agent"))
    refused = lightning_refund(worth(200_01), terms_in_file("lightning_refund"), NOW)
    assert explained(refused, reader="merchant").sentence == "It cannot be paid at once."


SIDES = ("consumer", "merchant", "agent", "")
PRIVATE = ["CN¥200.00", "CN¥100.00"]
