"""Who: people, the businesses they work for, and the roles that decide what they may see.

A person signs in by e-mail address. Consumers buy; members of a merchant act for it; agents, finance and operators work
for the platform.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.rows import Row


class Role(models.TextChoices):
    CONSUMER = "consumer", _("Consumer")
    MERCHANT = "merchant", _("Merchant")
    AGENT = "agent", _("Agent")
    FINANCE = "finance", _("Finance")
    OPERATOR = "operator", _("Operator")


class AgentLevel(models.TextChoices):
    """What an agent may take on; only senior agents review appeals and declare force majeure."""

    GENERAL = "general", _("General agent")
    EXPERT = "expert", _("Expert agent")
    EMERGENCY = "emergency", _("Emergency agent")
    SENIOR = "senior", _("Senior agent")


class UserManager(BaseUserManager["User"]):
    """People are found by their e-mail address in any spelling of its case; it is stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(Row, AbstractBaseUser):
    """A person. `standing` is a fact stored by higher rooms and read by the rules (0 unknown, higher is better).

    `language` is the one they chose; empty means they never chose and read what their browser asks for.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(max_length=16, choices=Role, default=Role.CONSUMER)
    agent_level = models.CharField(max_length=16, choices=AgentLevel, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    standing = models.SmallIntegerField(default=3)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(role=Role.AGENT, agent_level__in=AgentLevel.values)
                | (~models.Q(role=Role.AGENT) & models.Q(agent_level="")),
                name="user_agent_has_a_level",
            ),
            models.CheckConstraint(condition=models.Q(standing__range=(0, 5)), name="user_standing_is_0_to_5"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_consumer(self) -> bool:
        return self.role == Role.CONSUMER

    @property
    def is_agent(self) -> bool:
        return self.role == Role.AGENT

    @property
    def is_senior(self) -> bool:
        return self.role == Role.AGENT and self.agent_level == AgentLevel.SENIOR

    @property
    def is_finance(self) -> bool:
        return self.role == Role.FINANCE

    @property
    def is_operator(self) -> bool:
        return self.role == Role.OPERATOR

    @property
    def is_staff(self) -> bool:
        """Whether the admin site opens at all; it only ever shows."""
        return self.is_operator

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 (the admin site names the room)
        return self.is_active and self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002 (the admin site names the row)
        """The admin site asks for "room.verb_model"; looking is the only verb anybody has there."""
        return self.is_active and self.is_staff and perm.rpartition(".")[2].startswith("view_")


class Merchant(Row):
    """A business that sells on the marketplace. What it owes and is owed stands in the books, not here."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class MemberRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    CLERK = "clerk", _("Clerk")


class Member(Row):
    """A person of a merchant. Owners change terms; clerks answer claims."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="membership")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=16, choices=MemberRole, default=MemberRole.CLERK)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=MemberRole.values), name="member_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.merchant})"


class SignInAttempt(models.Model):
    """A try to sign in that did not succeed, or has not yet: what the brake on guessing counts.

    `who` is a keyed digest of the e-mail address that was typed, so a password typed into the wrong field is not kept.
    """

    who = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    tried_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["who", "tried_at"], name="sign_in_attempt_by_person"),
            models.Index(fields=["address", "tried_at"], name="sign_in_attempt_by_address"),
        ]
