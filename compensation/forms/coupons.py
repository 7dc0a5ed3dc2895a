"""What is asked before a coupon is redeemed or revoked."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RedemptionForm(forms.Form):
    """The code a consumer shows, and the order they pay with it."""

    code = forms.CharField(
        label=_("Code of the coupon"),
        help_text=_("Fifteen letters and figures, as the consumer shows them."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Enter the code the consumer shows you.")},
    )
    order = forms.CharField(
        label=_("Order number"),
        help_text=_("An order of the same consumer with you, of at least the coupon’s worth."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the number of the order.")},
    )


class RevocationForm(forms.Form):
    """Why a coupon is taken back."""

    reason = forms.CharField(
        label=_("Why is it revoked?"),
        help_text=_("Its holder reads this, and it stands in the coupon’s story under your name."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the coupon is revoked; its holder is told.")},
    )
