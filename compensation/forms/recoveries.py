"""What is asked about a sum that a merchant owes the fund; what is possible is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MoneyField
from compensation.models import Relief
from payouts.forms import BecauseForm
from payouts.statements import REASON_LIMIT


class StatementForm(BecauseForm):
    """The merchant says why it does not owe this."""

    because = forms.CharField(
        label=_("Why do you not owe this?"),
        help_text=_("Finance reads it. Until they have looked at it nothing is set off or invoiced."),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why: whoever looks at this has only your words.")},
    )


class PaymentForm(forms.Form):
    """Money that came from the merchant by itself."""

    because = forms.CharField(
        label=_("Where is the payment found?"),
        help_text=_("The bank’s reference, so that somebody else finds it too."),
        max_length=REASON_LIMIT,
        error_messages={"required": _("Say where the payment is found.")},
    )
    field_order = ("amount", "because")

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency=currency, maximum=most, label=_("How much came in?"))
        self.order_fields(self.field_order)


class ReliefForm(BecauseForm):
    """To give up what is open: waived or written off."""

    kind = forms.ChoiceField(
        label=_("What is proposed?"),
        choices=Relief.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is proposed.")},
    )
    field_order = ("kind", "because")


class AnswerForm(forms.Form):
    """Which proposal the checker looked at."""

    relief = forms.IntegerField(widget=forms.HiddenInput, required=False)
