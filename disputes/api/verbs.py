"""The verbs of a case, each a POST to its noun, answered with the claim as it then stands."""

from http import HTTPStatus

from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import CallerRequest
from common.api import idempotent, one_page
from common.api_schema import listing, operation
from common.strict_input import NothingInput
from disputes import actions
from disputes.api.case import answer_with, claim_for, refuse_other_currency, visible_claim
from disputes.api.shapes import (
    AnswerInput,
    ClaimOutput,
    DecisionInput,
    EvidenceInput,
    EvidenceOutput,
    MessageInput,
    MessageOutput,
    OfferInput,
    ShipmentInput,
    StatementInput,
)
from disputes.models import Evidence, Message, Status
from disputes.rights import Act

GIVES_THE_CLAIM = {HTTPStatus.CREATED: ClaimOutput}
REFUSALS = [HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT]


class ClaimAnswer(APIView):
    @operation("Answer a claim", takes=AnswerInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """The merchant accepts, offers a sum, or rejects with a reason."""
        claim = claim_for(request.user, number, Act.ANSWER)
        given, now = AnswerInput.read(request), timezone.now()
        refuse_other_currency(given, claim.currency)
        actions.answer(claim=claim, by=request.user, at=now, **given)
        return answer_with(claim, request.user, now=now)


class ClaimOffers(APIView):
    @operation("Make an offer", takes=OfferInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """The merchant offers a sum instead of the claim, or the consumer answers an offer with a higher one."""
        claim = claim_for(request.user, number, Act.OFFERS)
        given, now = OfferInput.read(request), timezone.now()
        refuse_other_currency(given, claim.currency)
        actions.make_offer(claim=claim, by=request.user, at=now, **given)
        return answer_with(claim, request.user, now=now)


class OfferAcceptance(APIView):
    @operation("Accept an offer", takes=NothingInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str, offer: int) -> Response:
        """The other side's open offer is accepted and paid, and the claim ends."""
        claim, now = claim_for(request.user, number, Act.ACCEPTANCE), timezone.now()
        NothingInput.read(request)
        actions.accept_offer(claim=claim, offer=offer, by=request.user, at=now)
        return answer_with(claim, request.user, now=now)


class ClaimEscalation(APIView):
    @operation("Escalate a claim", takes=StatementInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """The consumer asks the platform to decide."""
        claim, now = claim_for(request.user, number, Act.ESCALATION), timezone.now()
        actions.escalate(claim=claim, by=request.user, at=now, **StatementInput.read(request))
        return answer_with(claim, request.user, now=now)


class ClaimWithdrawal(APIView):
    @operation("Withdraw a claim", takes=StatementInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """The consumer takes the claim back; nothing is paid."""
        claim, now = claim_for(request.user, number, Act.WITHDRAWAL), timezone.now()
        actions.withdraw(claim=claim, by=request.user, at=now, **StatementInput.read(request))
        return answer_with(claim, request.user, now=now)


class ClaimShipment(APIView):
    @operation("Ship a return", takes=ShipmentInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """The consumer sent the goods back."""
        claim, now = claim_for(request.user, number, Act.SHIPMENT), timezone.now()
        actions.ship_return(claim=claim, by=request.user, at=now, **ShipmentInput.read(request))
        return answer_with(claim, request.user, now=now)


class ClaimReceipt(APIView):
    @operation("Receive a return", takes=NothingInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """The merchant confirms that the goods came back, and the consumer is paid."""
        claim, now = claim_for(request.user, number, Act.RECEIPT), timezone.now()
        NothingInput.read(request)
        actions.receive_return(claim=claim, by=request.user, at=now)
        return answer_with(claim, request.user, now=now)


class ClaimDecision(APIView):
    @operation("Decide a claim", takes=DecisionInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """An agent decides, or another reviewer decides the appeal; what is owed is paid in the same moment."""
        claim = claim_for(request.user, number, Act.DECISION)
        given, now = DecisionInput.read(request), timezone.now()
        refuse_other_currency(given, claim.currency)
        decide = actions.decide_appeal if claim.status == Status.APPEAL_REVIEW else actions.decide
        decide(claim=claim, by=request.user, at=now, **given)
        return answer_with(claim, request.user, now=now)


class ClaimAppeal(APIView):
    @operation("Appeal a decision", takes=StatementInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """One side asks another reviewer to look again, once in a case."""
        claim, now = claim_for(request.user, number, Act.APPEAL), timezone.now()
        actions.appeal(claim=claim, by=request.user, at=now, **StatementInput.read(request))
        return answer_with(claim, request.user, now=now)


class ClaimMessages(APIView):
    @listing("List messages", MessageOutput, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, number: str) -> Response:
        """What was said in the case, the oldest first."""
        said = Message.objects.filter(claim=visible_claim(request.user, number))
        rows = said if request.user.is_agent else said.filter(internal=False)
        return one_page(request, rows, by=("id",), shown=lambda messages: [_message(message) for message in messages])

    @operation("Say something", takes=MessageInput, gives=GIVES_THE_CLAIM, errors=REFUSALS, repeatable=True)
    @idempotent
    def post(self, request: CallerRequest, number: str) -> Response:
        """A message to the others in the case."""
        claim, now = claim_for(request.user, number, Act.MESSAGES), timezone.now()
        actions.say(claim=claim, by=request.user, at=now, **MessageInput.read(request))
        return answer_with(claim, request.user, now=now)


class ClaimEvidence(APIView):
    parser_classes = (MultiPartParser,)

    @listing("List evidence", EvidenceOutput, errors=[HTTPStatus.NOT_FOUND])
    def get(self, request: CallerRequest, number: str) -> Response:
        """The documents of both sides, the oldest first."""
        given = Evidence.objects.filter(claim=visible_claim(request.user, number))
        return one_page(request, given, by=("id",), shown=lambda documents: [_document(row) for row in documents])

    @operation(
        "Give evidence",
        takes={"multipart/form-data": EvidenceInput},
        gives=GIVES_THE_CLAIM,
        errors=[*REFUSALS, HTTPStatus.REQUEST_ENTITY_TOO_LARGE],
    )
    def post(self, request: CallerRequest, number: str) -> Response:
        """A photo or a PDF; it can be added until the evidence is sealed, and is never taken away."""
        claim, now = claim_for(request.user, number, Act.EVIDENCE), timezone.now()
        actions.give_evidence(claim=claim, by=request.user, at=now, **EvidenceInput.read(request))
        return answer_with(claim, request.user, now=now)


def _message(message: Message) -> dict[str, object]:
    return {
        "id": message.pk,
        "party": message.party,
        "body": message.body,
        "internal": message.internal,
        "said_at": message.said_at,
    }


def _document(document: Evidence) -> dict[str, object]:
    return {
        "id": document.pk,
        "party": document.party,
        "kind": document.kind,
        "name": document.name,
        "content_type": document.content_type,
        "size_bytes": document.size_bytes,
        "given_at": document.given_at,
        "sealed_at": document.sealed_at,
    }
