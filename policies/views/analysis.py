"""What the analyser finds in a version's terms, for operators: each thing with facts that show it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, role_required
from accounts.models import Role
from policies.analyser import analysis_of, findings_of
from policies.views.remarks import in_words
from policies.views.version import found
from policies.wording import label_of_rule


@role_required(Role.OPERATOR)
@require_safe
def analysis(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """The findings on one version, or that there are none, or that no rule reads such terms."""
    version = found(code, number)
    return render(
        request,
        "policies/analysis.html",
        {
            "version": version,
            "name": label_of_rule(code),
            "is_declared": analysis_of(code) is not None,
            "findings": [in_words(version, finding) for finding in findings_of(version)],
        },
    )
