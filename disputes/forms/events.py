"""What an agent is asked who announces an event or changes it, and a consumer who contests one."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import MomentInput, MoneyField
from compensation.models import Happening
from disputes.forms.fields import statement_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def moment_field(label: "StrOrPromise", *, hint: "StrOrPromise" = "", required: bool = True) -> forms.DateTimeField:
    missing = {"required": _("Say from when on.")}
    return forms.DateTimeField(
        label=label, help_text=hint, required=required, widget=MomentInput(), error_messages=missing
    )


class AnnounceForm(forms.Form):
    """A new event, as an agent was told of it."""

    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=Happening.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    store = forms.CharField(
        label=_("Code of the store or hotel"),
        max_length=60,
        error_messages={"required": _("Name the store or hotel by its code.")},
    )
    reason = forms.ChoiceField(
        label=_("Why the store is closed"), choices=[("", "—"), *Happening.Reason.choices], required=False
    )
    starts_at = moment_field(
        _("Since when"), hint=_("The day (in UTC) of a walk, or the moment at which a performance was to begin.")
    )
    ends_at = moment_field(_("Until when"), hint=_("Leave it out when nobody knows."), required=False)
    item = forms.CharField(
        label=_("Code of what was sold"),
        help_text=_("Leave it out for everything there."),
        max_length=60,
        required=False,
    )
    orders_named = forms.CharField(
        label=_("Numbers of the orders"),
        help_text=_("Separate them by spaces. Leave it out for all orders."),
        max_length=4000,
        required=False,
    )

    def clean_orders_named(self) -> list[str]:
        return str(self.cleaned_data["orders_named"]).split()


class ChangeForm(forms.Form):
    """What is now known of an event."""

    starts_at = moment_field(_("Since when"))
    ends_at = moment_field(_("Until when"), hint=_("Leave it out when nobody knows."), required=False)


class DismissForm(forms.Form):
    because = forms.CharField(
        label=_("Why nothing is paid for it"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ContestForm(forms.Form):
    """What a consumer asks for beyond what an event paid."""

    statement = statement_field(_("Why is it not enough?"), hint=_("The merchant and the platform read it."))

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = MoneyField(
            label=_("How much more do you ask for?"),
            help_text=_("Beyond what you got, and no more than the price."),
            currency=currency,
            minimum=1,
            maximum=most,
        )
        self.fields = {"amount": amount, **self.fields}
