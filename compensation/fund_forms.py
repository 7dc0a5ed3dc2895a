"""The questions asked about the special fund, one form for each verb. What is possible is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MoneyField
from compensation.models import ForceMajeure, Grant, Relief
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


class DeclarationForm(forms.Form):
    """Force majeure: what happened, where, and from when until when (UTC)."""

    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=ForceMajeure.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    place = forms.ChoiceField(
        label=_("Where?"),
        choices=ForceMajeure.Place.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of place it is.")},
    )
    where = forms.CharField(
        label=_("Name of the place"),
        help_text=_("The city’s name, the store’s code, or the market’s name; empty for this marketplace."),
        max_length=80,
        required=False,
    )
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        help_text=_("Leave it empty until the end is known; then end it here."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    because = BecauseForm.base_fields["because"]


class GrantForm(forms.Form):
    """Help in hardship."""

    hardship = forms.ChoiceField(
        label=_("What is the hardship?"),
        choices=Grant.Hardship.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the hardship is.")},
    )
    because = forms.CharField(
        label=_("Why is this person helped?"),
        help_text=_("It stays among the platform’s people, under your name."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why this person is helped.")},
    )
    field_order = ("amount", "hardship", "because")

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency=currency, maximum=most, label=_("How much?"))
        self.order_fields(self.field_order)
