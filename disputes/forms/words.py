"""Words and documents that are brought forward in a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from disputes.forms.fields import CHOOSE, statement_field
from disputes.models import Evidence


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
