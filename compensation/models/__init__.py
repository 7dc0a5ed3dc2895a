"""What the platform gave beyond the refund, and why; what the fund paid first, and who owes it. One subject a file."""

from compensation.models.advance import Advance, AdvanceMove
from compensation.models.force_majeure import ForceMajeure
from compensation.models.grant import Grant
from compensation.models.honouring import Honouring
from compensation.models.recovery import COLUMNS, Invoice, Recovery, RecoveryEntry, Relief

__all__ = [
    "COLUMNS",
    "Advance",
    "AdvanceMove",
    "ForceMajeure",
    "Grant",
    "Honouring",
    "Invoice",
    "Recovery",
    "RecoveryEntry",
    "Relief",
]
