"""The scenes of the matrix, room by room."""

from portal.chaos.scenes import claims, coupons, events, fund, people, sweeps
from portal.chaos.scenes.scene import Request, Scene, Step, Sweep, Verb

SCENES: tuple[Scene, ...] = (
    *claims.SCENES,
    *sweeps.SCENES,
    *coupons.SCENES,
    *people.SCENES,
    *events.SCENES,
    *fund.SCENES,
)

__all__ = ["SCENES", "Request", "Scene", "Step", "Sweep", "Verb"]
