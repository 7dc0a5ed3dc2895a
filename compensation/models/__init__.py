"""What the platform gave beyond the refund, and why; what the fund paid first, and who owes it. One subject a file."""

from compensation.models.advance import Advance, AdvanceMove
from compensation.models.cap_use import CapUse
from compensation.models.coupon import Coupon, CouponMove, CouponQuerySet
from compensation.models.filling import Filling, FillingQuerySet
from compensation.models.force_majeure import ForceMajeure
from compensation.models.grant import Grant
from compensation.models.happening import Affected, AffectedMove, Bulletin, Happening
from compensation.models.honouring import Honouring
from compensation.models.label import LABELS, Admission, AdmissionQuerySet, LabelAppeal, Licence
from compensation.models.recovery import COLUMNS, Invoice, Recovery, RecoveryEntry, RecoveryQuerySet, Relief
from compensation.models.rehousing import OtherHotel, Rehousing, RehousingMove, RehousingQuerySet

__all__ = [
    "COLUMNS",
    "LABELS",
    "Admission",
    "AdmissionQuerySet",
    "Advance",
    "AdvanceMove",
    "Affected",
    "AffectedMove",
    "Bulletin",
    "CapUse",
    "Coupon",
    "CouponMove",
    "CouponQuerySet",
    "Filling",
    "FillingQuerySet",
    "ForceMajeure",
    "Grant",
    "Happening",
    "Honouring",
    "Invoice",
    "LabelAppeal",
    "Licence",
    "OtherHotel",
    "Recovery",
    "RecoveryEntry",
    "RecoveryQuerySet",
    "Rehousing",
    "RehousingMove",
    "RehousingQuerySet",
    "Relief",
]
