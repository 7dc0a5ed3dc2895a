"""The balance of a hot account, which everybody moves: written down, never rewritten.

A row that each transfer updates is a queue, as its lock is held until the commit is on the disk, and grows slower for
as long as a report keeps its old versions alive. A hot account has no such row. Each statement that lowers it writes
the total of all draws so far, under a lock, after having checked the floor; each that raises it writes the sum, under
no lock. Its balance is what it was raised by in all, less the last total. An account that may go as far down as it
likes is lowered as it is raised, by a negative sum: with no floor to check there is nothing to lock.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ledger.models.accounts import Account


class HotBalance(models.Model):
    """What has been gathered of the sums a hot account was raised by, and how far down it may go (null: no limit)."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="hot_balance")
    raised = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True)


class Raised(models.Model):
    """A sum that a hot account was raised by, or lowered without a floor, and that has not been gathered yet."""

    account = models.ForeignKey(Account, db_constraint=False, on_delete=models.PROTECT, related_name="raised_by")
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount=0), name="raised_amount_is_not_zero")]


class Drawn(models.Model):
    """All that was drawn on a hot account up to its draw number `number`: the last one is how much was drawn so far."""

    pk = models.CompositePrimaryKey("account", "number")
    account = models.ForeignKey(
        Account, db_constraint=False, db_index=False, on_delete=models.PROTECT, related_name="drawn"
    )
    number = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gt=0, total__gt=0), name="drawn_number_and_total_are_positive"),
        ]
