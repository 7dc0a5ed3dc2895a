"""Where finance follows payouts, and where providers reach us."""

from django.urls import path

from payouts.views import budgets, controls, line, payouts, queue, reconciliation, webhooks

urlpatterns = [
    path("fund/line/", line.line, name="fund-line"),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/stuck/", queue.queue, name="payout-queue"),
    path("payouts/budgets/", budgets.budgets, name="payout-budgets"),
    path("payouts/budgets/<int:account>/", budgets.budget, name="payout-budget"),
    path("payouts/stops/", controls.stops, name="payout-stops"),
    path("payouts/stops/<int:stop>/end/", controls.stop_end, name="payout-stop-end"),
    path("payouts/<int:pk>/", payouts.payout, name="payout"),
    path("payouts/<int:pk>/approval/", controls.approval, name="payout-approval"),
    path("payouts/<int:pk>/retry/", controls.retry, name="payout-retry"),
    path("payouts/<int:pk>/inquiry/", controls.inquiry, name="payout-inquiry"),
    path("payouts/<int:pk>/calling-off/", controls.calling_off, name="payout-calling-off"),
    path("reconciliation/", reconciliation.reconciliation, name="reconciliation"),
    path("reconciliation/reports/<int:pk>/", reconciliation.report, name="reconciliation-report"),
    path("reconciliation/unreported/<slug:gateway>/<slug:currency>/", reconciliation.unreported, name="unreported"),
    path(
        "reconciliation/not-heard-of/<slug:gateway>/<slug:currency>/",
        reconciliation.not_heard_of,
        name="not-heard-of",
    ),
    path("reconciliation/breaks/", reconciliation.breaks, name="breaks"),
    path("reconciliation/breaks/<int:pk>/", reconciliation.one_break, name="break"),
    path("reconciliation/breaks/<int:pk>/owner/", reconciliation.break_owner, name="break-owner"),
    path("reconciliation/breaks/<int:pk>/agreement/", reconciliation.break_agreement, name="break-agreement"),
    path("reconciliation/breaks/<int:pk>/refusal/", reconciliation.break_refusal, name="break-refusal"),
    path("webhooks/<slug:gateway>", webhooks.receive_webhook, name="payout-webhook"),
]
