"""Verdicts in plain words: a sentence for every code a rule can give, with sums and moments as the reader writes them.

A test's sentence is a statement that is true when the test passed. Guarantees bring words of their own, in the modules
that settings.POLICY_WORDINGS names. A test in `policies/tests` walks the sources of the rules and fails when one of
their codes has no sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

from common.formats import day_text, moment_text, money_text
from policies.shapes import WRITTEN_AS_THEY_ARE, Misshapen, plain
from policies.traces import PRIVATE_TESTS, Step, Test, Verdict, kept_from, read
from policies.words import Reason, Remedy, Settles
from policies.written import NotWrittenWell

# --- the words of the guarantees ---------------------------------------------------------------------

# By the code of the guarantee, which is the name of the package its words stand in.
GUARANTEES = {name.split(".")[-2]: import_module(name) for name in settings.POLICY_WORDINGS}


def _joined(name: str, own: Mapping[str, Promise]) -> Mapping[str, Promise]:
    """The words here and those that the guarantees have under this name; one code cannot say two things."""
    words = dict(own)
    for guarantee in GUARANTEES.values():
        for code, sentence in getattr(guarantee, name, {}).items():
            if words.setdefault(code, sentence) is not sentence:
                raise ImproperlyConfigured(f"{guarantee.__name__}: {name} has “{code}” already")
    return words


# --- labels ----------------------------------------------------------------------------------------

REASONS = _joined(
    "CAUSES",
    {
        Reason.NOT_RECEIVED: _("It never arrived"),
        Reason.DAMAGED: _("It arrived damaged"),
        Reason.WRONG_ITEM: _("It is not what I ordered"),
        Reason.NOT_AS_DESCRIBED: _("It is not as described"),
        Reason.CHANGED_MIND: _("I changed my mind"),
        Reason.UNUSED_VOUCHER: _("I did not use the voucher"),
    },
)

REMEDIES: Mapping[str, Promise] = {
    Remedy.REFUND: _("Refund"),
    Remedy.RETURN: _("Send it back, then refund"),
    Remedy.COMPENSATION: _("Compensation"),
    Remedy.UPGRADE: _("A better room at no cost"),
    Remedy.ALTERNATIVE: _("Another store"),
    Remedy.COUPON: _("Coupon"),
}

SPEEDS: Mapping[str, Promise] = {
    Settles.AT_ONCE: _("Settled at once"),
    Settles.AFTER_MERCHANT: _("After the merchant has answered"),
    Settles.AFTER_RETURN: _("After the goods have come back"),
    Settles.BY_AGENT: _("After a person has looked at it"),
}

CATEGORIES: Mapping[str, Promise] = {
    "": _("No category"),
    "books": _("Books"),
    "clothing": _("Clothing"),
    "digital": _("Downloads and unsealed media"),
    "electronics": _("Electronics"),
    "food": _("Food"),
    "fresh": _("Fresh goods"),
    "gifts": _("Gifts"),
    "home": _("Home"),
    "hotel": _("Hotel"),
    "made_to_order": _("Made to order"),
    "newspapers": _("Newspapers and magazines"),
    "restaurant": _("Restaurant"),
    "service": _("Services"),
    "toys": _("Toys"),
}

RULES: Mapping[str, Promise] = {
    "lightning_refund": _("Lightning refund"),
    "refund_without_return": _("Refund without return"),
    "return_first": _("Return first"),
    "ask_merchant": _("Merchant answers first"),
    "clocks": _("Clocks"),
    "advance": _("Advances of the special fund"),
    "recovery": _("Recovery from merchants"),
    "empathy": _("Empathy fund"),
    "compensation_caps": _("Caps on compensation"),
    **{code: guarantee.LABEL for code, guarantee in GUARANTEES.items()},
}

OUTCOMES: Mapping[str, Promise] = {
    "booked": _("booked"),
    "checked_out": _("checked out"),
    "cancelled": _("cancelled"),
    "no_show": _("not arrived"),
    "turned_away": _("turned away by the hotel"),
}

# --- sentences -------------------------------------------------------------------------------------

BECAUSE = _joined(
    "BECAUSE",
    {
        "within_all_limits": _("Paid at once: %(asked)s is within the limits for a lightning refund."),
        "merchant_lets_it_be_kept": _("Paid at once and nothing to send back: the merchant’s own rule says so."),
        "return_with_freight": _("%(asked)s is refunded when the goods have come back. The merchant pays the freight."),
        "return_at_own_cost": _("%(asked)s is refunded when the goods have come back. The consumer pays the freight."),
        "merchant_answers_first": _(
            "The merchant answers first. If it stays silent, the claim is decided for the consumer."
        ),
    },
)

TESTS = _joined(
    "TESTS",
    {
        "merchant_takes_part": _("The merchant takes part in this."),
        "reason_is_covered": _("The reason is covered: %(reason)s."),
        "reason_fits_the_order": _("The reason fits this kind of order: %(reason)s."),
        "window_is_open": ngettext_lazy(
            "The claim comes within %(days)s day, before %(until_at)s.",
            "The claim comes within %(days)s days, before %(until_at)s.",
            "days",
        ),
        "no_delivery_on_record": _("No delivery is on record."),
        "delivery_is_overdue": ngettext_lazy(
            "At least %(days)s day has passed since the purchase.",
            "At least %(days)s days have passed since the purchase.",
            "days",
        ),
        "voucher_is_unused": _("The voucher was not used."),
        "voucher_was_valid": _("The voucher is valid from %(from_at)s until %(until_at)s."),
        "amount_is_left": _("What is asked, %(asked)s, is still there to give back: %(left)s."),
        "within_consumer_limit": _("%(asked)s is within the consumer’s limit for one claim, %(limit)s."),
        "within_daily_limit": _(
            "%(asked)s is within the consumer’s limit for 24 hours, %(limit)s, with what was paid before."
        ),
        "within_merchant_limit": _("%(asked)s is within the merchant’s own limit, %(limit)s."),
        "within_platform_limit": _("%(asked)s is within the platform’s limit, %(limit)s."),
        "settlement_covers_it": _("The merchant’s settlement covers it."),
        "own_rule_fits": _("A rule of the merchant’s own fits this reason at %(price)s apiece: %(rule)s."),
        "goods_can_go_back": _("These are goods that can be sent back."),
        "goods_arrived": _("The goods were delivered."),
        "category_can_go_back": _("Goods of this category can be sent back without a reason: %(category)s."),
        "pieces_to_send": ngettext_lazy("%(count)s piece is to go back.", "%(count)s pieces are to go back.", "count"),
        "claims_left": ngettext_lazy(
            "%(count)s claim was filed for this before; the limit is %(limit)s.",
            "%(count)s claims were filed for this before; the limit is %(limit)s.",
            "count",
        ),
        "something_is_left": _("Something of the price is still there to give back: %(left)s."),
    },
)

REFUSED = _joined(
    "REFUSED",
    {
        "merchant_takes_part": _("The merchant does not take part in this."),
        "reason_is_covered": _("This rule does not cover the reason."),
        "reason_fits_the_order": _("This reason does not fit this kind of order."),
        "window_is_open": _("The time to claim this ended on %(until_at)s."),
        "no_delivery_on_record": _("A delivery is on record, so the merchant has to be asked."),
        "delivery_is_overdue": ngettext_lazy(
            "Goods count as not received when %(days)s day has passed since the purchase.",
            "Goods count as not received when %(days)s days have passed since the purchase.",
            "days",
        ),
        "voucher_is_unused": _("The voucher was used already."),
        "voucher_was_valid": _("The voucher is only valid from %(from_at)s until %(until_at)s."),
        "amount_is_left": _("%(asked)s cannot be asked here: %(left)s of what was paid is still there to give back."),
        "within_consumer_limit": _("%(asked)s is above the limit for one lightning refund, %(limit)s."),
        "within_daily_limit": _("With what was paid in the last 24 hours this is above the limit of %(limit)s."),
        "within_merchant_limit": _("%(asked)s is above the merchant’s own limit, %(limit)s."),
        "within_platform_limit": _("%(asked)s is above the platform’s limit, %(limit)s."),
        "settlement_covers_it": _("The merchant’s settlement does not cover it at the moment."),
        "own_rule_fits": _("The merchant has no rule for this reason at %(price)s apiece."),
        "goods_can_go_back": _("There is nothing that could be sent back."),
        "goods_arrived": _("The goods were not delivered yet, so there is nothing to send back."),
        "category_can_go_back": _("Goods of this category cannot be sent back without a reason: %(category)s."),
        "pieces_to_send": _("To send something back, say how many pieces."),
        "claims_left": ngettext_lazy(
            "Only %(limit)s claim can be filed for this.", "Only %(limit)s claims can be filed for this.", "limit"
        ),
        "something_is_left": _("The whole price was given back already."),
    },
)

STEPS = _joined(
    "STEPS",
    {
        "all_that_is_left": _("All that is left of the price of %(paid)s"),
        "share_of_the_price": _("%(pieces)s of %(quantity)s pieces, of the price of %(paid)s"),
        "as_asked": _("The sum that is asked, of the price of %(paid)s"),
        "freight": _("Freight for sending it back"),
        "price_back": _("What is left of the price"),
        "percent_of_the_price": _("%(percent)s %% of the price of %(paid)s"),
        "cut_to_the_limit": _("Above the limit of %(limit)s"),
    },
)

PROBLEMS = _joined(
    "PROBLEMS",
    {
        "not_a_mapping": _("names with values are expected here."),
        "not_a_list": _("a list is expected here."),
        "not_a_whole_number": _("a whole number is expected, not “%(value)s”."),
        "not_a_number": _("a number is expected, not “%(value)s”."),
        "not_a_text": _("a text is expected, not “%(value)s”."),
        "not_yes_or_no": _("true or false is expected, not “%(value)s”."),
        "not_a_moment": _("a date with time is expected, not “%(value)s”."),
        "not_a_day": _("a date is expected, not “%(value)s”."),
        "not_a_time": _("a time of day is expected, not “%(value)s”."),
        "not_a_timezone": _("“%(value)s” is no time zone."),
        "text_is_too_long": _("a text of at most %(limit)s characters is expected."),
        "number_is_too_large": _("this number is too large."),
        "nothing_is_asked": _("nothing more is asked about this reason."),
        "not_a_currency": _("“%(value)s” is no currency code of three capital letters."),
        "not_an_amount": _("“%(value)s” is no amount of this currency."),
        "not_amounts": _("an amount for each currency is expected, such as {CNY: 200.00}."),
        "not_one_currency": _("both ends of a price range are in one and the same currency."),
        "not_one_of": _("“%(value)s” is not one of: %(known)s."),
        "not_ascending_from_zero": _("the entries begin with standing 0 and ascend."),
        "unknown_key": _("this name is not known here. Known are: %(known)s."),
        "missing_key": _("this is missing."),
        "negative": _("it cannot be below zero (%(value)s)."),
        "too_large": _("it can be %(limit)s at most."),
        "above_the_platform": _("%(value)s is more than the platform allows: %(limit)s."),
        "below_the_platform": _("%(value)s is less than the platform asks for: %(limit)s."),
        "not_allowed_here": _("“%(value)s” is not among what the platform allows: %(known)s."),
        "empty": _("at least one is needed."),
        "range_is_empty": _("the range ends before it begins."),
        "not_above_zero": _("it has to be above zero."),
        "out_of_order": _("the days have to ascend: this would come before what has to come first."),
        "above_the_whole": _("a percentage is at most 100, not %(value)s."),
        "conflicts_with": _("the rule “%(rule)s” conflicts with the rule “%(other)s”: some goods would fit both."),
    },
)

# What one side is told of a test on what is only the other's business.
DISCREET: Mapping[str, Promise] = {
    "consumer": _("What is on record about the consumer’s earlier claims allows it."),
    "merchant": _("What the merchant decided for its own business allows it."),
}
NOT_AT_ONCE = _("It cannot be paid at once.")

# Why a text is no terms, told with its line.
WRITING: Mapping[str, Promise] = {
    "too_long": _("this is longer than %(limit)s characters."),
    "not_yaml": _("this is no YAML (%(problem)s)."),
    "number_is_too_large": _("this number is too large."),
    "not_a_character": _("a character stands here that cannot be kept."),
    "no_names": _("names with values are expected."),
    "no_terms": _("the name “terms” with the terms below it is missing."),
    "borrowed": _("write it out: references (& and *) are not taken."),
    "tagged": _("tags (!) are not taken."),
    "too_deep": _("this is nested too deeply."),
    "twice": _("“%(name)s” stands here a second time."),
}


@dataclass(frozen=True)
class ExplainedTest:
    sentence: str
    passed: bool


@dataclass(frozen=True)
class ExplainedStep:
    sentence: str
    amount: int


@dataclass(frozen=True)
class Explained:
    """A verdict in the reader's language, as the trace component shows it. Amounts stay minor units of `currency`."""

    sentence: str
    tests: list[ExplainedTest]
    steps: list[ExplainedStep]
    currency: str
    rule: str
    version: int
    code: str


