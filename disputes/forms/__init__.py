"""The questions the portal asks about a case, one form for each verb. What is possible is decided by the actions."""

from disputes.forms.answers import OfferForm, RejectForm, ShipmentForm, UnaskedRefundForm
from disputes.forms.backtests import BacktestForm
from disputes.forms.decision import DecisionForm
from disputes.forms.events import AnnounceForm, ChangeForm, ContestForm, DismissForm
from disputes.forms.filing import DetailsForm, ParticularsForm, ReasonForm, RemedyForm, ShownClaimForm
from disputes.forms.labels import LabelAppealForm, LabelDecisionForm, LabelRemovalForm, LicenceForm
from disputes.forms.words import (
    BothSidesMessageForm,
    EvidenceForm,
    MessageForm,
    NoteForm,
    OptionalStatementForm,
    StatementForm,
)

__all__ = [
    "AnnounceForm",
    "BacktestForm",
    "BothSidesMessageForm",
    "ChangeForm",
    "ContestForm",
    "DecisionForm",
    "DetailsForm",
    "DismissForm",
    "EvidenceForm",
    "LabelAppealForm",
    "LabelDecisionForm",
    "LabelRemovalForm",
    "LicenceForm",
    "MessageForm",
    "NoteForm",
    "OfferForm",
    "OptionalStatementForm",
    "ParticularsForm",
    "ReasonForm",
    "RejectForm",
    "RemedyForm",
    "ShipmentForm",
    "ShownClaimForm",
    "StatementForm",
    "UnaskedRefundForm",
]
