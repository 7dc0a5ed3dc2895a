"""The API's root: every address under /api/v1/.

No address ends in a slash. docs/api.md shows the way through it, /api/schema/ describes every operation.
"""

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import Tokens
from compensation.api.advances import Advances
from compensation.api.coupons import CouponByCode, CouponRedemption, Coupons
from compensation.api.filling import MoneyIn, MoneyInAnswer
from compensation.api.force_majeure import ForceMajeureEnd, ForceMajeures
from compensation.api.happenings import EventById, Events
from compensation.api.recoveries import (
    Recoveries,
    RecoveryById,
    RecoveryDispute,
    RecoveryPayment,
    RecoveryRelief,
    RecoveryReliefAnswer,
    RecoveryVerdict,
)
from compensation.api.rehousings import (
    RehousingAcceptance,
    RehousingById,
    RehousingRefusal,
    Rehousings,
    StayReports,
)
from compensation.api.stock_outs import MerchantStockOuts
from disputes.api import verbs
from disputes.api.claims import ClaimByNumber, Claims, OrderEntitlements
from disputes.api.empathy import ClaimEmpathy, ClaimEmpathyAnswer, WaitingGrants
from disputes.api.enrolments import EnrolmentEnd, MerchantEnrolments
from disputes.api.events import Chargebacks, EventContest, OrderEvents
from disputes.api.labels import MerchantLabels
from disputes.api.refund_desk import MerchantRefunds
from ledger.api import Accounts, Transfers
from orders.api import OrderByNumber, Orders
from payouts.api import Approvals, FundLine, PayoutApproval, PayoutById


@extend_schema(exclude=True)
class Nowhere(APIView):
    """Any address nothing stands at: strangers are asked who they are first, as everywhere."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


urlpatterns = [
    path("auth/tokens", Tokens.as_view(), name="api-tokens"),
    path("orders", Orders.as_view(), name="api-orders"),
    path("orders/<str:number>", OrderByNumber.as_view(), name="api-order"),
    path("orders/<str:number>/entitlements", OrderEntitlements.as_view(), name="api-entitlements"),
    path("claims", Claims.as_view(), name="api-claims"),
    path("claims/<str:number>", ClaimByNumber.as_view(), name="api-claim"),
    path("claims/<str:number>/messages", verbs.ClaimMessages.as_view(), name="api-claim-messages"),
    path("claims/<str:number>/evidence", verbs.ClaimEvidence.as_view(), name="api-claim-evidence"),
    path("claims/<str:number>/answer", verbs.ClaimAnswer.as_view(), name="api-claim-answer"),
    path("claims/<str:number>/offers", verbs.ClaimOffers.as_view(), name="api-claim-offers"),
    path(
        "claims/<str:number>/offers/<int:offer>/acceptance",
        verbs.OfferAcceptance.as_view(),
        name="api-offer-acceptance",
    ),
    path("claims/<str:number>/escalation", verbs.ClaimEscalation.as_view(), name="api-claim-escalation"),
    path("claims/<str:number>/withdrawal", verbs.ClaimWithdrawal.as_view(), name="api-claim-withdrawal"),
    path("claims/<str:number>/shipment", verbs.ClaimShipment.as_view(), name="api-claim-shipment"),
    path("claims/<str:number>/receipt", verbs.ClaimReceipt.as_view(), name="api-claim-receipt"),
    path("claims/<str:number>/decision", verbs.ClaimDecision.as_view(), name="api-claim-decision"),
    path("claims/<str:number>/appeal", verbs.ClaimAppeal.as_view(), name="api-claim-appeal"),
    path("coupons", Coupons.as_view(), name="api-coupons"),
    path("coupons/<str:code>", CouponByCode.as_view(), name="api-coupon"),
    path("coupons/<str:code>/redemption", CouponRedemption.as_view(), name="api-coupon-redemption"),
    path("rehousings", Rehousings.as_view(), name="api-rehousings"),
    path("rehousings/<int:pk>", RehousingById.as_view(), name="api-rehousing"),
    path("rehousings/<int:pk>/acceptance", RehousingAcceptance.as_view(), name="api-rehousing-acceptance"),
    path("rehousings/<int:pk>/refusal", RehousingRefusal.as_view(), name="api-rehousing-refusal"),
    path("stays/<int:line>/report", StayReports.as_view(), name="api-stay-report"),
    path("merchants/<slug:code>/labels", MerchantLabels.as_view(), name="api-merchant-labels"),
    path("claims/<str:number>/empathy", ClaimEmpathy.as_view(), name="api-claim-empathy"),
    path(
        "claims/<str:number>/empathy/<int:grant>/answer",
        ClaimEmpathyAnswer.as_view(),
        name="api-claim-empathy-answer",
    ),
    path("grants", WaitingGrants.as_view(), name="api-grants"),
    path("fund/advances", Advances.as_view(), name="api-advances"),
    path("fund/money-in", MoneyIn.as_view(), name="api-money-in"),
    path("fund/money-in/<int:pk>/answer", MoneyInAnswer.as_view(), name="api-money-in-answer"),
    path("fund/line", FundLine.as_view(), name="api-fund-line"),
    path("force-majeure", ForceMajeures.as_view(), name="api-force-majeure"),
    path("force-majeure/<int:pk>/end", ForceMajeureEnd.as_view(), name="api-force-majeure-end"),
    path("recoveries", Recoveries.as_view(), name="api-recoveries"),
    path("recoveries/<int:pk>", RecoveryById.as_view(), name="api-recovery"),
    path("recoveries/<int:pk>/payment", RecoveryPayment.as_view(), name="api-recovery-payment"),
    path("recoveries/<int:pk>/relief", RecoveryRelief.as_view(), name="api-recovery-relief"),
    path("recoveries/<int:pk>/relief/answer", RecoveryReliefAnswer.as_view(), name="api-recovery-relief-answer"),
    path("recoveries/<int:pk>/verdict", RecoveryVerdict.as_view(), name="api-recovery-verdict"),
    path("recoveries/<int:pk>/dispute", RecoveryDispute.as_view(), name="api-recovery-dispute"),
    path("merchant/refunds", MerchantRefunds.as_view(), name="api-merchant-refunds"),
    path("merchant/stock-outs", MerchantStockOuts.as_view(), name="api-merchant-stock-outs"),
    path("merchant/enrolments", MerchantEnrolments.as_view(), name="api-enrolments"),
    path("merchant/enrolments/<slug:policy>/end", EnrolmentEnd.as_view(), name="api-enrolment-end"),
    path("orders/<str:number>/events", OrderEvents.as_view(), name="api-order-events"),
    path("orders/<str:number>/events/<int:affected>/contest", EventContest.as_view(), name="api-event-contest"),
    path("events", Events.as_view(), name="api-events"),
    path("events/<int:pk>", EventById.as_view(), name="api-event"),
    path("chargebacks", Chargebacks.as_view(), name="api-chargebacks"),
    path("payouts/<int:pk>", PayoutById.as_view(), name="api-payout"),
    path("payouts/<int:pk>/approval", PayoutApproval.as_view(), name="api-payout-approval"),
    path("approvals", Approvals.as_view(), name="api-approvals"),
    path("ledger/accounts", Accounts.as_view(), name="api-accounts"),
    path("ledger/transfers", Transfers.as_view(), name="api-transfers"),
    re_path(r"", Nowhere.as_view(), name="api-nowhere"),
]
