"""How far a recovery or an advance is, in a word, and whether force majeure still lasts."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from common.templatetags.bilingual import called
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
def place_of(declared: ForceMajeure) -> str:
    """The store, city or market in the reader's language; takes what the page annotates as `city_zh`."""
    if declared.store:
        return str(called(declared.store))
    in_chinese = getattr(declared, "city_zh", None) if (get_language() or "").startswith("zh") else None
    return in_chinese or declared.city or declared.market or gettext("This marketplace")


@register.filter
def lasts(declared: ForceMajeure, now: datetime) -> bool:
    """Whether it can be ended or, before it begins, called off."""
    return declared.ended_at is None and (declared.ends_at is None or declared.ends_at > now)
