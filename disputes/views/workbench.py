"""The agents' queue: disputes that wait for the platform, the most urgent first. The case itself is views/case.py."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from common.pages import read_page
from compensation.models import Grant
from disputes.views.listed import waiting_for
from policies.wording import label_of_reason

ROWS_A_PAGE = 25
KEYS = (("f", _("Find a claim")),)


@role_required(Role.AGENT)
@require_safe
def queue(request: PersonRequest) -> HttpResponse:
    """What this agent may take on; senior agents see what was raised to them and the appeals too.

    On the first page stands also what another agent would grant in hardship and a second one has to answer.
    """
    after = request.GET.get("after")
    grants = Grant.objects.waiting_for(request.user).select_related("granted_by").order_by("due_at", "id")
    page = read_page(
        waiting_for(request.user).select_related("line", "merchant"),
        by=("due_at", "id"),
        after=after,
        size=ROWS_A_PAGE,
    )
    return render(
        request,
        "disputes/queue.html",
        {
            "queue": [(claim, label_of_reason(claim.reason)) for claim in page.rows],
            "grants": [] if after else grants[:ROWS_A_PAGE],
            "keys": KEYS,
            **page.hrefs(request),
        },
    )
