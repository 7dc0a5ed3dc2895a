"""The people of the demo marketplace, with one trouble to try for each. Shown only when settings.DEMO is on."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AgentLevel, Role


class DemoLogin(NamedTuple):
    """One person of the demo: how they sign in, what they are, and what is worth trying as them."""

    email: str
    name: str
    role: Role
    label: str | Promise
    trouble: str | Promise
    agent_level: str = ""

    @property
    def door(self) -> str:
        """Which of the three doors of the sign-in page they come through."""
        return self.role if self.role in (Role.CONSUMER, Role.MERCHANT) else "platform"


DEMO_LOGINS = (
    DemoLogin(
        "consumer@example.com",
        "Li Xiaomei 李晓梅",
        Role.CONSUMER,
        _("Consumer"),
        _("Something you ordered arrived broken: say so and see what you are owed."),
    ),
    DemoLogin(
        "consumer2@example.com",
        "Chen Hao 陈浩",
        Role.CONSUMER,
        _("Another consumer"),
        _("Your hotel had no room when you arrived: claim what the guarantee promises."),
    ),
    DemoLogin(
        "merchant@example.com",
        "Zhou Min 周敏",
        Role.MERCHANT,
        _("Merchant"),
        _("A customer waits for your answer: accept, make an offer, or say why not."),
    ),
    DemoLogin(
        "agent@example.com",
        "Wu Lei 吴蕾",
        Role.AGENT,
        _("Agent"),
        _("Two sides cannot agree: read the case and decide it."),
        AgentLevel.GENERAL,
    ),
    DemoLogin(
        "senior@example.com",
        "Feng Ning 冯宁",
        Role.AGENT,
        _("Senior agent"),
        _("A decision was appealed: look at it again with fresh eyes."),
        AgentLevel.SENIOR,
    ),
    DemoLogin(
        "finance@example.com",
        "Tang Yue 唐悦",
        Role.FINANCE,
        _("Finance"),
        _("What does the special fund hold, owe and is it owed? Prove it."),
    ),
    DemoLogin(
        "finance2@example.com",
        "Qian Bo 钱博",
        Role.FINANCE,
        _("Second finance"),
        _("Money out of the ordinary waits for a second pair of eyes."),
    ),
    DemoLogin(
        "operator@example.com",
        "Sun Qi 孙琪",
        Role.OPERATOR,
        _("Operator"),
        _("Change a rule and see whom it would have paid."),
    ),
    DemoLogin(
        "operator2@example.com",
        "He Jia 何佳",
        Role.OPERATOR,
        _("Second operator"),
        _("A changed rule waits to be checked before it applies to anybody."),
    ),
)
