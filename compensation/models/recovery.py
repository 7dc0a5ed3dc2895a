"""Recoveries: what a merchant owes the special fund, one row for each cause, until nothing of it is open."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Member, Merchant, Role, User
from common.states import Stateful, table_of
from orders.models import Line


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def visible_to(self, user: User) -> "RecoveryQuerySet":
        """Finance sees all, people of a merchant what their business owes or owed."""
        match user.role:
            case Role.FINANCE:
                return self
            case Role.MERCHANT:
                return self.filter(merchant_id=Member.objects.filter(user=user).values("merchant_id")[:1])
            case _:
                return self.none()

    def live(self) -> "RecoveryQuerySet":
        """Those of which something is still open."""
        return self.filter(status__in=Recovery.LIVE)

    def due(self, now: datetime) -> "RecoveryQuerySet":
        """Those to be looked at: to set something off, to send an invoice, to remind, or to give up."""
        return self.filter(status__in=Recovery.LIVE, due_at__lte=now)


class Recovery(Stateful):
    """`amount` minor units that a merchant owes the fund since the transfer under `key`, and what became of them.

    The parts add up: what is `open` is the amount without what was set off against the settlement, taken from the
    deposit, paid, waived, written off, and undone because the merchant won. It is final exactly when nothing is open.
    `claim` is the claim's number ("" where there is none), `budget` the one that gets the money back. What is not final
    is `due_at` a moment: the sweep takes the next step, or reminds finance of what the merchant disputes.
    """

    class Cause(models.TextChoices):
        IN_PLACE = "in_place", _("The fund paid in the merchant’s place")
        ADVANCE = "advance", _("The fund paid first, and the merchant was found liable")
        APPEAL = "appeal", _("The merchant was found liable on appeal")
        BY_HAND = "by_hand", _("Charged by finance")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("a debt", "Open")
        INVOICED = "invoiced", _("Invoiced")
        DISPUTED = "disputed", _("Disputed by the merchant")
        SET_OFF = "set_off", _("Set off")
        PAID = "paid", _("Paid")
        WAIVED = "waived", _("Waived")
        WRITTEN_OFF = "written_off", _("Written off")
        UNDONE = "undone", _("Undone")

    LIVE = (Status.OPEN, Status.INVOICED, Status.DISPUTED)

    key = models.CharField(max_length=120, unique=True)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, db_index=False, related_name="recoveries")
    cause = models.CharField(max_length=16, choices=Cause)
    claim = models.CharField(max_length=16, blank=True, default="")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="recoveries")
    budget = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=Status, default=Status.OPEN)
    set_off = models.BigIntegerField(default=0)
    from_deposit = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    waived = models.BigIntegerField(default=0)
    written_off = models.BigIntegerField(default=0)
    undone = models.BigIntegerField(default=0)
    charged_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="when it is looked at next")
    ended_at = models.DateTimeField(null=True)

    MOVES = table_of(
        (
            Status.OPEN,
            [
                *(Status.SET_OFF, Status.INVOICED, Status.DISPUTED, Status.PAID, Status.WAIVED, Status.WRITTEN_OFF),
                Status.UNDONE,
            ],
        ),
        (
            Status.INVOICED,
            [
                *(Status.SET_OFF, Status.DISPUTED, Status.PAID, Status.WAIVED, Status.WRITTEN_OFF),
                Status.UNDONE,
            ],
        ),
        (
            Status.DISPUTED,
            [
                *(Status.OPEN, Status.INVOICED, Status.SET_OFF, Status.PAID, Status.WAIVED, Status.WRITTEN_OFF),
                Status.UNDONE,
            ],
        ),
        # What was given up may still be paid, and whatever was recovered is undone when the merchant wins.
        (Status.WRITTEN_OFF, [Status.PAID, Status.SET_OFF, Status.WAIVED, Status.UNDONE]),
        (Status.PAID, [Status.SET_OFF, Status.WAIVED, Status.WRITTEN_OFF, Status.UNDONE]),
        (Status.WAIVED, [Status.SET_OFF, Status.PAID, Status.UNDONE]),
        (Status.SET_OFF, [Status.UNDONE]),
        (Status.UNDONE, []),
    )

    objects: ClassVar[models.Manager["Recovery"]] = models.Manager.from_queryset(RecoveryQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="recovery_due"),
            models.Index(fields=["merchant", "-id"], name="recovery_list_of_merchant"),
            models.Index(
                fields=["merchant", "currency", "id"],
                condition=Q(status__in=["open", "invoiced", "disputed"]),
                name="recovery_open_of_merchant",
            ),
            models.Index(fields=["claim"], condition=~Q(claim=""), name="recovery_by_claim"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        *("open", "invoiced", "disputed", "set_off", "paid", "waived", "written_off", "undone"),
                    ]
                ),
                name="recovery_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0,
                    set_off__gte=0,
                    from_deposit__gte=0,
                    paid__gte=0,
                    waived__gte=0,
                    written_off__gte=0,
                    undone__gte=0,
                ),
                name="recovery_parts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["open", "invoiced", "disputed"],
                    amount__gt=F("set_off")
                    + F("from_deposit")
                    + F("paid")
                    + F("waived")
                    + F("written_off")
                    + F("undone"),
                    ended_at__isnull=True,
                )
                | Q(
                    status__in=["set_off", "paid", "waived", "written_off", "undone"],
                    amount=F("set_off") + F("from_deposit") + F("paid") + F("waived") + F("written_off") + F("undone"),
                    ended_at__isnull=False,
                ),
                name="recovery_ends_when_nothing_of_it_is_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, due_at__isnull=False)
                | Q(ended_at__isnull=False, due_at__isnull=True),
                name="recovery_is_due_until_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(status="undone") | Q(undone=F("amount")), name="recovery_is_undone_as_a_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def recovered(self) -> int:
        """What came back to the fund, in minor units."""
        return self.set_off + self.from_deposit + self.paid

    @property
    def open(self) -> int:
        """What the merchant still owes of it, in minor units."""
        return self.amount - self.recovered - self.waived - self.written_off - self.undone

    def write_history(self, *, was: str, at: datetime, history: dict[str, Any]) -> None:
        RecoveryEntry.objects.create(recovery=self, was=was, became=self.status, at=at, **history)


class RecoveryEntry(models.Model):
    """One thing that was done to a recovery; `amount` (minor units) moved under `transfer`, the key in the books.

    An entry that takes back a part of an earlier one names it (`mirrors`). `by` is null where the terms did it.
    """

    class Deed(models.TextChoices):
        CHARGED = "charged", _("Charged")
        SET_OFF = "set_off", _("Set off against the settlement")
        FROM_DEPOSIT = "from_deposit", _("Taken from the deposit")
        INVOICED = "invoiced", _("Invoice sent")
        REMINDED = "reminded", _("Reminded of the invoice")
        PAID = "paid", _("Paid")
        CAME_LATE = "came_late", _("Paid after it was written off")
        DISPUTED = "disputed", _("Disputed")
        UPHELD = "upheld", _("Found to be owed after all")
        WAIVED = "waived", _("Waived")
        WRITTEN_OFF = "written_off", _("Written off")
        TAKEN_BACK = "taken_back", _("Given back")
        UNDONE = "undone", _("Undone, the platform bears it")

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="entries")
    deed = models.CharField(max_length=16, choices=Deed)
    amount = models.BigIntegerField(default=0)
    transfer = models.CharField(max_length=120, blank=True, default="")
    mirrors = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="mirrored_by")
    was = models.CharField(max_length=16, blank=True, default="")
    became = models.CharField(max_length=16, blank=True, default="")
    because = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="recovery_entry_is_not_negative"),
            models.CheckConstraint(
                condition=Q(mirrors__isnull=True) | Q(deed="taken_back"), name="recovery_entry_mirrors_to_take_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.deed}"


# Which column of a recovery an entry adds to.
COLUMNS: Mapping[str, str] = {
    RecoveryEntry.Deed.SET_OFF: "set_off",
    RecoveryEntry.Deed.FROM_DEPOSIT: "from_deposit",
    RecoveryEntry.Deed.PAID: "paid",
    RecoveryEntry.Deed.CAME_LATE: "paid",
    RecoveryEntry.Deed.WAIVED: "waived",
    RecoveryEntry.Deed.WRITTEN_OFF: "written_off",
    RecoveryEntry.Deed.UNDONE: "undone",
}


class Invoice(models.Model):
    """What a merchant is asked to pay of a recovery that could not be set off. `due_on` is the last day (UTC)."""

    recovery = models.OneToOneField(Recovery, on_delete=models.PROTECT, related_name="invoice")
    number = models.CharField(max_length=24, unique=True)
    amount = models.BigIntegerField()
    issued_at = models.DateTimeField()
    due_on = models.DateField()
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_is_of_money"),
        ]

    def __str__(self) -> str:
        return self.number


class ReliefQuerySet(models.QuerySet["Relief"]):
    def waiting(self) -> "ReliefQuerySet":
        """Those that a second person has to answer."""
        return self.filter(answered_at__isnull=True)

    def due(self, now: datetime) -> "ReliefQuerySet":
        """Those to remind of, or to let lapse."""
        return self.waiting().filter(due_at__lte=now)


class Relief(models.Model):
    """A proposal of one person of finance to give up what is open of a recovery; another one agrees, or does not.

    While it waits it is `due_at` a moment: first the others are reminded (`reminded_at`), and from then on it is late;
    the next time it lapses, answered by nobody, and the merchant owes what it owed.
    """

    class Kind(models.TextChoices):
        WAIVE = "waive", _("Waive it: the merchant shall not have to pay")
        WRITE_OFF = "write_off", _("Write it off: the merchant cannot pay")

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="reliefs")
    kind = models.CharField(max_length=16, choices=Kind)
    because = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    objects: ClassVar[models.Manager["Relief"]] = models.Manager.from_queryset(ReliefQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="relief_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recovery"], condition=Q(answered_at__isnull=True), name="relief_proposed_is_one_per_recovery"
            ),
            models.CheckConstraint(
                condition=~Q(agreed=True) | ~Q(proposed_by=F("answered_by")), name="relief_checker_is_not_its_maker"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, agreed__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False, agreed__isnull=False)
                | Q(answered_by__isnull=True, answered_at__isnull=False, agreed=False),
                name="relief_is_answered_or_lapses_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, due_at__isnull=False)
                | Q(answered_at__isnull=False, due_at__isnull=True),
                name="relief_is_due_exactly_while_it_waits",
            ),
            models.CheckConstraint(condition=Q(kind__in=["waive", "write_off"]), name="relief_kind_is_known"),
            models.CheckConstraint(condition=~Q(because=""), name="relief_has_a_reason"),
        ]

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.reminded_at is not None or (self.due_at is not None and self.due_at <= now)
