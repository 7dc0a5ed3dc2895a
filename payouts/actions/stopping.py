"""The kill switch: stop new payouts at once, over one gateway or all, and let them go on without losing one.

A payout that begins reads the switch in its own transaction: what is started while it is off is written with its money
set aside, and senders leave such payouts alone. What a provider was already told to pay is followed to its end.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.crash_points import crash_point
from common.errors import Refusal
from common.transactions import atomic
from common.wakeups import wake
from payouts.gateways.registry import find_gateway
from payouts.models import Stop
from payouts.statements import reason


class NotStopped(Refusal):
    """There is no stop to lift."""

    code = "not_stopped"
    message = _("These payouts are not stopped.")


@atomic
def stop_payouts(*, because: str, by: User | None, at: datetime, gateway: str = "") -> Stop:
    """Let no payout begin over the gateway ("": over any) from now on, until `resume_payouts`.

    Where it is stopped already, the first stop stays and comes back. `by` is None at the command line.
    Raises ReasonMissing, ReasonTooLong and UnknownGateway.
    """
    if gateway:
        find_gateway(gateway)
    stop = Stop(gateway=gateway, because=reason(because), stopped_by=by, stopped_at=at)
    Stop.objects.bulk_create([stop], ignore_conflicts=True)
    crash_point("payouts.before_stop_is_committed")
    return Stop.objects.standing().get(gateway=gateway)


@atomic
def resume_payouts(*, because: str, by: User | None, at: datetime, gateway: str = "") -> Stop:
    """Lift the stop of the gateway ("": the one for all); what waited goes on by itself.

    A gateway that has a stop of its own stays stopped when the one for all is lifted. Raises NotStopped,
    ReasonMissing and ReasonTooLong.
    """
    why = reason(because)
    stop = Stop.objects.standing().select_for_update().filter(gateway=gateway).first()
    if stop is None:
        raise NotStopped
    stop.resumed_at, stop.resumed_by, stop.resumed_because = at, by, why
    stop.save(update_fields=["resumed_at", "resumed_by", "resumed_because"])
    wake("payouts.tasks.send_due_payouts")
    crash_point("payouts.before_resumption_is_committed")
    return stop
