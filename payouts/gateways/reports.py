"""Which gateways report what they paid, and how their reports are read."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from payouts.gateways.registry import SANDBOX
from payouts.gateways.report_items import ReportFormat
from payouts.gateways.sandbox.report import SandboxReport

FORMATS: dict[str, ReportFormat] = {SANDBOX: SandboxReport()}


class NoReports(Refusal):
    """The gateway has no reports that we can read."""

    code = "no_reports"
    message = _("There are no reports to read from %(gateway)s.")
    field = "gateway"


def find_report_format(gateway: str) -> ReportFormat:
    """Raises NoReports."""
    if found := FORMATS.get(gateway):
        return found
    raise NoReports(gateway=gateway)
