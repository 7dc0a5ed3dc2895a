"""Where finance follows payouts, and where providers reach us."""

from django.urls import path

from payouts.views import controls, payouts, queue, webhooks

urlpatterns = [
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/stuck/", queue.queue, name="payout-queue"),
    path("payouts/stops/", controls.stops, name="payout-stops"),
    path("payouts/stops/<int:stop>/end/", controls.stop_end, name="payout-stop-end"),
    path("payouts/<int:pk>/", payouts.payout, name="payout"),
    path("payouts/<int:pk>/approval/", controls.approval, name="payout-approval"),
    path("payouts/<int:pk>/retry/", controls.retry, name="payout-retry"),
    path("payouts/<int:pk>/inquiry/", controls.inquiry, name="payout-inquiry"),
    path("payouts/<int:pk>/calling-off/", controls.calling_off, name="payout-calling-off"),
    path("webhooks/<slug:gateway>", webhooks.receive_webhook, name="payout-webhook"),
]
