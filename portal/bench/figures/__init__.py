"""Every figure of the bench, in the order in which they are taken."""

from portal.bench.figures import claim_backlog, lightning_refund, noop_view
from portal.bench.frame import ByItself, InRounds

FIGURES: tuple[InRounds | ByItself, ...] = (
    noop_view.FIGURE,
    lightning_refund.FIGURE,
    claim_backlog.FIGURE,
)
