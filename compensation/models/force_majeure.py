"""Force majeure: what nobody could help, where, and from when until when. Declared by a senior agent."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AgentLevel, Role, User
from orders.models import Store

# No case is open for longer.
LOOKED_AT_AFTERWARDS = timedelta(days=90)


class ForceMajeureQuerySet(models.QuerySet["ForceMajeure"]):
    def visible_to(self, user: User) -> "ForceMajeureQuerySet":
        """Agents and finance see all that was declared."""
        return self if user.role in (Role.AGENT, Role.FINANCE) else self.none()

    def begun(self, now: datetime) -> "ForceMajeureQuerySet":
        """Those whose period has begun; claims made during it are still advanced for a while after it has ended."""
        lately = Q(ends_at__isnull=True) | Q(ends_at__gt=now - LOOKED_AT_AFTERWARDS)
        return self.not_called_off().filter(lately, starts_at__lte=now)

    def not_called_off(self) -> "ForceMajeureQuerySet":
        """Those whose period is not empty: nobody took them back before they began."""
        return self.exclude(ends_at=F("starts_at"))


class ForceMajeure(models.Model):
    """A half-open period in one place; without an end it lasts until somebody ends it, called off it ends as it starts.

    The place is a market, a city or a store, and covers all lines sold in it.
    """

    class Kind(models.TextChoices):
        STORM = "storm", _("Storm or typhoon")
        FLOOD = "flood", _("Flood")
        EARTHQUAKE = "earthquake", _("Earthquake")
        EPIDEMIC = "epidemic", _("Epidemic")
        TRANSPORT = "transport", _("Transport came to a halt")
        UNREST = "unrest", _("Unrest")
        AUTHORITIES = "authorities", _("Ordered by the authorities")

    class Place(models.TextChoices):
        MARKET = "market", _("A market")
        CITY = "city", _("A city")
        STORE = "store", _("A store")

    kind = models.CharField(max_length=16, choices=Kind)
    place = models.CharField(max_length=16, choices=Place)
    market = models.CharField(max_length=40, blank=True, default="")
    city = models.CharField(max_length=80, blank=True, default="")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="force_majeures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=500)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["ForceMajeure"]] = models.Manager.from_queryset(ForceMajeureQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at"))
                | Q(ends_at=F("starts_at"), ended_at__isnull=False),
                name="force_majeure_ends_after_it_starts_or_is_called_off",
            ),
            models.CheckConstraint(
                condition=Q(place="market", city="", store__isnull=True)
                | (Q(place="city", market="", store__isnull=True) & ~Q(city=""))
                | Q(place="store", market="", city="", store__isnull=False),
                name="force_majeure_is_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["storm", "flood", "earthquake", "epidemic", "transport", "unrest", "authorities"]
                ),
                name="force_majeure_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(because=""), name="force_majeure_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False, ends_at__isnull=False),
                name="force_majeure_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.market}{self.city}{self.store_id or ''}"

    @property
    def is_called_off(self) -> bool:
        """Taken back before it began."""
        return self.ends_at == self.starts_at


def may_declare(user: User) -> bool:
    """Only senior agents declare and end force majeure."""
    return user.role == Role.AGENT and user.agent_level == AgentLevel.SENIOR
