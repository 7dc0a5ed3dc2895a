"""What a scene is: rows that are brought about, and one step of the portal that is then killed at some point of it."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from portal.chaos.world import Case, World


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request, which its sender repeats under the same key until there is an answer."""

    path: str
    token: str = ""
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    method: str = "POST"

    @property
    def all_headers(self) -> dict[str, str]:
        given = {"Host": "localhost", "Content-Type": "application/json"}
        if self.token:
            given |= {"Authorization": f"Token {self.token}", "Idempotency-Key": self.key}
        return given | dict(self.headers)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Tasks, as the sweep process and the Celery worker run them."""

    tasks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb of portal.chaos.verbs in a process of its own. Who sees it die does it again."""

    name: str
    arguments: tuple[int | str, ...] = ()


Step = Request | Sweep | Verb


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`prepare` commits what the step needs and says what must be there in the end; `step` is what is killed.

    What is `alone` leaves marks on the whole database, which is made anew after it. `afterwards` is what the world
    does between the step and the recovery.
    """

    name: str
    prepare: Callable[[World, Random], Case]
    step: Callable[[World, Case], Step]
    alone: bool = False
    afterwards: Callable[[World, Case], None] | None = None


def posted(world: World, case: Case, path: str, by: str = "", /, **body: object) -> Request:
    """A request of the consumer, or of one of the platform's people or the merchant by name."""
    person = world.people[by] if by else case.consumer
    return Request(path=f"/api/v1/{path}", token=world.token_of(person), body=json.dumps(body).encode())
