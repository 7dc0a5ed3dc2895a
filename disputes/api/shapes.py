"""What the operations of the case take and give, field by field."""

from typing import Any

from rest_framework import serializers

from common.strict_input import Amount, Currency, Flag, Input, Text, WholeNumber
from compensation.api.coupons import CouponInBrief
from compensation.schemes.registry import every_reason
from disputes.models import DecisionReason, Evidence, Offer, Outcome, Party, Rejection, Status
from disputes.rights import Act, Answer
from payouts.api import PayoutInBrief
from policies.words import Remedy, Settles

REASONS = [(reason, reason.upper()) for reason in every_reason()]
REMEDIES = [(remedy.value, remedy.name) for remedy in Remedy]
ACTIONS = [(act.value, act.name) for act in Act]
ANSWERS = [(answer.value, answer.name) for answer in Answer]
SPEEDS = [(settles.value, settles.name) for settles in Settles]
SIDES = [(side.value, side.name) for side in (Party.CONSUMER, Party.MERCHANT)]
DECIDERS = [(decider.value, decider.name) for decider in (Party.RULE, Party.AGENT, Party.CLOCK)]
WAITED_FOR = [(party.value, party.name) for party in Party if party not in (Party.RULE, Party.CLOCK)]


class Statement(Text):
    """What somebody writes in their own words; how long it may be, and whether it may be empty, the action says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_blank": True, "default": "", **kwargs})


# --- taken -------------------------------------------------------------------------------------


class ClaimInput(Input):
    """What went wrong with a line, and what should put it right. Without `quantity` and `amount`: all that is left.

    A guarantee says its sum itself, for all pieces.
    """

    order = Text(max_length=40)
    line = WholeNumber(min_value=1, max_value=2**63 - 1)
    reason = serializers.ChoiceField(REASONS)
    remedy = serializers.ChoiceField(REMEDIES)
    quantity = WholeNumber(min_value=1, max_value=2**31 - 1, required=False)
    amount = Amount(required=False, help_text="minor units")
    currency = Currency(required=False)
    statement = Statement()
    particulars = serializers.DictField(
        required=False,
        help_text="what the guarantee for this reason asks, by name: a moment with its offset, a sum in minor units",
    )


class AnswerInput(Input):
    """`offer` takes an `amount`, `reject` a `reason` and a `statement`."""

    kind = serializers.ChoiceField(ANSWERS)
    reason = serializers.ChoiceField(Rejection.Reason.choices, required=False, allow_blank=True, default="")
    statement = Statement()
    amount = Amount(required=False, help_text="minor units")
    currency = Currency(required=False)


class OfferInput(Input):
    """A sum instead of the claim: the merchant's offer, or the consumer's counter-offer."""

    amount = Amount(help_text="minor units")
    currency = Currency(required=False)
    statement = Statement()


class StatementInput(Input):
    """Why, in your own words."""

    statement = Statement()


class DecisionInput(Input):
    """`split` takes an `amount`; for the consumer and without fault it defaults to all that is claimed."""

    outcome = serializers.ChoiceField(Outcome.choices)
    amount = Amount(min_value=0, required=False, help_text="minor units")
    currency = Currency(required=False)
    reason = serializers.ChoiceField(DecisionReason.choices)
    statement = Statement()


class MessageInput(Input):
    """`internal` notes are written and read by the platform's people only."""

    body = Statement(required=True, allow_blank=True, default=serializers.empty)
    internal = Flag(default=False)


class EvidenceInput(Input):
    """A photo (JPEG, PNG, WebP) or a PDF of at most 10 MB."""

    kind = serializers.ChoiceField(Evidence.Kind.choices)
    file = serializers.FileField()


class ShipmentInput(Input):
    """Who carries the goods back, and under which number."""

    carrier = Text(max_length=60)
    tracking = Text(max_length=60)


class RefundInput(Input):
    """Money back for a line of one of your orders. Without `quantity` and `amount`: all that is left of it."""

    order = Text(max_length=40, required=False, help_text="checked when it is given")
    line = WholeNumber(min_value=1, max_value=2**63 - 1)
    quantity = WholeNumber(min_value=1, max_value=2**31 - 1, required=False)
    amount = Amount(required=False, help_text="minor units")
    currency = Currency(required=False)


