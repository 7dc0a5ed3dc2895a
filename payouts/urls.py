"""Where finance follows payouts, and where providers reach us."""

from django.urls import path

from payouts.views import payouts, webhooks

urlpatterns = [
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/<int:pk>/", payouts.payout, name="payout"),
    path("webhooks/<slug:gateway>", webhooks.receive_webhook, name="payout-webhook"),
]
