"""What people and rules do with policies: draft, check, publish, load from the repository, enrol, record, replay."""

from policies.actions.enrolments import EnrolmentInThePast, enrol, leave
from policies.actions.loading import Document, FileNotUnderstood, Loaded, documents, load_all
from policies.actions.refusals import TermsNotAccepted, UnknownPolicy
from policies.actions.verdicts import confirmed, differing, on_record, replay
from policies.actions.versions import (
    CheckedByTheSamePerson,
    NotReadyToPublish,
    TakesEffectBeforeItIsPublished,
    check,
    draft,
    publish,
)

__all__ = [
    "CheckedByTheSamePerson",
    "Document",
    "EnrolmentInThePast",
    "FileNotUnderstood",
    "Loaded",
    "NotReadyToPublish",
    "TakesEffectBeforeItIsPublished",
    "TermsNotAccepted",
    "UnknownPolicy",
    "check",
    "confirmed",
    "differing",
    "documents",
    "draft",
    "enrol",
    "leave",
    "load_all",
    "on_record",
    "publish",
    "replay",
]
