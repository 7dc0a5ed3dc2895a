"""The pages of this room: the special fund and what merchants owe it, coupons, rehousings and stock-outs."""

from django.urls import path

from compensation.views import (
    advances,
    chargebacks,
    coupons,
    filling,
    force_majeure,
    recoveries,
    rehousings,
    stock_outs,
)

urlpatterns = [
    path("stays/", rehousings.stays, name="stays"),
    path("stays/<int:line>/", rehousings.stay, name="stay"),
    path("desk/refunds/<str:number>/<int:line>/stock-out/", stock_outs.stock_out, name="stock-out"),
    path("rehousings/<int:pk>/", rehousings.rehousing, name="rehousing"),
    path("rehousings/<int:pk>/answer/", rehousings.rehousing_answer, name="rehousing-answer"),
    path("fund/advances/", advances.advances, name="advances"),
    path("fund/chargebacks/", chargebacks.chargebacks, name="chargebacks"),
    path("fund/money-in/", filling.money_in, name="money-in"),
    path("fund/money-in/<int:pk>/answer/", filling.money_in_answer, name="money-in-answer"),
    path("force-majeure/", force_majeure.force_majeure, name="force-majeure"),
    path("force-majeure/<int:pk>/end/", force_majeure.force_majeure_end, name="force-majeure-end"),
    path("recoveries/", recoveries.recoveries, name="recoveries"),
    path("recoveries/<int:pk>/", recoveries.recovery, name="recovery"),
    path("recoveries/<int:pk>/payment/", recoveries.recovery_payment, name="recovery-payment"),
    path("recoveries/<int:pk>/relief/", recoveries.recovery_relief, name="recovery-relief"),
    path("recoveries/<int:pk>/answer/", recoveries.recovery_answer, name="recovery-answer"),
    path("recoveries/<int:pk>/verdict/", recoveries.recovery_verdict, name="recovery-verdict"),
    path("recoveries/<int:pk>/dispute/", recoveries.recovery_dispute, name="recovery-dispute"),
    path("coupons/", coupons.coupons, name="coupons"),
    path("coupons/<str:code>/", coupons.coupon, name="coupon"),
    path("desk/coupons/", coupons.desk_coupons, name="desk-coupons"),
    path("fund/coupons/", coupons.coupon_liability, name="coupon-liability"),
    path("fund/coupons/<int:coupon>/", coupons.coupon_in_the_books, name="coupon-in-the-books"),
    path("fund/coupons/<int:coupon>/revocation/", coupons.coupon_revocation, name="coupon-revocation"),
]
