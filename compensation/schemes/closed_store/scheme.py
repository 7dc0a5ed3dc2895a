"""A store that is closed or turns the consumer away: how a voucher becomes the facts of its rule."""

from collections.abc import Iterator

from compensation.schemes.closed_store.records import StoreRecord, look
from compensation.schemes.closed_store.rules import Cause, ClosedStoreEnrolment, ClosedStoreFacts, Report
from compensation.schemes.frame import Circumstances, Scheme
from orders.models import Line, Voucher
from policies.words import Remedy


def ask(line: Line, cause: str, around: Circumstances, particulars: Report | None) -> Iterator[ClosedStoreFacts]:
    """Once for money, and once for another store."""
    voucher: Voucher | None = getattr(line, "voucher", None)
    if voucher is None or line.store is None:
        return
    own: ClosedStoreEnrolment | None = around.enrolments.get("closed_store")
    record: StoreRecord = around.records["closed_store"][line.store.pk]
    for remedy in (Remedy.COMPENSATION, Remedy.ALTERNATIVE):
        yield ClosedStoreFacts(
            remedy=remedy,
            currency=line.order.currency,
            paid=line.paid,
            refundable=line.refundable,
            redeemed=voucher.redeemed_at is not None,
            usable_from=voucher.usable_from,
            expires_at=voucher.expires_at,
            store=record.store,
            closures=record.closures,
            others=record.others,
            takes_part=own is not None,
            own_percent=own.percent if own else None,
            cause=Cause(cause),
            report=particulars,
        )


SCHEME = Scheme(
    code="closed_store",
    causes={cause.value: ("voucher",) for cause in Cause},
    not_given={cause.value for cause in Cause},
    ask=ask,
    particulars=Report,
    look=look,
)
