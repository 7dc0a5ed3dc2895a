"""Money on its way, through the API: payouts, what waits for the fund, and what waits for a second person."""

from payouts.api.line import FundLine
from payouts.api.payouts import PayoutById, PayoutInBrief, in_brief

__all__ = ["FundLine", "PayoutById", "PayoutInBrief", "in_brief"]
