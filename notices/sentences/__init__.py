"""Every sentence the portal tells people outside a page: one row for each kind of notice, its cases and its readers.

Sources are English and marked for translation; `%(item)s` and its like are values, described in notices.wording.
A sentence never says that money has arrived before it has.
"""

from notices.sentences.answered import ANSWERED
from notices.sentences.coupons import COUPONS
from notices.sentences.disputed import DISPUTED
from notices.sentences.ended import ENDED
from notices.sentences.events import EVENTS
from notices.sentences.filed import FILED
from notices.sentences.fund import FUND
from notices.sentences.labels import LABELS
from notices.sentences.out_of_stock import OUT_OF_STOCK
from notices.sentences.paid import PAID
from notices.sentences.rehoused import REHOUSED
from notices.sentences.returned import RETURNED
from notices.sentences.row import Row

__all__ = ["ROWS", "Row"]

ROWS = (
    *FILED,
    *ANSWERED,
    *RETURNED,
    *DISPUTED,
    *ENDED,
    *PAID,
    *COUPONS,
    *LABELS,
    *FUND,
    *EVENTS,
    *REHOUSED,
    *OUT_OF_STOCK,
)
