"""Which claims a back-test goes through."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BacktestForm(forms.Form):
    """Which claims a back-test goes through; without days, all of them."""

    first = forms.DateField(
        label=_("Claims filed from"),
        help_text=_("Leave it empty to begin with the first claim."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last = forms.DateField(
        label=_("until before"),
        help_text=_("Leave it empty to go on until now."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
