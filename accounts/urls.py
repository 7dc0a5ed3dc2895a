"""Signing in and out, and one’s own account."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import SignIn, account, password

urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/", account, name="account"),
    path("account/password/", password, name="password"),
]
