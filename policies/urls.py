"""The pages of the terms: what is promised, and how it is changed."""

from django.urls import path

from policies.views import analysis, editing, overview, steps, verdicts, version

urlpatterns = [
    path("policies/", overview.policies, name="policies"),
    path("policies/<slug:code>/", overview.policy, name="policy"),
    path("policies/<slug:code>/draft/", editing.new_draft, name="version-draft"),
    path("policies/<slug:code>/<int:number>/", version.version, name="version"),
    path("policies/<slug:code>/<int:number>/terms/", editing.terms, name="version-terms"),
    path("policies/<slug:code>/<int:number>/file/", editing.file, name="version-file"),
    path("policies/<slug:code>/<int:number>/export/", version.export, name="version-export"),
    path("policies/<slug:code>/<int:number>/check/", steps.check, name="version-check"),
    path("policies/<slug:code>/<int:number>/return/", steps.sending_back, name="version-return"),
    path("policies/<slug:code>/<int:number>/withdrawal/", steps.withdrawal, name="version-withdrawal"),
    path("policies/<slug:code>/<int:number>/publication/", steps.publication, name="version-publication"),
    path("policies/<slug:code>/<int:number>/analysis/", analysis.analysis, name="policy-analysis"),
    path("verdicts/<int:pk>/", verdicts.verdict, name="verdict"),
]
