"""What the two sides are asked who answer each other, and a merchant who gives money back unasked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.formats import money_text
from common.forms import MoneyField
from disputes.forms.fields import CHOOSE, statement_field
from disputes.models import Rejection


class OfferForm(forms.Form):
    """A sum proposed by either side. `least` (minor units) is said here and held by the action."""

    def __init__(self, *args: Any, currency: str, least: int = 1, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            label=_("Sum you propose"),
            help_text=_between(least, most, currency),
            currency=currency,
            maximum=most,
            error_messages={"required": _("Enter the sum.")},
        )
        self.fields["statement"] = statement_field(_("Why this sum?"), required=False)


def _between(least: int, most: int, currency: str) -> str:
    sums = {"least": money_text(least, currency), "most": money_text(most, currency)}
    return _("Between %(least)s and %(most)s.") % sums


class RejectForm(forms.Form):
    """No, with a typed reason and words for the consumer."""

    reason = forms.ChoiceField(
        label=_("Reason for rejecting"),
        choices=[CHOOSE, *Rejection.Reason.choices],
        error_messages={"required": _("Choose the reason for rejecting.")},
    )
    statement = statement_field(
        _("What do you tell the consumer?"),
        hint=_("They read it, and our people if the consumer lets the platform decide."),
    )


class ShipmentForm(forms.Form):
    carrier = forms.CharField(
        label=_("Carrier"), max_length=60, error_messages={"required": _("Enter who carries the goods.")}
    )
    tracking = forms.CharField(
        label=_("Tracking number"), max_length=60, error_messages={"required": _("Enter the tracking number.")}
    )


class UnaskedRefundForm(forms.Form):
    """The merchant gives money back without being asked.

    The form lets through what was paid (`most`), the action what is `left` of it: sent twice, the form is still right.
    """

    def __init__(self, *args: Any, currency: str, most: int, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            label=_("Sum to give back"),
            help_text=_("Leave it as it is to give back all that is left."),
            currency=currency,
            maximum=most,
            initial=left,
            error_messages={"required": _("Enter the sum.")},
        )
