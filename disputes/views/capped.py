"""A trace with what a cap on compensation cut off as one more line of its arithmetic, so that they still add up."""

from dataclasses import replace

from django.utils.translation import gettext as _

from compensation.models import CapUse
from policies.wording import Explained, ExplainedStep


def capped(trace: Explained, *, cap: str, cut: int) -> Explained:
    """`cut` is minor units, `cap` the code of the cap; the trace as it is where nothing was cut."""
    if not cut:
        return trace
    sentence = _("Above the limit on compensation: %(cap)s") % {"cap": CapUse.Cap(cap).label}
    return replace(trace, steps=[*trace.steps, ExplainedStep(sentence, -cut)])
