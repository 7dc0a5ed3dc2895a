"""Who acts in a case, or is waited for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    """Who acts or is waited for. RULE and CLOCK act when no person does."""

    CONSUMER = "consumer", _("Consumer")
    MERCHANT = "merchant", _("Merchant")
    AGENT = "agent", _("Agent")
    SENIOR = "senior", _("Senior agent")
    BOTH = "both", _("Consumer and merchant")
    RULE = "rule", _("Rule")
    CLOCK = "clock", _("Deadline")
