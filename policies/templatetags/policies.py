"""What the pages about policies say of a version: `{% version_link version %}`, its status, who did what."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from common.formats import moment_text
from common.templatetags.components import person, status
from policies.models import Version
from policies.views.version import STATUS_SIGNALS

register = template.Library()


@register.simple_tag
def version_link(version: Version, *, with_moment: bool = False) -> SafeString:
    """The version by its number, with its market where it has one."""
    label = _("Version %(number)s") % {"number": version.number}
    aside = [version.market] if version.market else []
    if with_moment:
        aside.append(moment_text(version.effective_from))
    address = reverse("version", args=[version.policy.code, version.number])
    return format_html('<span class="line"><a href="{}">{}</a> {}</span>', address, label, " · ".join(aside))


@register.simple_tag(takes_context=True)
def version_status(context: Context, version: Version) -> SafeString:
    """Where the version stands in its life, in one word with its signal."""
    return status(context, version.get_status_display(), STATUS_SIGNALS[Version.Status(version.status)])


@register.simple_tag(takes_context=True)
def version_person(context: Context, who: User | None) -> SafeString:
    """Somebody by name, or the repository's files where nobody is named."""
    if who is None:
        return SafeString(_("The repository’s files"))
    return person(context, "operator", name=who.name)
