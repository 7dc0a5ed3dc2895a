"""What a person was told: the list, one notice opened, all of them seen."""

from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.doors import PersonRequest, people_only
from accounts.models import Role, User
from common.pages import read_page
from notices.actions import mark_all_read, mark_read
from notices.models import Notice
from notices.wording import Words, words

LAYOUTS = {Role.CONSUMER: "consumer.html", Role.MERCHANT: "desk.html"}


class Entry(NamedTuple):
    """A notice beside its words in the reader's language."""

    notice: Notice
    words: Words


@people_only
@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    page = read_page(Notice.objects.visible_to(request.user), by=["-id"], after=request.GET.get("after"))
    context = {
        "layout": LAYOUTS.get(Role(request.user.role), "base.html"),
        "entries": [Entry(notice, words_of(notice, request.user)) for notice in page.rows],
        "has_unread": Notice.objects.visible_to(request.user).unread().exists(),
        **page.hrefs(request),
    }
    return render(request, "notices/notices.html", context)


def words_of(notice: Notice, reader: User) -> Words:
    """What the notice says; one whose kind has no words any more must not hide the others."""
    try:
        return words(kind=notice.kind, values=notice.values, role=reader.role)
    except LookupError:
        return Words(subject=_("This notice can no longer be shown."), sentences=(), due="", action="")


@people_only
@require_GET
def notice(request: PersonRequest, pk: int) -> HttpResponse:
    """Opening a notice marks it as read and leads to what it is about."""
    opened = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mark_read(notice=opened, at=timezone.now())
    return redirect(opened.link or "notices")


@people_only
@require_POST
def reading(request: PersonRequest) -> HttpResponse:
    """The reader has seen everything."""
    mark_all_read(reader=request.user, at=timezone.now())
    return redirect("notices")
