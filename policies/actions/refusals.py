"""What the verbs of more than one subject refuse."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class TermsNotAccepted(Refusal):
    """The terms do not fit the policy, or break one of its own rules."""

    code = "terms_not_accepted"
    message = _("These terms cannot be used. At “%(path)s”: %(problem)s")
    field = "terms"
    http_status = 400


class UnknownPolicy(Refusal):
    code = "unknown_policy"
    message = _("There is no policy “%(policy)s” here.")
    http_status = 400