# What the reader calls the codes among a verdict's values: by the value's name, then by the code.
Names = Mapping[str, Mapping[str, str]]
NO_NAMES: Names = {}


def explained(verdict: Verdict | str, *, reader: str = "", names: Names = NO_NAMES) -> Explained:
    """A verdict, or the canonical text of one, in words for a role, or for somebody of either side ("").

    What only the other side may know is told without its figures.
    """
    if isinstance(verdict, str):
        verdict = read(verdict)
    return Explained(
        sentence=because_sentence(verdict, reader=reader, names=names),
        tests=[
            ExplainedTest(sentence_of_test(test, reader=reader, names=names), test.passed)
            for test in verdict.trace.tests
        ],
        steps=[ExplainedStep(sentence_of_step(step), step.amount) for step in verdict.trace.steps],
        currency=verdict.currency,
        rule=label_of_rule(verdict.rule),
        version=verdict.version,
        code=verdict.rule,
    )


def because_sentence(verdict: Verdict, *, reader: str = "", names: Names = NO_NAMES) -> str:
    """Why, in one sentence."""
    if kept_from(reader, verdict.because):
        return str(NOT_AT_ONCE)
    return _filled(BECAUSE.get(verdict.because) or REFUSED[verdict.because], _named(verdict.values, names))


