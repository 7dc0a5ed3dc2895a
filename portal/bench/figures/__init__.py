"""Every figure of the bench, in the order in which they are taken."""

from portal.bench.figures import (
    backtest,
    claim_backlog,
    fund_payouts,
    lightning_beside_backlog,
    lightning_refund,
    noop_view,
    payout_beside_report,
    post_batch,
    post_transfer,
    restart_after_kill,
    scans,
)
from portal.bench.frame import ByItself, InRounds

FIGURES: tuple[InRounds | ByItself, ...] = (
    noop_view.FIGURE,
    lightning_refund.FIGURE,
    post_transfer.FIGURE,
    post_batch.FIGURE,
    fund_payouts.FIGURE,
    payout_beside_report.FIGURE,
    claim_backlog.FIGURE,
    lightning_beside_backlog.FIGURE,
    backtest.FIGURE,
    restart_after_kill.FIGURE,
    scans.FIGURE,
)
