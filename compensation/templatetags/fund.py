"""How far a recovery or an advance is, in a word, and whether force majeure still lasts."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from common.templatetags.components import status
from compensation.models import Advance, ForceMajeure, Recovery

register = template.Library()

SIGNALS = {
    Recovery.Status.OPEN: "waiting",
    Recovery.Status.INVOICED: "waiting",
    Recovery.Status.DISPUTED: "trouble",
    Recovery.Status.SET_OFF: "settled",
    Recovery.Status.PAID: "settled",
    Recovery.Status.WRITTEN_OFF: "trouble",
}


@register.simple_tag(takes_context=True)
def recovery_status(context: Context, recovery: Recovery) -> SafeString:
    """The recovery's status with its signal."""
    found = Recovery.Status(recovery.status)
    return status(context, str(found.label), SIGNALS.get(found, "plain"))


@register.simple_tag(takes_context=True)
def advance_status(context: Context, advance: Advance) -> SafeString:
    """The advance's status with its signal."""
    found = Advance.Status(advance.status)
    return status(context, str(found.label), "waiting" if found == Advance.Status.OUTSTANDING else "plain")


@register.filter
def lasts(declared: ForceMajeure, now: datetime) -> bool:
    """Whether it can be ended or, before it begins, called off."""
    return declared.ended_at is None and (declared.ends_at is None or declared.ends_at > now)
