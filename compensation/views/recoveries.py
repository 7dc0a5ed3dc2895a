"""What a merchant owes the special fund: for finance, and for the merchant itself."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from compensation.models import Recovery


@role_required(Role.FINANCE, Role.MERCHANT)
@require_safe
def recovery(request: PersonRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Recovery.objects.visible_to(request.user), pk=pk)
    return render(request, "compensation/recovery.html", {"recovery": found})
