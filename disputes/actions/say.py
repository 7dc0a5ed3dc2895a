"""Somebody says something in the case. Agents may keep it among themselves."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from disputes.cases import open_case
from disputes.models import Claim, Message
from disputes.rights import AGENTS, Act
from disputes.statements import written
from disputes.tidings import tell_the_others


class NotForAgentsOnly(Refusal):
    code = "internal_is_for_agents"
    message = _("Only the platform’s people write internal notes.")
    field = "internal"
    http_status = HTTPStatus.BAD_REQUEST


@atomic
def say(*, claim: Claim, by: User, body: str, internal: bool = False, at: datetime) -> Message:
    """Write a message to both sides and the platform, or (agents only) an internal note.

    Raises NotYourCase, NotPossibleNow, NotForAgentsOnly, StatementMissing, StatementTooLong.
    """
    case = open_case(claim, by=by, act=Act.MESSAGES, at=at)
    if internal and case.party not in AGENTS:
        raise NotForAgentsOnly
    message = Message.objects.create(
        claim=case.claim, party=case.party, author=by, body=written(body, required=True), internal=internal, said_at=at
    )
    if not internal:
        tell_the_others(case, "message_received", key=f"message:{message.pk}")
    return message
