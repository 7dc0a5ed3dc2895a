"""What an agent is asked who helps somebody in hardship."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MoneyField
from compensation.models import Grant


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
