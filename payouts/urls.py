"""Where finance follows payouts, and where providers reach us."""

from django.urls import path

from payouts import views

urlpatterns = [
    path("payouts/", views.payouts, name="payouts"),
    path("payouts/<int:pk>/", views.payout, name="payout"),
    path("webhooks/<slug:gateway>", views.receive_webhook, name="payout-webhook"),
]
