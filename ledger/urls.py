from django.urls import path

from ledger.views import account, journal

urlpatterns = [
    path("journal/", journal, name="journal"),
    path("journal/accounts/<int:pk>/", account, name="account"),
]
