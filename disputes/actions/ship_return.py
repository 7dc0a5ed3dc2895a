"""The consumer sent the goods back. From here on silence counts as their arrival."""

from datetime import datetime
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refusal
from common.transactions import atomic
from disputes.cases import open_case
from disputes.models import Claim, Deed, Status
from disputes.payments import exposure_key
from disputes.rights import Act
from disputes.tidings import tell_merchant
from refunds import actions as refunds

LONGEST = 60


class TrackingMissing(Refusal):
    code = "tracking_missing"
    message = _("Enter the carrier’s tracking number: it is your proof that you sent the goods.")
    field = "tracking"
    http_status = HTTPStatus.BAD_REQUEST


class CarrierMissing(Refusal):
    code = "carrier_missing"
    message = _("Enter who carries the goods.")
    field = "carrier"
    http_status = HTTPStatus.BAD_REQUEST


@atomic
def ship_return(*, claim: Claim, by: User, carrier: str, tracking: str, at: datetime) -> Claim:
    """Record the shipment. Raises NotYourCase, NotPossibleNow, DeadlinePassed, CarrierMissing, TrackingMissing."""
    case = open_case(claim, by=by, act=Act.SHIPMENT, at=at)
    carrier, tracking = _label(carrier, CarrierMissing), _label(tracking, TrackingMissing)
    refunds.ship_return(key=exposure_key(case.claim), carrier=carrier, tracking=tracking, at=at)
    case.move(Status.RETURN_SHIPPED, Deed.RETURN_SHIPPED, values={"carrier": carrier, "tracking": tracking})
    tell_merchant(case, "return_shipped", carrier=carrier, tracking=tracking)
    return case.claim


def _label(text: str, missing: type[Refusal]) -> str:
    label = " ".join(text.replace("\x00", "").split())
    if not label:
        raise missing
    return label[:LONGEST]
