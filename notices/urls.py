"""The pages of what one was told."""

from django.urls import path

from notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/reading/", views.reading, name="notices-reading"),
    path("notices/<int:pk>/", views.notice, name="notice"),
]
