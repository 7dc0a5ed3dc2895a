"""Every address of the portal. Rooms add their pages under their own noun and their API under /api/v1/."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from portal.health import healthz, readyz
from portal.metrics import metrics
from portal.style_guide import style_guide
from portal.views import choose_language, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("portal.api")),  # before the pages, whose many patterns would be tried first
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("notices.urls")),
    path("", include("payouts.urls")),
    path("", include("disputes.urls")),
    path("", include("compensation.urls")),
    path("", include("ledger.urls")),
    path("", include("policies.urls")),
    path("language/", choose_language, name="set_language"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]

if settings.DEBUG:
    urlpatterns.append(path("style/", style_guide, name="style"))

handler400 = "portal.failures.bad_request"
handler403 = "portal.failures.permission_denied"
handler404 = "portal.failures.page_not_found"
handler500 = "portal.failures.server_error"
