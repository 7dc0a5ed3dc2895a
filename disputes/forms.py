"""The questions the portal asks about a case, one form for each verb. What is possible is decided by the actions."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Merchant
from common.formats import money_text
from common.forms import MoneyField
from compensation.models import LabelAppeal
from compensation.schemes.registry import FIRST_YEAR, LAST_YEAR, LONGEST_TEXT, particulars_of
from disputes.models import DecisionReason, Evidence, Outcome, Rejection
from disputes.questions import Question, questions_about
from disputes.statements import LONGEST
from payouts.statements import REASON_LIMIT
from policies.shapes import MinorUnits, Misshapen, plain
from policies.wording import problem_sentence

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHOOSE = ("", pgettext_lazy("nothing chosen", "Choose one"))


def statement_field(label: "StrOrPromise", *, hint: "StrOrPromise" = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in your own words why: the others read it.")},
    )


# --- filing ------------------------------------------------------------------------------------


class ReasonForm(forms.Form):
    """Step 1 of filing."""

    reason = forms.ChoiceField(
        label=_("What went wrong?"),
        help_text=_("Choose what comes closest. You can explain it in your own words later."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what went wrong."), "invalid_choice": _("Choose what went wrong.")},
    )

    def __init__(self, *args: Any, reasons: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = list(reasons)  # type: ignore[attr-defined]  # a ChoiceField, see above


class ParticularsForm(forms.Form):
    """Between the reason and the remedy: what the guarantee asks about the reason, one field for each question."""

    def __init__(self, *args: Any, reason: str, kind: str, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reason, self._kind = reason, kind
        for question in questions_about(reason, kind):
            self.fields[question.name] = _field_for(question, currency)

    def clean(self) -> dict[str, Any]:
        """Also `particulars`, the answers in plain form, as the scheme can read them."""
        answered = super().clean() or {}
        told = {name: plain(value) for name, value in answered.items() if value not in (None, "", [])}
        try:
            particulars_of(self._reason, self._kind, told)
        except Misshapen as problem:
            if not self.errors:
                self.add_error(problem.path if problem.path in self.fields else None, problem_sentence(problem))
        return {"particulars": told}


def _field_for(question: Question, currency: str) -> forms.Field:
    words: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": question.required}
    if question.choices:
        kind = forms.MultipleChoiceField if question.many else forms.ChoiceField
        widget = forms.CheckboxSelectMultiple if question.many else forms.RadioSelect
        return kind(choices=list(question.choices.items()), widget=widget, **words)
    if question.kind is MinorUnits:
        return MoneyField(currency=currency, minimum=0, **words)
    if question.kind is bool:
        return forms.BooleanField(**{**words, "required": False})
    return FIELDS[question.kind](**words)


def _refuse_outside_the_calendar(moment: datetime) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise forms.ValidationError(problem_sentence(Misshapen("", "not_a_moment", value=moment.isoformat())))


FIELDS: Mapping[Any, Callable[..., forms.Field]] = {
    str: partial(forms.CharField, max_length=LONGEST_TEXT),
    int: partial(
        forms.IntegerField, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"})
    ),
    float: partial(forms.FloatField, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})),
    datetime: partial(
        forms.DateTimeField,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[_refuse_outside_the_calendar],
    ),
    date: partial(forms.DateField, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")),
}


class RemedyForm(forms.Form):
    """Step 2 of filing: the choices are the entitlements; the page draws them with their sums and reasons."""

    remedy = forms.ChoiceField(
        label=_("What would put it right?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what would put it right."),
            "invalid_choice": _("Choose what would put it right."),
        },
    )

    def __init__(self, *args: Any, remedies: "Iterable[tuple[str, StrOrPromise]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].choices = list(remedies)  # type: ignore[attr-defined]  # a ChoiceField, see above


class DetailsForm(forms.Form):
    """Step 3 of filing: what happened in the consumer's own words, and how much of it where there is a choice."""

    def __init__(
        self, *args: Any, currency: str, most: int, most_quantity: int, by_amount: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if most_quantity > 1:
            self.fields["quantity"] = forms.IntegerField(
                label=_("How many pieces are affected?"),
                min_value=1,
                max_value=most_quantity,
                initial=most_quantity,
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"),
                    _("Enter a whole number from 1 to %(most)s.") % {"most": most_quantity},
                ),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "short"}),
            )
        self.fields["statement"] = statement_field(
            _("What happened?"),
            hint=_("One or two sentences are enough. The merchant reads them, and our people if it comes to that."),
            required=False,
        )
        if most_quantity == 1 and by_amount:
            self.fields["amount"] = MoneyField(
                label=_("How much do you ask for?"),
                help_text=_("Leave it as it is to ask for all that is owed."),
                currency=currency,
                maximum=most,
                required=False,
            )


