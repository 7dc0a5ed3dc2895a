"""Where the special fund’s recoveries are followed."""

from django.urls import path

from compensation.views import recoveries

urlpatterns = [
    path("recoveries/<int:pk>/", recoveries.recovery, name="recovery"),
]
