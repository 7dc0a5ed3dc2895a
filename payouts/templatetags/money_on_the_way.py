"""How far a payout is, in a word: `{% payout_status payout %}`. Nothing is called paid before it is confirmed."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from common.templatetags.components import status
from payouts.models import Payout, Status

register = template.Library()

SIGNALS = {Status.SETTLED: "settled", Status.FAILED: "trouble", Status.RELEASED: "plain"}


@register.simple_tag(takes_context=True)
def payout_status(context: Context, payout: Payout) -> SafeString:
    """The payout's status with its signal."""
    return payout_status_word(context, payout.status)


@register.simple_tag(takes_context=True)
def payout_status_word(context: Context, word: str) -> SafeString:
    """The same for a bare status, such as a step of its history holds."""
    found = Status(word)
    return status(context, str(found.label), SIGNALS.get(found, "waiting"))
