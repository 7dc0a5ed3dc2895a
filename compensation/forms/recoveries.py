"""What is asked about a sum that a merchant owes the fund; what is possible is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import MoneyField
from compensation.models import Recovery, Relief
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


ANY = ("", pgettext_lazy("filter of recoveries", "Any"))


class RecoveriesForm(forms.Form):
    """Which recoveries are wanted; what is not among the choices narrows nothing."""

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[ANY, ("live", _("Still owed")), *Recovery.Status.choices]
    )
    cause = forms.ChoiceField(label=_("Why"), required=False, choices=[ANY, *Recovery.Cause.choices])
    part = forms.ChoiceField(
        label=_("What became of it"),
        required=False,
        choices=[
            ANY,
            ("recovered", _("Recovered")),
            ("waived", _("Waived")),
            ("written_off", _("Written off")),
            ("undone", _("Undone, the platform bears it")),
        ],
    )
    age = forms.ChoiceField(
        label=_("Still owed for"),
        required=False,
        choices=[ANY, ("young", _("Up to 30 days")), ("middle", _("31 to 60 days")), ("old", _("Longer"))],
    )
    merchant = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    currency = forms.RegexField("^[A-Z]{3}$", required=False, widget=forms.HiddenInput)

    def asked(self) -> dict[str, Any]:
        """What was asked for and can be."""
        self.full_clean()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}


class AdvancesForm(forms.Form):
    """Which advances are wanted; what is not among the choices narrows nothing."""

    status = forms.ChoiceField(
        required=False, choices=[("outstanding", _("Not decided yet")), ("borne", _("Borne by the platform"))]
    )
    currency = forms.RegexField("^[A-Z]{3}$", required=False)

    def asked(self) -> dict[str, Any]:
        """What was asked for and can be."""
        self.full_clean()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}


class AnswerForm(forms.Form):
    """Which proposal the checker looked at."""

    relief = forms.IntegerField(widget=forms.HiddenInput, required=False)
