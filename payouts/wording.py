"""Payouts in the reader's words: why one was held back (from the trace of payouts.rules), and how it travels."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.formats import money_text
from payouts.models import Approval

GATEWAYS = {"wallet": gettext_lazy("Wallet"), "sandbox": gettext_lazy("Sandbox"), "stripe": "Stripe"}


class Tested(NamedTuple):
    """One test in words; `passed` when it found nothing conspicuous."""

    sentence: str
    passed: bool


def tests_of(asked: Approval) -> list[Tested]:
    """The tests by which a second person is asked, what is conspicuous first."""
    trace, currency = asked.trace, asked.payout.currency
    sentence = _sentence_of_calling_off if asked.about == Approval.About.CALLING_OFF else _sentence
    tested = [Tested(sentence(test, trace["facts"], currency), test["passed"]) for test in trace["tests"]]
    return sorted(tested, key=lambda one: one.passed)


def _sentence(test: Mapping[str, Any], facts: Mapping[str, Any], currency: str) -> str:
    match test["code"]:
        case "many":
            return _(
                "It is payout number %(number)s to this payee within 24 hours; more than %(limit)s are conspicuous."
            ) % {"number": test["measured"], "limit": test["limit"]}
        case "unusual":
            sentence = _("The sum is %(sum)s; for this payee up to %(limit)s is usual.")
        case _ if facts["paid_today"]:
            sentence = _("With the last 24 hours it makes %(sum)s; up to %(limit)s may leave without a second person.")
        case _:
            sentence = _("The sum is %(sum)s; up to %(limit)s may leave without a second person.")
    return sentence % {"sum": money_text(test["measured"], currency), "limit": money_text(test["limit"], currency)}


def _sentence_of_calling_off(test: Mapping[str, Any], facts: Mapping[str, Any], currency: str) -> str:
    if test["code"] == "many":
        return _(
            "It is number %(number)s that is called off for this payee within 24 hours; more than %(limit)s are "
            "conspicuous."
        ) % {"number": test["measured"], "limit": test["limit"]}
    sentence = (
        _("With the last 24 hours it makes %(sum)s; up to %(limit)s are called off by one person.")
        if facts["paid_today"]
        else _("The sum is %(sum)s; up to %(limit)s are called off by one person.")
    )
    return sentence % {"sum": money_text(test["measured"], currency), "limit": money_text(test["limit"], currency)}


def gateway_in_words(code: str) -> str:
    """The name of a gateway, or its code where it has none."""
    return str(GATEWAYS.get(code, code))
