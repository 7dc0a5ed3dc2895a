"""What is asked about the Peace of Mind label: an appeal, its decision, a removal, a licence."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from compensation.models import LabelAppeal
from payouts.statements import REASON_LIMIT

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LabelAppealForm(forms.Form):
    """Why a refusal or a loss was wrong."""

    statement = forms.CharField(
        label=_("Why should another operator look at it again?"),
        help_text=_("You can appeal once. Say what the figures do not show."),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in your own words why: the others read it.")},
    )


def because_field(label: "StrOrPromise") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_("The merchant reads it word for word."),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: whoever looks at this later has only your words.")},
    )


class LabelRemovalForm(forms.Form):
    """Why an operator takes a label away."""

    because = because_field(_("Why is the label taken away?"))


class LabelDecisionForm(forms.Form):
    """What becomes of an appeal about a label, and why."""

    outcome = forms.ChoiceField(
        label=_("What is your decision?"),
        choices=LabelAppeal.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what you decide.")),
    )
    because = because_field(_("Why?"))


class LicenceForm(forms.Form):
    """A licence that an operator saw."""

    merchant = forms.ModelChoiceField(
        label=_("Which merchant?"),
        help_text=_("The code of the merchant."),
        queryset=Merchant.objects.all(),
        to_field_name="code",
        widget=forms.TextInput,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("There is no merchant with this code.")),
    )
    label = forms.ChoiceField(
        label=_("For which label?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose the label.")),
    )
    number = forms.CharField(
        label=_("Number of the licence"),
        max_length=60,
        error_messages={"required": _("Enter the number as it stands on the licence.")},
    )
    valid_until_on = forms.DateField(
        label=_("Valid until"),
        help_text=_("The last day on which it is valid."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("Enter a date, such as 2027-12-31.")),
    )

    def __init__(self, *args: Any, labels: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].choices = list(labels)  # type: ignore[attr-defined]  # a ChoiceField, see above
