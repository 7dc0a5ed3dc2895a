"""A side gives a document or a photo. It can be added to until the evidence is sealed, and never taken away."""

from datetime import datetime
from http import HTTPStatus

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from disputes.cases import Case, open_case, refuse_unless_possible
from disputes.evidence import CleanFile, clean
from disputes.models import Claim, Deed, Evidence
from disputes.rights import Act


class EvidenceKindMissing(Refusal):
    code = "kind_missing"
    message = _("Choose what kind of evidence this is.")
    field = "kind"
    http_status = HTTPStatus.BAD_REQUEST


def give_evidence(*, claim: Claim, by: User, kind: str, file: UploadedFile, at: datetime) -> Evidence:
    """Keep the file, made harmless, as evidence of the person's side; ten for each side at most.

    Pictures are redrawn before the claim is locked. Raises NotYourCase, NotPossibleNow, DeadlinePassed,
    EvidenceKindMissing, FileTooLarge, UnknownFileType, PictureTooLarge.
    """
    refuse_unless_possible(claim, by=by, act=Act.EVIDENCE, at=at)
    if kind not in Evidence.Kind.values:
        raise EvidenceKindMissing
    return _keep(claim, by, kind, clean(file), at)


@atomic
def _keep(claim: Claim, by: User, kind: str, file: CleanFile, at: datetime) -> Evidence:
    case = open_case(claim, by=by, act=Act.EVIDENCE, at=at)
    evidence = Evidence.objects.create(
        claim=case.claim,
        party=case.party,
        kind=kind,
        file=file.as_file(),
        name=file.name,
        content_type=file.content_type,
        size_bytes=len(file.content),
        given_by=by,
        given_at=at,
    )
    _note(case, evidence)
    return evidence


def _note(case: Case, evidence: Evidence) -> None:
    case.note(Deed.EVIDENCE_GIVEN, kind=evidence.kind, name=evidence.name, evidence=evidence.pk)
