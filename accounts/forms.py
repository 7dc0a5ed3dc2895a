"""The one form everybody signs in with."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """E-mail address and password; a wrong one is told apart from nothing, so that nobody learns who has an account."""

    error_messages = {
        "invalid_login": _("The e-mail address and the password do not fit together. Check both and try again."),
        "inactive": _("The e-mail address and the password do not fit together. Check both and try again."),
    }
