"""The pages of this room: what merchants owe the special fund, and coupons."""

from django.urls import path

from compensation.views import coupons, recoveries

urlpatterns = [
    path("recoveries/<int:pk>/", recoveries.recovery, name="recovery"),
    path("coupons/", coupons.coupons, name="coupons"),
    path("coupons/<str:code>/", coupons.coupon, name="coupon"),
    path("desk/coupons/", coupons.desk_coupons, name="desk-coupons"),
    path("fund/coupons/", coupons.coupon_liability, name="coupon-liability"),
    path("fund/coupons/<int:coupon>/", coupons.coupon_in_the_books, name="coupon-in-the-books"),
    path("fund/coupons/<int:coupon>/revocation/", coupons.coupon_revocation, name="coupon-revocation"),
]
