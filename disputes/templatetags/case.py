"""What the pages of a case say about its state: `{% claim_status claim %}`."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from common.templatetags.components import status
from disputes.models import Claim, Status

register = template.Library()


@register.simple_tag(takes_context=True)
def claim_status(context: Context, claim: Claim) -> SafeString:
    """The claim's status in one word, with its signal; an ended case says how it ended."""
    match claim.status:
        case Status.SETTLED:
            return status(context, claim.get_close_reason_display() or claim.get_status_display(), "settled")
        case Status.CLOSED:
            return status(context, claim.get_close_reason_display() or claim.get_status_display(), "plain")
        case Status.REJECTED:
            return status(context, claim.get_status_display(), "trouble")
        case _:
            return status(context, claim.get_status_display(), "waiting")
