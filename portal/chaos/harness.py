"""Runs a scene, breaks something at a named point of it, restarts what died, lets the sweeps work, and looks."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Thread
from typing import Any

from django.db import connection
from django.utils import timezone

from common.at_once import blocked
from payouts.models import Payout
from portal.celery import SWEEPS
from portal.chaos import checks
from portal.chaos.scenes import Request, Scene, Step, Sweep, Verb
from portal.chaos.servers import Servers
from portal.chaos.victims import Line
from portal.chaos.world import World
from portal.chaos.zygote import Zygote

logger = logging.getLogger(__name__)

RECOVERY_SECONDS = 60.0
ANSWER_SECONDS = 30.0
HELD_UP_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.01
SERVER_ERROR = 500
FIRST_REFUSAL = 300
RUNS_PER_DATABASE, PEOPLE_PER_DATABASE = 100, 100_000

# What the sweep process does, all of it.
TASKS = tuple(sweep.task for sweep in SWEEPS)


class Kind(StrEnum):
    """What is broken at the point."""

    NOTHING = "nothing"
    KILL = "kill"  # kill -9 of the process that came there: the web process, or the one that sweeps
    POSTGRES = "postgres"  # the database server crashes under the process, which goes on
    BROKER = "broker"  # the broker is killed with all it held, the process goes on


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass
class Run:
    """What happened in one run."""

    scene: str
    point: str
    kind: Kind
    seed: int
    nth: int
    hits: list[str] = field(default_factory=list)
    step_hits: list[str] = field(default_factory=list)
    runs_in: str = ""
    struck: bool = False
    answered: bool = False
    recovery_seconds: float = 0.0
    breaks: list[str] = field(default_factory=list)

    def replay(self) -> str:
        where = f":{self.point}:{self.kind}:{self.nth}" if self.point else ""
        return f"make chaos SEED={self.seed} ONLY=matrix:{self.scene}{where}"


@dataclass
class _Step:
    hits: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    struck: bool = False
    answer: Answer | None = None


class Harness:
    """One per process. `zygote` was forked before any connection was opened."""

    def __init__(self, servers: Servers, zygote: Zygote) -> None:
        self.servers = servers
        self.zygote = zygote
        self._runs = self._databases = 0
        self._hastened = True
        self._survivor: tuple[int, socket.socket, int] | None = None
        self.world = World(servers.provider)

    def run(
        self,
        scene: Scene,
        *,
        point: str = "",
        kind: Kind = Kind.NOTHING,
        nth: int = 1,
        seed: int = 0,
        without: str = "",
        hastened: bool = True,
    ) -> Run:
        """One run from the beginning to the books; with the pauses of production unless it is `hastened`."""
        self._hastened = hastened
        self._renew_database_now_and_then()
        run = Run(scene=scene.name, point=point, kind=kind, seed=seed, nth=nth)
        try:
            self._play(scene, run, without=without)
        except Exception as error:
            logger.exception("%s could not be played to its end.", run.replay())
            run.breaks.append(f"the run itself failed: {type(error).__name__}: {error}".replace("\n", " "))
            self.renew_database()
        return run

    def _play(self, scene: Scene, run: Run, *, without: str) -> None:
        """What a scene leaves to chance is the same each time, so that it always comes to the same points."""
        rng, point, kind = Random(run.seed), run.point, run.kind
        case = scene.prepare(self.world, Random(scene.name))
        step = scene.step(self.world, case)
        connection.close()
        done = self._do(step, point=point, kind=kind, nth=run.nth, rng=rng, without=without)
        run.hits, run.step_hits, run.struck = [*done.hits], done.hits, done.struck
        run.answered, run.runs_in = done.answer is not None, "web" if isinstance(step, Request) else "worker"
        run.breaks += checks.unannounced(case, self.servers.provider)
        if isinstance(step, Request):
            run.breaks += self._repeat(step, done.answer, without=without)
        elif isinstance(step, Verb) and point:
            self._do(step, point="", kind=Kind.NOTHING, nth=0, rng=rng, without=without)
        if scene.afterwards:
            scene.afterwards(self.world, case)
        run.breaks += self.recover(run, without=without)
        run.breaks += checks.breaks(case, self.servers.provider)
        if scene.alone:
            self.renew_database()

    def recover(self, run: Run, *, without: str = "") -> Iterator[str]:
        """Let the sweeps work until nothing is left, for RECOVERY_SECONDS at most; what is left then.

        Without a protection a tenth of that is enough to see that they do not come to an end.
        """
        seconds = RECOVERY_SECONDS / 10 if without else RECOVERY_SECONDS
        job = {"does": "recover", "tasks": TASKS, "seconds": seconds, "without": without}
        for heard in self._hear(job):
            if "left" in heard:
                run.recovery_seconds = heard["seconds"]
                yield from (f"stuck: {number} {what}" for what, number in heard["left"].items())
                return
            run.hits += [heard["hit"]] if "hit" in heard else []
        yield "stuck: the sweeps died"

    def close(self) -> None:
        self._end_survivor()

    # --- the step ------------------------------------------------------------------------------------

    def _do(self, step: Step, *, point: str, kind: Kind, nth: int, rng: Random, without: str) -> _Step:
        act = {Kind.KILL: "kill", Kind.NOTHING: ""}.get(kind, "ask")
        job: dict[str, Any] = {"point": point, "act": act, "nth": nth, "without": without}
        if isinstance(step, Request):
            return self._ask(step, job | {"does": "serve"}, kind=kind, rng=rng)
        done = _Step()
        job |= _job_of(step)
        finished = False
        with self._child(job) as (_, line):
            for heard in line.listen():
                finished = finished or "done" in heard
                self._heard(heard, done, line, kind=kind, rng=rng)
        done.struck = done.struck or (kind == Kind.KILL and not finished)
        return done

    def _ask(self, request: Request, job: dict[str, Any], *, kind: Kind, rng: Random) -> _Step:
        """Send the request to a web process of its own, which may die over it."""
        done = _Step()
        with self._child(job) as (pid, line):
            heard = line.listen()
            port = next(heard)["port"]

            def ask() -> None:
                done.answer = send(port, request)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)  # it served its one request; if it is there still

            asking = Thread(target=ask)
            asking.start()
            for said in heard:
                self._heard(said, done, line, kind=kind, rng=rng)
            asking.join()
        if kind == Kind.KILL:
            done.struck = done.hits[-1:] == [job["point"]]
        return done

    def _heard(self, said: dict[str, Any], done: _Step, line: Line, *, kind: Kind, rng: Random) -> None:
        if "hit" in said:
            done.hits.append(said["hit"])
        elif "failed" in said or said.get("refused"):
            done.failed.append(said.get("failed") or said["refused"])
        elif "reached" in said:
            done.struck = True
            if kind == Kind.POSTGRES:
                self.servers.database.crash(rng)
            elif kind == Kind.BROKER:
                self.servers.broker.crash()
            line.say(go="on")

    def at_once(self, step: Sweep | Verb, *, number: int, point: str, without: str) -> list[str]:
        """Have that many processes do the step at once, each held up at the point until it is known of all others
        where they are: there as well, waiting for a lock, or at their end. What they stumbled over.

        Those that come after the first meet what it has not committed yet.
        """
        done, somewhere = _Step(), set[int]()

        def one(pid: int, line: Line) -> None:
            for said in line.listen():
                if "reached" in said:
                    somewhere.add(pid)
                    _until(lambda: len(somewhere) + blocked() >= number)
                    connection.close()
                    line.say(go="on")
                else:
                    self._heard(said, done, line, kind=Kind.NOTHING, rng=Random())
            somewhere.add(pid)

        job = {**_job_of(step), "point": point, "act": "ask", "without": without}
        with ExitStack() as children:
            pairs = [children.enter_context(self._child(job)) for _ in range(number)]
            threads = [Thread(target=one, args=pair) for pair in pairs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return done.failed

    def act(self, verb: str, *arguments: int | str, without: str) -> None:
        """One verb in a process of its own; what it refuses is refused."""
        connection.close()
        step = Verb(name=verb, arguments=arguments)
        self._do(step, point="", kind=Kind.NOTHING, nth=0, rng=Random(), without=without)

    def ask(self, request: Request, *, without: str) -> Answer | None:
        """One request to a web process of its own."""
        connection.close()
        return self._do(request, point="", kind=Kind.NOTHING, nth=0, rng=Random(), without=without).answer

    def overtaken(self, scene: Scene, *, point: str, without: str) -> list[str]:
        """Hold a worker up at the point, say that its lease is over, let another work to the end, and let it go on."""
        rng = Random(1)
        case = scene.prepare(self.world, rng)
        job = {**_job_of(scene.step(self.world, case)), "point": point, "act": "ask", "without": without}
        run, done = Run(scene=scene.name, point=point, kind=Kind.NOTHING, seed=1, nth=1), _Step()
        with self._child(job) as (_, line):
            for said in line.listen():
                if "reached" in said:
                    Payout.objects.filter(ended_at__isnull=True).update(next_at=timezone.now())
                    connection.close()
                    run.breaks += self.recover(run)
                    line.say(go="on")
                else:
                    self._heard(said, done, line, kind=Kind.NOTHING, rng=rng)
        return [*run.breaks, *done.failed, *checks.breaks(case, self.servers.provider)]

    # --- the client ----------------------------------------------------------------------------------

    def _repeat(self, request: Request, first: Answer | None, *, without: str) -> Iterator[str]:
        """The same request again, to a web process that is alive, until it is answered; and once more after that."""
        answer = self._answered(request, without)
        if answer is None or answer.status >= FIRST_REFUSAL:
            yield f"the repeated request was answered {answer and answer.status}: {answer and answer.body[:300]!r}"
            return
        for other in (first, self._answered(request, without)):
            if other is not None and other.status < SERVER_ERROR and other != answer:
                yield f"two answers under one key: {answer} and {other}"

    def _answered(self, request: Request, without: str) -> Answer | None:
        deadline = time.monotonic() + (ANSWER_SECONDS / 10 if without else ANSWER_SECONDS)
        while time.monotonic() < deadline:
            answer = send(self.survivors_port(without), request)
            if answer is not None and answer.status < SERVER_ERROR:
                return answer
            time.sleep(0.02)
        return None

    def survivors_port(self, without: str = "") -> int:
        """The port of a web process that nobody kills. It lives on through crashes of the database."""
        if without:
            self._end_survivor()
        if self._survivor is None:
            pid, end = self.zygote.fork({"does": "serve", "without": without})
            line = Line(end)
            port = next(line.listen())["port"]
            self._survivor = pid, end, port
            Thread(target=lambda: [None for _ in line.listen()], daemon=True).start()
        return self._survivor[2]

    def _end_survivor(self) -> None:
        if self._survivor is not None:
            pid, end, _ = self._survivor
            self._survivor = None
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            end.close()

    # --- children ------------------------------------------------------------------------------------

    def _hear(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with self._child(job) as (_, line):
            yield from line.listen()

    @contextmanager
    def _child(self, job: dict[str, Any]) -> Iterator[tuple[int, Line]]:
        pid, end = self.zygote.fork({"hastened": self._hastened, **job})
        line = Line(end)
        try:
            yield pid, line
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            line.close()

    def _renew_database_now_and_then(self) -> None:
        """Books that stay small are proved quickly, after every single run."""
        if self._runs and self._runs % RUNS_PER_DATABASE == 0:
            self.renew_database()
        self._runs += 1

    def renew_database(self) -> None:
        self._end_survivor()
        self.servers.database.recreate()
        self._databases += 1
        with connection.cursor() as cursor:  # the provider remembers whom it paid, so nobody gets a number again
            cursor.execute("SELECT setval('accounts_user_id_seq', %s)", [self._databases * PEOPLE_PER_DATABASE])
        self.world = World(self.servers.provider)


def _until(condition: Callable[[], bool]) -> None:
    """For HELD_UP_SECONDS at most."""
    until = time.monotonic() + HELD_UP_SECONDS
    while not condition() and time.monotonic() < until:
        time.sleep(LOOK_AGAIN_SECONDS)


def _job_of(step: Step) -> dict[str, Any]:
    if isinstance(step, Request):
        raise TypeError("a request is asked, not done")
    if isinstance(step, Sweep):
        return {"does": "sweep", "tasks": step.tasks}
    return {"does": "act", "verb": step.name, "arguments": step.arguments}


def send(port: int, request: Request) -> Answer | None:
    """The answer, or None when there was none."""
    client = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        client.request(request.method, request.path, body=request.body, headers=request.all_headers)
        answer = client.getresponse()
        return Answer(answer.status, answer.read())
    except (OSError, HTTPException):
        return None
    finally:
        client.close()
