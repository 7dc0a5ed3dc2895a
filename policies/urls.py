from django.urls import path

from policies.views import policies

urlpatterns = [
    path("policies/", policies, name="policies"),
]
