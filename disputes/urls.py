from django.urls import path

from disputes.views import case, desk, filing, fund, orders, verbs, workbench

urlpatterns = [
    path("orders/", orders.order_list, name="orders"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/lines/<int:line>/claim/reason/", filing.reason, name="claim-reason"),
    path("orders/<str:number>/lines/<int:line>/claim/particulars/", filing.particulars, name="claim-particulars"),
    path("orders/<str:number>/lines/<int:line>/claim/remedy/", filing.remedy, name="claim-remedy"),
    path("orders/<str:number>/lines/<int:line>/claim/details/", filing.details, name="claim-details"),
    path("orders/<str:number>/lines/<int:line>/claim/check/", filing.check, name="claim-check"),
    path("claims/", case.claim_list, name="claims"),
    path("claims/<str:number>/", case.claim, name="claim"),
    path("claims/<str:number>/answer/", verbs.answer, name="claim-answer"),
    path("claims/<str:number>/offers/", verbs.offers, name="claim-offers"),
    path("claims/<str:number>/offers/<int:offer>/acceptance/", verbs.acceptance, name="claim-acceptance"),
    path("claims/<str:number>/escalation/", verbs.escalation, name="claim-escalation"),
    path("claims/<str:number>/withdrawal/", verbs.withdrawal, name="claim-withdrawal"),
    path("claims/<str:number>/messages/", verbs.say, name="claim-messages"),
    path("claims/<str:number>/evidence/", verbs.evidence, name="claim-evidence"),
    path("claims/<str:number>/evidence/<int:pk>/", case.evidence_file, name="claim-evidence-file"),
    path("claims/<str:number>/decision/", verbs.decision, name="claim-decision"),
    path("claims/<str:number>/appeal/", verbs.appeal, name="claim-appeal"),
    path("claims/<str:number>/shipment/", verbs.shipment, name="claim-shipment"),
    path("claims/<str:number>/receipt/", verbs.receipt, name="claim-receipt"),
    path("desk/", desk.inbox, name="inbox"),
    path("desk/refunds/", desk.refunds, name="merchant-refunds"),
    path("desk/refunds/<str:number>/", desk.refund_order, name="merchant-refund-order"),
    path("desk/refunds/<str:number>/<int:line>/", desk.refund_line, name="merchant-refund"),
    path("queue/", workbench.queue, name="queue"),
    path("fund/", fund.fund, name="fund"),
    path("fund/debts/", fund.fund_debts, name="fund-debts"),
]
