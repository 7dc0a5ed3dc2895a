"""What an agent is asked who decides a case."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.formats import money_text
from common.forms import MoneyField
from disputes.forms.fields import CHOOSE, statement_field
from disputes.models import DecisionReason, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DecisionForm(forms.Form):
    """The platform's word. The page fills in what the rules say; the outcome is the agent's alone to choose."""

    outcome = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, error_messages={"required": _("Choose the decision.")}
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            CHOOSE,
            *(choice for choice in DecisionReason.choices if choice[0] != DecisionReason.PLATFORM_TOO_SLOW),
        ],
        error_messages={"required": _("Choose the reason of the decision.")},
    )
    statement = statement_field(_("Why? Both sides read this."))

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = _outcomes(most, currency)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["amount"] = MoneyField(
            label=_("Sum for the consumer"),
            help_text=_("Only where each side is right in part; leave it empty otherwise."),
            currency=currency,
            maximum=max(most, 1),
            required=False,
        )
        self.order_fields(["outcome", "amount", "reason", "statement"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "amount" in self.errors:
            return given
        if given.get("outcome") == Outcome.SPLIT and given.get("amount") is None:
            self.add_error("amount", _("Enter the sum the consumer gets."))
        if given.get("outcome") == Outcome.MERCHANT and given.get("amount"):
            self.add_error("amount", _("Leave the sum empty when the merchant is right."))
        return given


def _outcomes(most: int, currency: str) -> "list[tuple[str, StrOrPromise]]":
    """Each outcome with what it does."""
    sums = {"amount": money_text(most, currency)}
    return [
        (Outcome.CONSUMER, _("For the consumer: the merchant pays %(amount)s.") % sums),
        (Outcome.SPLIT, _("In part for each: the merchant pays the sum below.")),
        (Outcome.MERCHANT, _("For the merchant: nothing is paid.")),
        (Outcome.NO_FAULT, _("Nobody is at fault: the platform pays %(amount)s.") % sums),
    ]
