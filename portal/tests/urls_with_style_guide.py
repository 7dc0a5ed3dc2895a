"""The portal's addresses with the style guide, which tests (where DEBUG is off) would not have otherwise."""

from django.urls import path

from portal.style_guide import style_guide
from portal.urls import urlpatterns as portal_urls

urlpatterns = [*portal_urls, path("style/", style_guide, name="style")]