def sentence_of_test(test: Test, *, reader: str = "", names: Names = NO_NAMES) -> str:
    """What holds when the test passed."""
    if kept_from(reader, test.code):
        return str(DISCREET[PRIVATE_TESTS[test.code]])
    return _filled(TESTS[test.code], _named(test.values, names))


def _named(values: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The values with names in the place of codes; a code that has none stands for itself."""
    return {
        name: names[name].get(value, value) if name in names and isinstance(value, str) else value
        for name, value in values.items()
    }


def sentence_of_step(step: Step) -> str:
    """What the step's amount is for."""
    return _filled(STEPS[step.code], step.values)


def problem_sentence(problem: Misshapen) -> str:
    """What does not fit in terms that somebody wrote; goes after the place where it stands."""
    if "value" in problem.values and problem.values["value"] is None:
        return str(PROBLEMS["missing_key"])
    return _filled(PROBLEMS[problem.code], {name: _as_written(value) for name, value in problem.values.items()})


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def writing_sentence(problem: NotWrittenWell) -> str:
    """Why a text is no terms, with the line where it goes wrong."""
    sentence = str(WRITING[problem.code]) % problem.values
    if problem.line is None:
        return sentence
    return str(_("Line %(line)s: %(sentence)s")) % {"line": problem.line, "sentence": sentence}


def label_of_reason(reason: str) -> str:
    return str(REASONS[reason])


def label_of_remedy(remedy: str, *, price_back: bool = False) -> str:
    """How a remedy is called. `price_back`: what was paid, or a part of it, comes back with a compensation."""
    if price_back and remedy == Remedy.COMPENSATION:
        return str(_("Refund and compensation"))
    return str(REMEDIES[remedy])


def label_of_settles(settles: str) -> str:
    return str(SPEEDS[settles])


def label_of_rule(rule: str) -> str:
    return str(RULES.get(rule, rule))


def label_of_category(category: str) -> str:
    """Merchants bring categories of their own; one that is not known here is shown as it came."""
    return str(CATEGORIES.get(category, category))


def label_of_outcome(outcome: str) -> str:
    """What became of a stay."""
    return str(OUTCOMES[outcome])


LABELS = {"reason": label_of_reason, "category": label_of_category, "outcome": label_of_outcome}

# What the guarantees call the words among their values: by the value's name, then by the word.
THEIR_LABELS: dict[str, dict[str, Promise]] = {}
for _guarantee in GUARANTEES.values():
    for _name, _labels in getattr(_guarantee, "LABELS", {}).items():
        THEIR_LABELS.setdefault(_name, {}).update(_labels)


def _label(name: str, word: str) -> str:
    """What a word is called where it stands under this name; "" for what is no word of ours."""
    if word in (theirs := THEIR_LABELS.get(name, {})):
        return str(theirs[word])
    return LABELS[name](word) if name in LABELS else ""


def _filled(sentence: Promise, values: Mapping[str, Any]) -> str:
    return str(sentence % {name: _shown(name, value) for name, value in values.items()})


# Of a dictionary, the patterns below take out what they tell.
TOLD_AS_THEY_ARE = WRITTEN_AS_THEY_ARE | {dict, list}


def _shown(name: str, value: Any) -> Any:  # noqa: PLR0911 (one for each kind of value)
    if type(value) not in TOLD_AS_THEY_ARE:
        value = plain(value)
    match value:
        case {"amount": amount, "currency": currency}:
            return money_text(amount, currency)
        case {"en": english, **others}:
            return others.get(get_language() or "en", english)
        case str() if name.endswith("_at"):
            return moment_text(datetime.fromisoformat(value))
        case str() if name.endswith("_on"):
            return day_text(date.fromisoformat(value))
        case str() if label := _label(name, value):
            return label
        case list():
            return pgettext("between the names of things", ", ").join(str(_shown(name, item)) for item in value)
        case _:
            return value
