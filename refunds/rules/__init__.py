"""When money goes back, and how fast: the rules of refunds and returns. Pure: frozen facts and `now` in, a verdict out.

Four rules look at the same facts, and a consumer is offered the best of what they grant (policies.precedence):
`lightning_refund` pays at once within everybody's limits, `refund_without_return` pays at once where the merchant's
own rule says that the goods may be kept, `return_first` pays when the goods came back, and `ask_merchant`, which
applies to all that is left, gives the merchant the first word.

Amounts are minor units of the order's currency. A window is half-open: it is over at its last moment.
"""

from refunds.rules.facts import Asked, OwnRule, RefundFacts, asked_of
from refunds.rules.judging import ask_merchant, lightning_refund, refund_without_return, return_first
from refunds.rules.terms import (
    AskMerchantTerms,
    LightningEnrolment,
    LightningTerms,
    OwnRuleTerms,
    ReturnFirstEnrolment,
    ReturnFirstTerms,
    StandingLimit,
    WithoutReturnEnrolment,
    WithoutReturnTerms,
    conflict,
)

__all__ = [
    "AskMerchantTerms",
    "Asked",
    "LightningEnrolment",
    "LightningTerms",
    "OwnRule",
    "OwnRuleTerms",
    "RefundFacts",
    "ReturnFirstEnrolment",
    "ReturnFirstTerms",
    "StandingLimit",
    "WithoutReturnEnrolment",
    "WithoutReturnTerms",
    "ask_merchant",
    "asked_of",
    "conflict",
    "lightning_refund",
    "refund_without_return",
    "return_first",
]
