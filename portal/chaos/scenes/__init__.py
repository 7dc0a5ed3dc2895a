"""The scenes of the matrix, room by room."""

from portal.chaos.scenes import claims, people, sweeps
from portal.chaos.scenes.scene import Request, Scene, Step, Sweep, Verb

SCENES: tuple[Scene, ...] = (*claims.SCENES, *sweeps.SCENES, *people.SCENES)

__all__ = ["SCENES", "Request", "Scene", "Step", "Sweep", "Verb"]
