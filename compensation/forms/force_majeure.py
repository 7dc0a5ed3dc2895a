"""What a senior agent is asked who declares force majeure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MomentInput
from compensation.models import ForceMajeure
from payouts.forms import BecauseForm


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
    starts_at = forms.DateTimeField(label=_("From"), widget=MomentInput())
    ends_at = forms.DateTimeField(
        label=_("Until"),
        help_text=_("Leave it empty until the end is known; then end it here."),
        required=False,
        widget=MomentInput(),
    )
    because = BecauseForm.base_fields["because"]
