"""How far a payout is, in a word: `{% payout_status payout %}`. Nothing is called paid before it is confirmed."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from accounts.models import Role
from common.templatetags.components import status
from payouts.models import Attention, Payout, Status, Stop
from payouts.wording import gateway_in_words

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


@register.simple_tag(takes_context=True)
def payout_standing(context: Context, payout: Payout) -> SafeString:
    """The same for finance, who rather wants to know what it waits for."""
    if payout.attention:
        signal = "waiting" if payout.attention == Attention.APPROVAL else "trouble"
        return status(context, payout.get_attention_display(), signal)
    return payout_status(context, payout)


@register.filter
def gateway(code: str) -> str:
    """How a payout travels, in a word."""
    return gateway_in_words(code)


@register.inclusion_tag("payouts/_stopped.html", takes_context=True)
def stops_that_stand(context: Context) -> dict[str, Any]:
    """What is stopped, for the people of finance on every page; nothing for everybody else."""
    reader = getattr(context.get("request"), "user", None)
    if reader is None or not reader.is_authenticated or reader.role != Role.FINANCE:
        return {"stops": []}
    return {"stops": list(Stop.objects.standing().select_related("stopped_by").order_by("gateway"))}
