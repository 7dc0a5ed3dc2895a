"""The chain of seals: what the books said at the end of each day, so that nobody changes it later unnoticed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ledger.models.accounts import Account

NOTHING_BEFORE = "0" * 64


class Seal(models.Model):
    """One day (UTC) of the books, sealed: `hash` covers its transfers, its closings and the hash of the day before.

    A day is made of the transfers after the last one of the day before, up to `through` (an id), so each transfer
    belongs to exactly one day. Days follow each other without a gap, also those on which nothing was posted.
    """

    day = models.DateField(primary_key=True)
    through = models.BigIntegerField()
    transfers = models.BigIntegerField()
    closings = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["previous"], name="seal_follows_one_other"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="seal_hash_is_sha_256"),
            models.CheckConstraint(condition=~Q(hash=F("previous")), name="seal_is_not_its_own_predecessor"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hash}"


class Closing(models.Model):
    """What an account held at the end of a sealed day, in minor units. Only accounts that moved on the day have one."""

    seal = models.ForeignKey(
        Seal, db_column="day", db_index=False, on_delete=models.PROTECT, related_name="closing_balances"
    )
    account = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="closings"
    )
    posted = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "seal"], name="closing_is_one_per_account_and_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["seal"], name="closing_list_of_day")]
