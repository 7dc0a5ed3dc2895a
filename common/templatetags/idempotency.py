"""`{% idempotency_key %}`: the hidden field that makes a form safe to send twice."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.idempotency import FORM_FIELD, new_key

register = template.Library()


@register.simple_tag
def idempotency_key(key: str = "") -> SafeString:
    """Beside `{% csrf_token %}`. Pass a `key` that was kept (in a draft, say) when it has to survive a reload."""
    return format_html('<input type="hidden" name="{}" value="{}">', FORM_FIELD, key or new_key())