# --- given -------------------------------------------------------------------------------------


class TestOutput(serializers.Serializer[Any]):
    __test__ = False  # nothing for pytest to collect

    code = serializers.CharField()
    passed = serializers.BooleanField()
    values = serializers.DictField()
    sentence = serializers.CharField(help_text="true when the test passed")


class StepOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    amount = serializers.IntegerField(help_text="minor units; the steps add up to the whole")
    values = serializers.DictField()
    sentence = serializers.CharField()


class Trace(serializers.Serializer[Any]):
    """How a rule came to its verdict."""

    rule = serializers.CharField()
    version = serializers.IntegerField()
    inputs = serializers.DictField()
    tests = TestOutput(many=True)
    steps = StepOutput(many=True)


class EntitlementOutput(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    reason = serializers.ChoiceField(REASONS)
    remedy = serializers.ChoiceField(REMEDIES)
    amount = serializers.IntegerField(help_text="minor units, 0 where no money moves")
    cash_amount = serializers.IntegerField(help_text="minor units that may be had in money instead of a coupon; else 0")
    currency = serializers.CharField(help_text="ISO 4217")
    settles = serializers.ChoiceField(SPEEDS)
    because = serializers.CharField(help_text="why, in one sentence")
    trace = Trace()


class Entitlements(serializers.Serializer[Any]):
    entitlements = EntitlementOutput(many=True)


class View(serializers.Serializer[Any]):
    """The claim as you see it, and exactly what you can do now."""

    sentence = serializers.CharField()
    turn = serializers.ChoiceField([*WAITED_FOR, ("", "NOBODY")], help_text="who is waited for; empty once it is over")
    due_at = serializers.DateTimeField(allow_null=True, help_text="until when")
    actions = serializers.ListField(child=serializers.ChoiceField(ACTIONS))


class DecisionOutput(serializers.Serializer[Any]):
    by = serializers.ChoiceField(DECIDERS)
    on_appeal = serializers.BooleanField()
    outcome = serializers.ChoiceField(Outcome.choices)
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    reason = serializers.CharField(help_text="a code")
    because = serializers.CharField(help_text="why, in words")
    decided_at = serializers.DateTimeField()
    trace = Trace(allow_null=True, help_text="what the rules say")


class OfferOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    by = serializers.ChoiceField(SIDES)
    amount = serializers.IntegerField(help_text="minor units")
    statement = serializers.CharField()
    status = serializers.ChoiceField(Offer.Status.choices)
    made_at = serializers.DateTimeField()


class ClaimOutput(serializers.Serializer[Any]):
    number = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    order = serializers.CharField()
    line = serializers.IntegerField()
    reason = serializers.ChoiceField(REASONS)
    remedy = serializers.ChoiceField(REMEDIES)
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="minor units that are asked or owed")
    currency = serializers.CharField(help_text="ISO 4217")
    statement = serializers.CharField()
    particulars = serializers.DictField(help_text="what the consumer added for the guarantee; empty for nothing")
    filed_at = serializers.DateTimeField()
    view = View()
    decision = DecisionOutput(allow_null=True, help_text="the last word so far; null while there is none")
    offers = OfferOutput(many=True, help_text="the oldest first")
    payouts = PayoutInBrief(many=True, help_text="the oldest first")
    coupons = CouponInBrief(many=True, help_text="chosen instead of money, or given as goodwill; the oldest first")


class MessageOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    party = serializers.ChoiceField(Party.choices)
    body = serializers.CharField()
    internal = serializers.BooleanField()
    said_at = serializers.DateTimeField()


class EvidenceOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    party = serializers.ChoiceField(Party.choices)
    kind = serializers.ChoiceField(Evidence.Kind.choices)
    name = serializers.CharField()
    content_type = serializers.CharField()
    size_bytes = serializers.IntegerField()
    given_at = serializers.DateTimeField()
    sealed_at = serializers.DateTimeField(allow_null=True)


class RefundOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    order = serializers.CharField()
    line = serializers.IntegerField()
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="minor units")
    currency = serializers.CharField(help_text="ISO 4217")
    claim = serializers.CharField(allow_null=True, help_text="the claim it came from; null when nobody had to ask")
    refunded_at = serializers.DateTimeField()
    payout = PayoutInBrief(allow_null=True)