class ShownClaimForm(forms.Form):
    """Step 4 of filing: the claim just as the page showed it, so that nothing else is sent than what was seen."""

    reason = forms.CharField(widget=forms.HiddenInput)
    particulars = forms.JSONField(required=False, widget=forms.HiddenInput)
    remedy = forms.CharField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(required=False, widget=forms.HiddenInput)
    amount = forms.IntegerField(required=False, widget=forms.HiddenInput)
    statement = forms.CharField(required=False, widget=forms.HiddenInput)
    owed = forms.IntegerField(widget=forms.HiddenInput)
    settles = forms.CharField(widget=forms.HiddenInput)


# --- the merchant's answers --------------------------------------------------------------------


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


# --- words and documents -----------------------------------------------------------------------


class StatementForm(forms.Form):
    """A written reason: for taking a case to the platform, or appealing."""

    statement = statement_field(_("Your reason"), hint=_("The other side and the platform read it."))


class OptionalStatementForm(forms.Form):
    statement = statement_field(_("Your reason"), required=False)


class MessageForm(forms.Form):
    body = statement_field(_("Your message"), hint=_("The other side and the platform read it."))


class BothSidesMessageForm(MessageForm):
    body = statement_field(_("Your message"), hint=_("Consumer and merchant read it."))


class NoteForm(MessageForm):
    """What stays among the platform's people."""

    body = statement_field(_("Internal note"), hint=_("Only the platform’s people see it."))


class EvidenceForm(forms.Form):
    """One document. What a file may be is checked again, by content, when it is taken."""

    file = forms.FileField(
        label=_("Picture or PDF"),
        help_text=_("JPEG, PNG, WebP or PDF, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        error_messages={
            "required": _("Choose a file first."),
            "missing": _("Choose a file first."),
            "empty": _("This file is empty. Choose another one."),
        },
    )
    kind = forms.ChoiceField(
        label=_("What does it show?"),
        choices=[CHOOSE, *Evidence.Kind.choices],
        error_messages={"required": _("Choose what it shows.")},
    )


# --- the platform's word -----------------------------------------------------------------------


class DecisionForm(forms.Form):
    """The platform's word. The page fills in what the rules say; the outcome is the agent's alone to choose."""

    outcome = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, error_messages={"required": _("Choose the decision.")}
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            CHOOSE,
            *(choice for choice in DecisionReason.choices if choice[0] != DecisionReason.PLATFORM_TOO_SLOW),
        ],
        error_messages={"required": _("Choose the reason of the decision.")},
    )
    statement = statement_field(_("Why? Both sides read this."))

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = _outcomes(most, currency)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["amount"] = MoneyField(
            label=_("Sum for the consumer"),
            help_text=_("Only where each side is right in part; leave it empty otherwise."),
            currency=currency,
            maximum=max(most, 1),
            required=False,
        )
        self.order_fields(["outcome", "amount", "reason", "statement"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "amount" in self.errors:
            return given
        if given.get("outcome") == Outcome.SPLIT and given.get("amount") is None:
            self.add_error("amount", _("Enter the sum the consumer gets."))
        if given.get("outcome") == Outcome.MERCHANT and given.get("amount"):
            self.add_error("amount", _("Leave the sum empty when the merchant is right."))
        return given


def _outcomes(most: int, currency: str) -> "list[tuple[str, StrOrPromise]]":
    """Each outcome with what it does."""
    sums = {"amount": money_text(most, currency)}
    return [
        (Outcome.CONSUMER, _("For the consumer: the merchant pays %(amount)s.") % sums),
        (Outcome.SPLIT, _("In part for each: the merchant pays the sum below.")),
        (Outcome.MERCHANT, _("For the merchant: nothing is paid.")),
        (Outcome.NO_FAULT, _("Nobody is at fault: the platform pays %(amount)s.") % sums),
    ]


def _between(least: int, most: int, currency: str) -> str:
    sums = {"least": money_text(least, currency), "most": money_text(most, currency)}
    return _("Between %(least)s and %(most)s.") % sums


# --- the Peace of Mind label ---------------------------------------------------------------------


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


# --- back-tests --------------------------------------------------------------------------------


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
