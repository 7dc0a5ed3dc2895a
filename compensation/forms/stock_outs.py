"""What a merchant is asked about goods that it cannot deliver."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class StockOutForm(forms.Form):
    """How many pieces of a line are out of stock."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pieces"] = forms.IntegerField(
            label=_("How many pieces are out of stock?"),
            min_value=1,
            max_value=most,
            initial=most,
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"),
                _("Enter a whole number from 1 to %(most)s.") % {"most": most},
            ),
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
        )
