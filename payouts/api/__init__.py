"""Money on its way, through the API: payouts, what waits for the fund, and what waits for a second person."""

from payouts.api.approvals import Approvals, PayoutApproval
from payouts.api.line import FundLine
from payouts.api.payouts import PayoutById, PayoutInBrief, in_brief

__all__ = ["Approvals", "FundLine", "PayoutApproval", "PayoutById", "PayoutInBrief", "in_brief"]
