"""What finance is asked when money comes into the fund, is set aside, or is left as a deposit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MoneyField
from compensation.actions.filling import CURRENCY, UnknownCurrency
from compensation.models import Filling
from payouts.forms import BecauseForm
from payouts.statements import REASON_LIMIT


class FillingForm(BecauseForm):
    """Which money, how much of it, for whom, and where it is found."""

    kind = forms.ChoiceField(
        label=_("What happens?"),
        choices=Filling.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens.")},
    )
    currency = forms.CharField(
        label=_("Currency"),
        help_text=_("Three capital letters, such as CNY."),
        max_length=3,
        initial="CNY",
    )
    amount = forms.CharField(label=_("How much?"), max_length=30)
    merchant = forms.SlugField(
        label=_("Code of the merchant"), help_text=_("For a deposit only."), max_length=50, required=False
    )
    budget = forms.ChoiceField(
        label=_("Budget"),
        help_text=_("For money that is set aside only."),
        choices=[("", "–"), *Filling.Budget.choices],
        required=False,
    )
    because = forms.CharField(
        label=_("Where is the money found, or why is it set aside?"),
        help_text=_("The bank’s reference, so that whoever agrees finds it too."),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Say where the money is found, or why it is set aside.")},
    )
    field_order = ("kind", "currency", "amount", "merchant", "budget", "because")

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if not CURRENCY.fullmatch(currency):
            raise forms.ValidationError(str(UnknownCurrency.message))
        return currency

    def clean_amount(self) -> Any:
        """Whole minor units; a sum is read in its currency, which is known by now."""
        currency = self.cleaned_data.get("currency")
        return MoneyField(currency=currency).clean(self.cleaned_data["amount"]) if currency else None
